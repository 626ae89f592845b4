"""A process's lease on its slot, and the takeover of work whose process has none any more (engine.md 2.1)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from dbos import DBOS

from signing.slots import BEAT, lease, living
from signing.store import Store
from signing.work.hosts import gone, this_process

log = logging.getLogger("signing.work")


class Lease:
    """Held from the start of the block to its end; a thread extends it, and does ``beat`` every time."""

    def __init__(self, store: Store, beat: Callable[[], None]) -> None:
        self.holder = this_process()
        self._store = store
        self._beat = beat
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._extend()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._store.write() as tx:
            tx.slots.give_back(self.holder)

    def keep(self) -> None:
        """Starts the thread; before, the process may not be able to do ``beat``."""
        self._thread.start()

    def _keep(self) -> None:
        while not self._ended.wait(BEAT.total_seconds()):
            try:
                self._extend()
                self._beat()
            except Exception as error:
                # Whatever it is (the database is gone for a minute), the next beat tries again.
                log.warning("the lease was not extended: %s", type(error).__name__)

    def _extend(self) -> None:
        with self._store.write() as tx:
            tx.queue_up("slots")
            tx.slots.put(lease(tx.slots.all(), self.holder, tx.now(), gone))


def take_over(store: Store, holder: str) -> None:
    """Puts the unfinished work of every process without a living lease back in the queue.

    A process that was only silent and wakes up later can finish nothing any more: its work has another owner.
    """
    busy = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    # After the look at the work: whoever took some since then had its lease before.
    with store.read() as tx:
        alive = {slot.holder for slot in living(tx.slots.all(), tx.now(), gone)} | {holder}
    dead = sorted({work.executor_id for work in busy if work.executor_id} - alive)
    if dead:
        log.warning("work of %d ended processes is taken over", len(dead))
        # Unlike resuming by id it asks, in the same statement, whether the dead process still owns the work.
        DBOS._recover_pending_workflows(dead)
