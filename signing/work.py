"""Owner of DBOS: does the promised tasks, durably; what keeps failing lands on the stuck list."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    SetEnqueueOptions,
    SetWorkflowID,
)

import docgen
from signing.archive import ArchiveConflict, ArchiveRefused, ArchiveUnavailable, DeliveryUnproven
from signing.errors import NotFound, Refused, SealRejected, SigningError
from signing.mail import MailDelayed, MailRefused
from signing.pades import KeyUnavailable, NotRenewable, RevocationUnavailable, TimestampUnavailable
from signing.services import Services
from signing.steps import STEPS, look
from signing.store import Store, Stuck, open_work_engine
from signing.tasks import Task

APPLICATION = "huurzegel"
QUEUE = "packets"
AT_ONCE = 4  # tasks done at the same time; far below the pool of open_work_engine
POLL = 0.25  # seconds between looks for new work
ATTEMPTS, FIRST_WAIT, BACK_OFF = 9, 0.5, 2.0  # tries of a task: about two minutes in all

LOOK_AT = time(2, 0, tzinfo=UTC)  # when the daily look for renewals starts; nobody signs then

# Trying these again as they are gives the same answer.
HOPELESS = (
    Refused, NotFound, SealRejected, MailRefused, ArchiveConflict, ArchiveRefused, DeliveryUnproven,
    NotRenewable, docgen.InvalidValues, docgen.TemplateFault, docgen.UnknownType, docgen.UnusableDocx,
    docgen.GlyphMissing,
)  # fmt: skip

# What another service did not do now, it may do later; meanwhile the task holds no place in the queue.
ELSEWHERE = (TimestampUnavailable, RevocationUnavailable, KeyUnavailable, MailDelayed, ArchiveUnavailable)
LONGEST_PAUSE = 60.0  # seconds between two tries of a task that waits for another service

log = logging.getLogger("signing.work")


class DurableAgenda:
    """Keeps a task in the caller's own transaction, under an id that is the same for the same task."""

    def __init__(self, store: Store) -> None:
        self._client = DBOSClient(
            system_database_engine=open_work_engine(store.url),
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
        )

    def promise(
        self,
        connection: Any,
        task: Task,
        *,
        delay: timedelta | None = None,
        attempt: int = 0,
        since: datetime | None = None,
    ) -> None:
        """See signing.tasks.Agenda."""
        options: EnqueueOptions = {
            "workflow_name": "perform",
            "queue_name": QUEUE,
            "workflow_id": f"{task.id}:{attempt}" if attempt else task.id,
        }
        if delay is not None:
            options["delay_seconds"] = max(delay.total_seconds(), 0.0)
        self._client.enqueue_in_transaction(
            connection,
            options,
            task.step,
            task.packet_id,
            task.role,
            attempt,
            since.isoformat() if since is not None else None,
        )


@contextmanager
def working(services: Services) -> Iterator[None]:
    """Does promised tasks in this process until the block ends; first of all those that a crash cut off."""
    _Current.services = services
    for logger in (logging.getLogger("dbos"), log):
        logger.addFilter(_without_texts)  # the same filter again is not added
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": services.config.registry_url,
        "system_database_engine": open_work_engine(services.config.registry_url),
        # One name for all versions: a task is short, and runs on the newest code (engine.md 2.1).
        "application_version": "1",
        "executor_id": "local",
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL)
    _promise_day(services.clock().astimezone(UTC).date(), services.clock())
    try:
        yield
    finally:
        DBOS.destroy()
        _Current.services = None


def try_again(services: Services, packet_id: str, step: str) -> None:
    """Takes a stuck task off the list and promises it anew. Raises NotFound when it is not on the list."""
    with services.store.write() as tx:
        stuck = tx.attention.take(packet_id, step)
        if stuck is None:
            raise NotFound(f"Packet {packet_id} has no stuck step {step!r}.")
        name, _, role = step.partition(":")
        services.agenda.promise(tx.connection, Task(name, packet_id, role), attempt=stuck.attempt + 1)


class _Current:
    """The services of this process; the engine finds workflows by name, so they cannot be passed in."""

    services: Services | None = None


def _services() -> Services:
    if _Current.services is None:
        raise RuntimeError("tasks are done only inside `working`")
    return _Current.services


def _worth_trying(error: BaseException) -> bool:
    return not isinstance(error, HOPELESS + ELSEWHERE)


@DBOS.step(
    name="do",
    retries_allowed=True,
    max_attempts=ATTEMPTS,
    interval_seconds=FIRST_WAIT,
    backoff_rate=BACK_OFF,
    should_retry=_worth_trying,
)
def _do(step: str, packet_id: str, role: str) -> None:
    try:
        STEPS[step](_services(), packet_id, role)
    except Exception as error:
        # The class only: messages can hold names and addresses.
        log.warning("step %s of packet %s failed: %s", step, packet_id, type(error).__name__)
        raise


# These two keep what is left to do; failing once, they would lose it without a trace.
_ALWAYS_TRIED: Any = {
    "retries_allowed": True,
    "max_attempts": ATTEMPTS,
    "interval_seconds": FIRST_WAIT,
    "backoff_rate": BACK_OFF,
}


@DBOS.step(name="set_aside", **_ALWAYS_TRIED)
def _set_aside(step: str, packet_id: str, role: str, attempt: int, reason: str) -> None:
    services = _services()
    with services.store.write() as tx:
        name = f"{step}:{role}" if role else step
        tx.attention.put(Stuck(packet_id, name, attempt, services.clock(), reason))


@DBOS.step(name="wait", **_ALWAYS_TRIED)
def _wait(step: str, packet_id: str, role: str, attempt: int, since: str | None) -> bool:
    """Promises the task for later; False when it has waited as long as the settings allow."""
    services = _services()
    now = services.clock()
    first = datetime.fromisoformat(since) if since is not None else now
    if now - first >= timedelta(minutes=services.config.stuck_after_minutes):
        return False
    pause = timedelta(seconds=min(FIRST_WAIT * BACK_OFF ** min(attempt, 20), LONGEST_PAUSE))
    with services.store.write() as tx:
        task = Task(step, packet_id, role)
        services.agenda.promise(tx.connection, task, delay=pause, attempt=attempt + 1, since=first)
    return True


@DBOS.workflow(name="perform")
def perform(step: str, packet_id: str, role: str, attempt: int, since: str | None = None) -> None:
    """One task; after its last try it waits visibly for a human (law 4 of design.md 3).

    ``since`` (ISO 8601): when it first missed a service elsewhere, without which it cannot be done.
    """
    try:
        _do(step, packet_id, role)
    except Exception as error:
        if isinstance(error, ELSEWHERE) and _wait(step, packet_id, role, attempt, since):
            log.info("step %s of packet %s waits for another service", step, packet_id, exc_info=True)
            return
        _set_aside(step, packet_id, role, attempt, _reason(error))
        log.error("step %s of packet %s is stuck: %s", step, packet_id, type(error).__name__)


@DBOS.step(
    name="look",
    retries_allowed=True,
    max_attempts=ATTEMPTS,
    interval_seconds=FIRST_WAIT,
    backoff_rate=BACK_OFF,
)
def _look() -> None:
    found = look(_services())
    log.info("renewals: %d are due and promised", len(found.due))
    if found.missed:
        log.error("renewals: %d were missed; see the stuck list", len(found.missed))


@DBOS.step(name="clock")
def _now() -> str:
    return _services().clock().astimezone(UTC).isoformat()


@DBOS.workflow(name="daily")
def daily(day: str) -> None:
    """One day's look for what must be renewed; the next day is promised first, whatever comes of this one."""
    now = datetime.fromisoformat(_now())
    _promise_day(max(date.fromisoformat(day), now.date()) + timedelta(days=1), now)
    try:
        _look()
    except Exception as error:
        log.error("the look for renewals of %s failed: %s", day, type(error).__name__)


def _promise_day(day: date, now: datetime) -> None:
    """Promises the look of a day, once; a service that was down in the night does it when it starts."""
    delay = (datetime.combine(day, LOOK_AT) - now).total_seconds()
    with SetWorkflowID(f"daily:{day}"), SetEnqueueOptions(delay_seconds=max(delay, 0.0)):
        DBOS.enqueue_workflow(QUEUE, daily, day.isoformat())


def _without_texts(record: logging.LogRecord) -> bool:
    """Of an exception that the engine logs, keeps the kind and the place: its text may hold anything."""
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, place = record.exc_info
        record.msg = f"{record.getMessage()}\n{''.join(traceback.format_tb(place))}{kind.__name__}"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True


def _reason(error: BaseException) -> str:
    causes = getattr(error, "errors", None)
    last = causes[-1] if causes else error
    told = str(last) if isinstance(last, SigningError | docgen.DocgenError) else ""
    return f"{type(last).__name__}: {told}" if told else type(last).__name__
