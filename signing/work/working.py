"""One process that works: its slot, the engine, and what it does at every beat."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from signing import logs
from signing.services import Services
from signing.store import open_work_engine
from signing.work.agenda import APPLICATION, QUEUE
from signing.work.comparing import promise_comparison
from signing.work.lease import Lease, take_over
from signing.work.mending import mend
from signing.work.nightly import promise_day
from signing.work.peers import Peers
from signing.work.performing import Current, without_texts

AT_ONCE = 4  # tasks done at the same time in one process
POLL = 0.25  # seconds between looks for new work
MEND_EVERY = 600.0  # seconds between looks for lost promises
GRACE = 20  # seconds that tasks get to finish when the process ends

# One name for all versions: a task is short, and any version goes on with it (see ``performing``).
VERSION = "1"

log = logging.getLogger("signing.work")


@contextmanager
def working(services: Services) -> Iterator[None]:
    """Does promised tasks in this process until the block ends; first of all those that a crash cut off."""
    Current.services, Current.peers = services, Peers()
    for logger in (logging.getLogger("dbos"), log):
        logger.addFilter(without_texts)  # the same filter again is not added
    beat = _Beat(services)
    with Lease(services.store, beat) as lease:
        beat.holder = lease.holder
        DBOS(config=_settings(services, lease.holder))
        logs.adopt("dbos")
        try:
            DBOS.launch()
            DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL)
            beat()
            now = services.clock()
            promise_day(now.astimezone(UTC).date(), now)
            promise_comparison(now.astimezone(UTC).date(), now)
            lease.keep()
            yield
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=GRACE)
            Current.services = None


class _Beat:
    """What a working process looks after: the work of dead ones, and from time to time lost promises."""

    def __init__(self, services: Services) -> None:
        self.holder = ""
        self._services = services
        self._mend_at = 0.0

    def __call__(self) -> None:
        take_over(self._services.store, self.holder)
        if time.monotonic() >= self._mend_at:
            self._mend_at = time.monotonic() + MEND_EVERY
            try:
                mend(self._services)
            except Exception as error:
                # A second line of defence stops no work of the first; the next look is in ten minutes.
                log.error("lost promises were not looked for: %s", type(error).__name__, exc_info=True)


def _settings(services: Services, holder: str) -> DBOSConfig:
    url = services.config.registry_url
    return {
        "name": APPLICATION,
        "system_database_url": url,
        "system_database_engine": open_work_engine(url, pool_size=AT_ONCE + 16),
        "application_version": VERSION,
        "executor_id": holder,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
    }
