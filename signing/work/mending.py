"""Lost promises are made again: a timer or a step that nobody will do any more, whatever took it away.

No way is known to lose one. This is for the ways that are not known: a hand in the database, a restored
backup, a fault of ours or of the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, timedelta

from dbos import DBOS, WorkflowStatus

from signing.duties import Duty, duties, of_batch
from signing.services import Services
from signing.tasks import Task
from signing.work.performing import DEATHS, set_aside

_WAITING = ["ENQUEUED", "DELAYED", "PENDING"]
_DEADLY = f"ProcessEnded: {DEATHS} processes ended while they did this. Look at their memory and logs first."

log = logging.getLogger("signing.work")


def mend(services: Services) -> int:
    """Promises anew what was lost; returns how many there were.

    Two processes that mend at once promise a task at most twice, and every step may run twice (law 7).
    """
    mended = _mend_ended(services) + _mend_missing(services)
    if mended:
        log.error("%d lost promises were made again: find out what took them away", mended)
    return mended


def _mend_ended(services: Services) -> int:
    """Work that ended in an error of the engine's own; an error of a step never comes that far."""
    ended = DBOS.list_workflows(
        name="perform", status=["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"], load_output=False
    )
    for workflow in ended:
        task, attempt = _asked(workflow)
        if workflow.status == "ERROR":
            with services.store.write() as tx:
                services.agenda.promise(tx.connection, task, attempt=attempt + 1)
        else:
            set_aside(services, task, attempt, _DEADLY)
        DBOS.delete_workflow(workflow.workflow_id)
    return len(ended)


def _mend_missing(services: Services) -> int:
    """Work that follows from the state of a packet and is promised nowhere."""
    before = {duty.task.id for duty in _all_duties(services)}
    waiting = DBOS.list_workflows(name="perform", status=_WAITING, load_output=False)
    promised = _by_packet([_asked(workflow)[0] for workflow in waiting])
    # Only what was to be done both before and after the look at the promises cannot have been on its way.
    lost = [
        duty
        for duty in _all_duties(services)
        if duty.task.id in before and not duty.kept(promised.get(duty.task.packet_id, ()))
    ]
    with services.store.write() as tx:
        stuck = _by_packet([_named(each.packet_id, each.step) for each in tx.attention.all(given_up=True)])
        lost = [duty for duty in lost if not duty.kept(stuck.get(duty.task.packet_id, ()))]
        now = services.clock()
        for duty in lost:
            again = f"mended-{now.astimezone(UTC):%Y%m%dT%H%M%S}"
            task = Task(duty.task.step, duty.task.packet_id, duty.task.role, again)
            delay = duty.at - now if duty.at is not None else timedelta()
            services.agenda.promise(tx.connection, task, delay=delay)
            log.error("step %s of packet %s was promised nowhere", task.step, task.packet_id)
    return len(lost)


def _all_duties(services: Services) -> Iterator[Duty]:
    with services.store.read() as tx:
        waiting, batches = tx.packets.open(), tx.batches.open()
    for each in waiting:
        yield from duties(each, services.clock())
    for batch, following in batches:
        yield from of_batch(batch.id, following, batch.forget_at)


def _asked(workflow: WorkflowStatus) -> tuple[Task, int]:
    """The task and attempt in a workflow of any version."""
    given = workflow.input
    if given is None:
        raise ValueError(f"the workflow {workflow.workflow_id} was listed without its input")
    step, packet_id, role, attempt, *_ = given["args"]
    return Task(step, packet_id, role), int(attempt)


def _named(packet_id: str, name: str) -> Task:
    step, _, role = name.partition(":")
    return Task(step, packet_id, role)


def _by_packet(tasks: list[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.packet_id, []).append(task)
    return found
