"""What is looked after every night: the renewals that are due, and what is kept no longer."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from signing.steps import look, sweep
from signing.work.agenda import QUEUE
from signing.work.performing import KEPT, services_here

LOOK_AT = time(2, 0, tzinfo=UTC)  # when the daily look for renewals starts; nobody signs then

log = logging.getLogger("signing.work")


@DBOS.step(name="look", **KEPT)
def _look() -> None:
    # One step for all of it: the order of steps in a workflow never changes, and looking again does no harm.
    swept = sweep(services_here())
    log.info(
        "retention: %d erasures promised, %d drafts gone, %d packets stopped that nobody sent",
        swept.promised,
        swept.drafts,
        swept.unsent,
    )
    found = look(services_here())
    log.info("renewals: %d are due and promised", len(found.due))
    if found.missed:
        log.error("renewals: %d were missed; see the stuck list", len(found.missed))


@DBOS.step(name="clock")
def _now() -> str:
    return services_here().clock().astimezone(UTC).isoformat()


@DBOS.workflow(name="daily")
def daily(day: str) -> None:
    """One day's look for what must be renewed or erased; first of all it promises the next day."""
    now = datetime.fromisoformat(_now())
    promise_day(max(date.fromisoformat(day), now.date()) + timedelta(days=1), now)
    try:
        _look()
    except Exception as error:
        log.error("the nightly look of %s failed: %s", day, type(error).__name__)


def promise_day(day: date, now: datetime) -> None:
    """Promises the look of a day, once; a service that was down in the night does it when it starts."""
    delay = (datetime.combine(day, LOOK_AT) - now).total_seconds()
    with SetWorkflowID(f"daily:{day}"), SetEnqueueOptions(delay_seconds=max(delay, 0.0)):
        DBOS.enqueue_workflow(QUEUE, daily, day.isoformat())
