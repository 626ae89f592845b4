"""Once a day the registry is laid beside the archives, by names of packages; differences are told."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

from signing.reconciling import reconcile
from signing.work.agenda import QUEUE
from signing.work.performing import KEPT, services_here

COMPARE_AT = time(3, 0, tzinfo=UTC)  # after the look for renewals, which brings new packages

log = logging.getLogger("signing.work")


@DBOS.step(name="compare", **KEPT)
def _compare() -> dict[str, Any]:
    """How many differences there are by corporation; the names of packages hold lease numbers."""
    services = services_here()
    found = reconcile(services, names_only=True)
    counted = Counter(finding.corporation for finding in found.findings)
    return {"at": services.clock().isoformat(), "differences": dict(counted), "waiting": found.waiting}


@DBOS.step(name="tell", **KEPT)
def _tell(day: str, found: dict[str, Any]) -> None:
    alarm = services_here().alarm
    if alarm is not None:
        alarm.tell(f"archives:{day}", {"event": "archives-differ", **found})


@DBOS.step(name="clock_of_archives")
def _now() -> str:
    return services_here().clock().astimezone(UTC).isoformat()


@DBOS.workflow(name="compare_archives")
def compare_archives(day: str) -> None:
    """One day's look; the next day is promised first, whatever comes of this one."""
    now = datetime.fromisoformat(_now())
    promise_comparison(max(date.fromisoformat(day), now.date()) + timedelta(days=1), now)
    try:
        found = _compare()
        if found["differences"]:
            total = sum(found["differences"].values())
            log.error("archives: %d differences; `python -m signing reconcile --names` names them", total)
            _tell(day, found)
    except Exception as error:
        log.error("the archives of %s were not compared, or nobody was told: %s", day, type(error).__name__)


def promise_comparison(day: date, now: datetime) -> None:
    """Promises the look of a day, once; a service that was down in the night does it when it starts."""
    delay = (datetime.combine(day, COMPARE_AT) - now).total_seconds()
    with SetWorkflowID(f"archives:{day}"), SetEnqueueOptions(delay_seconds=max(delay, 0.0)):
        DBOS.enqueue_workflow(QUEUE, compare_archives, day.isoformat())
