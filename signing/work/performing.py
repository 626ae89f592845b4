"""One task as a durable workflow: do it; when it fails, promise it for later or put it on the stuck list.

A workflow may have been started by an older version of the service, or go on in a newer one. So neither the
name of a workflow or step here, nor the order of the steps in it, nor the meaning of an argument changes;
arguments are added at the end, with a default. Another order gets a workflow of its own, under a new name,
and the old one stays for as long as old promises can be there. tests/signing/test_upgrade.py holds this.
"""

from __future__ import annotations

import logging
import random
import traceback
from datetime import datetime, timedelta
from typing import Any

from dbos import DBOS

from signing import logs, metrics
from signing.services import Services
from signing.steps import STEPS, leave_row
from signing.store import Stuck
from signing.tasks import Task
from signing.work.failures import UnknownStep, kind_of, patience, reason
from signing.work.peers import Peers, peer_of

DEATHS = 20  # processes that may die over one task, before it is left alone and the mending looks at it

# Of a step that only keeps what is left to do; failing once, it would lose it without a trace.
KEPT: Any = {"retries_allowed": True, "max_attempts": 9, "interval_seconds": 0.5, "backoff_rate": 2.0}

log = logging.getLogger("signing.work")


class Current:
    """The services of this process; the engine finds workflows by name, so they cannot be passed in."""

    services: Services | None = None
    peers = Peers()


def services_here() -> Services:
    """Those of this process. Raises RuntimeError when it does no work (a programming error)."""
    if Current.services is None:
        raise RuntimeError("tasks are done only inside `working`")
    return Current.services


@DBOS.step(name="do")
def _do(step: str, packet_id: str, role: str) -> dict[str, str] | None:
    """None when it is done; else ``kind`` and ``reason`` of its failure, as plain values.

    An error itself would come back as another class when another process goes on here.
    """
    peer = None
    try:
        if step not in STEPS:
            raise UnknownStep(step)
        peer = peer_of(services_here(), step, packet_id)
        if peer is not None and (last := Current.peers.why_not(peer)) is not None:
            return {"kind": peer.partition(":")[0], "reason": last}
        STEPS[step](services_here(), packet_id, role)
    except Exception as error:
        # The class and the place only: messages can hold names and addresses.
        log.warning("step %s of packet %s failed", step, packet_id, exc_info=True)
        failure = {"kind": kind_of(error), "reason": reason(error)}
        _note(peer, failure)
        metrics.failed(step, failure["kind"])
        return failure
    _note(peer, None)
    metrics.done(step)
    return None


def _note(peer: str | None, failure: dict[str, str] | None) -> None:
    """What came of a question to a peer: its own failure, or anything else, which is an answer."""
    if peer is None:
        return
    if failure is not None and failure["kind"] == peer.partition(":")[0]:
        Current.peers.failed(peer, failure["reason"])
    else:
        Current.peers.answered(peer)


@DBOS.step(name="set_aside", **KEPT)
def _set_aside(step: str, packet_id: str, role: str, attempt: int, reason: str) -> None:
    set_aside(services_here(), Task(step, packet_id, role), attempt, reason)


def set_aside(services: Services, task: Task, attempt: int, reason: str) -> None:
    """Puts work on the stuck list, and tells who wants to be told.

    What a batch is to do belongs to no packet: its own page tells of the row, and the next row goes on; to
    forget it is promised anew by the mending.
    """
    if task.step in ("row", "forget"):
        if task.step == "row":
            leave_row(services, task.packet_id, task.role)
        log.error("step %s of batch %s was left", task.step, task.packet_id)
        return
    with services.store.write() as tx:
        tx.attention.put(Stuck(task.packet_id, task.name, attempt, services.clock(), reason))
        if services.config.alert is not None and task.step != "alert":
            alert = Task("alert", task.packet_id, task.name, again=str(attempt))
            services.agenda.promise(tx.connection, alert)
    log.error("step %s of packet %s is stuck", task.step, task.packet_id)


@DBOS.step(name="wait", **KEPT)
def _wait(
    step: str, packet_id: str, role: str, attempt: int, since: str | None, kind: str = "unknown"
) -> bool:
    """Promises the task for later; False when it has failed as long as this kind of failure may."""
    services = services_here()
    now = services.clock()
    first = datetime.fromisoformat(since) if since is not None else now
    stuck_after = timedelta(minutes=services.config.stuck_after_minutes)
    pause = patience(kind, stuck_after).pause(now - first, random.random())  # noqa: S311  # no secret
    if pause is None:
        return False
    with services.store.write() as tx:
        task = Task(step, packet_id, role)
        services.agenda.promise(tx.connection, task, delay=pause, attempt=attempt + 1, since=first)
    log.info("step %s of packet %s waits for %.1f s (%s)", step, packet_id, pause.total_seconds(), kind)
    return True


@DBOS.workflow(name="perform", max_recovery_attempts=DEATHS)
def perform(
    step: str, packet_id: str, role: str, attempt: int, since: str | None = None, request: str | None = None
) -> None:
    """One task; after its last try it waits visibly for a human (law 4 of design.md 3).

    ``since`` (ISO 8601): when it failed first, of the tries that follow each other. ``request``: the id of
    the request that it all began with.
    """
    with logs.request(request):
        _perform(step, packet_id, role, attempt, since)


def _perform(step: str, packet_id: str, role: str, attempt: int, since: str | None) -> None:
    try:
        failure = _do(step, packet_id, role)
    except Exception as error:
        # An older version kept the error itself as the outcome of this step.
        failure = {"kind": "unknown", "reason": reason(error)}
    if failure is None:
        return
    if not _wait(step, packet_id, role, attempt, since, failure["kind"]):
        _set_aside(step, packet_id, role, attempt, failure["reason"])


def without_texts(record: logging.LogRecord) -> bool:
    """Of an exception that is logged, keeps the kind and the place: its text may hold anything."""
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, place = record.exc_info
        record.msg = f"{record.getMessage()}\n{''.join(traceback.format_tb(place))}{kind.__name__}"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True
