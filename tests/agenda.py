"""An agenda that does nothing by itself: it keeps promises in the registry until a test lets them run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from signing.services import Services
from signing.steps import STEPS, Step
from signing.store import Store
from signing.store.dialects import insert_into
from signing.store.tables import Moment
from signing.tasks import Task

promised = sa.Table(
    "promised",
    sa.MetaData(),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, unique=True),
    sa.Column("step", sa.String),
    sa.Column("packet_id", sa.String),
    sa.Column("role", sa.String),
    sa.Column("due", Moment),
    sa.Column("done", sa.Boolean),
)


class PromisedWork:
    """Promises like the durable engine: in the caller's transaction, once per id, after a delay."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        with store.engine.begin() as connection:
            promised.create(connection, checkfirst=True)

    def promise(
        self,
        connection: sa.Connection,
        task: Task,
        *,
        delay: timedelta | None = None,
        attempt: int = 0,
        since: datetime | None = None,
    ) -> None:
        """See signing.tasks.Agenda."""
        row = {
            "id": f"{task.id}:{attempt}" if attempt else task.id,
            "step": task.step,
            "packet_id": task.packet_id,
            "role": task.role,
            "due": self._clock() + (delay or timedelta()),
            "done": False,
        }
        connection.execute(insert_into(connection, promised).values(**row).on_conflict_do_nothing())

    def waiting(self) -> list[Task]:
        """Promised, not done, and due now; in the order of their promises."""
        return [task for _, task in self._waiting()]

    def _waiting(self) -> list[tuple[str, Task]]:
        with self._store.read() as tx:
            rows = tx.connection.execute(
                sa.select(promised)
                .where(promised.c.done.is_(False), promised.c.due <= self._clock())
                .order_by(promised.c.position)
            )
            return [(row.id, Task(row.step, row.packet_id, row.role)) for row in rows]

    def run_due(
        self, services: Services, *, until: str | None = None, steps: Mapping[str, Step] = STEPS
    ) -> list[str]:
        """Does what is due, also what that promises; stops before the step ``until``. Returns the steps.

        A step that raises is not done: it is tried again on the next call.
        """
        ran = []
        while waiting := [(id, task) for id, task in self._waiting() if task.step != until]:
            promise, task = waiting[0]
            steps[task.step](services, task.packet_id, task.role)
            with self._store.write() as tx:
                tx.connection.execute(promised.update().where(promised.c.id == promise).values(done=True))
            ran.append(task.step)
        return ran
