"""Files with a packet in each row, in the registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.errors import NotFound
from signing.packet import Status
from signing.store import tables
from signing.store.records import Batch, BatchRow, Progress, RowState
from signing.store.tables_of_desk import batch as _batch
from signing.store.tables_of_desk import batch_row as _row


class Batches:
    """The batches of all organisations, within one transaction."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def of(self, client: str, most: int) -> tuple[Batch, ...]:
        """Those of one organisation, the newest first."""
        query = sa.select(_batch).where(_batch.c.client == client)
        rows = self._connection.execute(query.order_by(_batch.c.made_at.desc(), _batch.c.id).limit(most))
        return tuple(Batch(**row._mapping) for row in rows)

    def get(self, batch_id: str, client: str) -> Batch:
        """One of an organisation; locked in a write transaction. Raises NotFound."""
        found = self.find(batch_id)
        if found is None or found.client != client:
            raise NotFound("There is no such batch.")
        return found

    def find(self, batch_id: str) -> Batch | None:
        """One of whatever organisation, for durable work; None when it was forgotten."""
        query = sa.select(_batch).where(_batch.c.id == batch_id)
        row = self._connection.execute(query.with_for_update() if self._locks else query).one_or_none()
        return None if row is None else Batch(**row._mapping)

    def add(self, batch: Batch, rows: Iterable[BatchRow]) -> None:
        """A new one with its rows."""
        self._connection.execute(_batch.insert().values(**asdict(batch)))
        self._connection.execute(_row.insert(), [asdict(row) for row in rows])

    def start(self, batch_id: str, account_id: str, at: datetime) -> None:
        """Its good rows are to be made."""
        started = _batch.update().where(_batch.c.id == batch_id)
        self._connection.execute(started.values(started_at=at, account_id=account_id))

    def rows(self, batch_id: str, *states: RowState) -> tuple[BatchRow, ...]:
        """Its rows in these states, in their order."""
        query = sa.select(_row).where((_row.c.batch_id == batch_id) & _row.c.state.in_(states))
        return tuple(map(_as_row, self._connection.execute(query.order_by(_row.c.number))))

    def row(self, batch_id: str, number: int) -> BatchRow | None:
        """One row; None when it was forgotten."""
        query = sa.select(_row).where((_row.c.batch_id == batch_id) & (_row.c.number == number))
        found = self._connection.execute(query).one_or_none()
        return None if found is None else _as_row(found)

    def save(self, row: BatchRow) -> None:
        """A row as it is now."""
        condition = (_row.c.batch_id == row.batch_id) & (_row.c.number == row.number)
        self._connection.execute(_row.update().where(condition).values(**asdict(row)))

    def next(self, batch_id: str) -> int | None:
        """The first row that is still to be made; None when there is none."""
        good = (_row.c.batch_id == batch_id) & (_row.c.state == RowState.GOOD)
        found: int | None = self._connection.scalar(sa.select(sa.func.min(_row.c.number)).where(good))
        return found

    def progress(self, batch_id: str) -> Progress:
        """How far it is. A packet whose documents are stuck counts as made: others tell of it."""
        states = sa.select(_row.c.state, sa.func.count()).where(_row.c.batch_id == batch_id)
        counted = {state: number for state, number in self._connection.execute(states.group_by(_row.c.state))}
        packet, stuck = tables.packet, tables.stuck
        writing = sa.select(sa.func.count()).select_from(
            _row.join(packet, packet.c.reference == _row.c.reference)
        )
        writing = writing.where((_row.c.batch_id == batch_id) & (packet.c.status == Status.DRAFT))
        writing = writing.where(~sa.exists().where(stuck.c.packet_id == packet.c.id))
        found = {state.value: counted.get(state, 0) for state in RowState}
        return Progress(**found, writing=self._connection.scalar(writing) or 0)

    def statuses(self, batch_id: str) -> dict[str, Status]:
        """How the packets that were made of it are now, by their reference."""
        packet = tables.packet
        query = sa.select(packet.c.reference, packet.c.status).select_from(
            _row.join(packet, packet.c.reference == _row.c.reference)
        )
        rows = self._connection.execute(query.where(_row.c.batch_id == batch_id).order_by(_row.c.number))
        return {row.reference: Status(row.status) for row in rows}

    def open(self) -> tuple[tuple[Batch, int | None], ...]:
        """All of them, each with the row that is to be made next, if it was started."""
        found = self._connection.execute(sa.select(_batch).order_by(_batch.c.made_at)).all()
        batches = [Batch(**row._mapping) for row in found]
        return tuple((each, self.next(each.id) if each.started_at else None) for each in batches)

    def drop(self, batch_id: str) -> None:
        """It is not wanted any more, or its time is over; the packets of it stay."""
        self._connection.execute(_row.delete().where(_row.c.batch_id == batch_id))
        self._connection.execute(_batch.delete().where(_batch.c.id == batch_id))


def _as_row(found: sa.Row[Any]) -> BatchRow:
    return BatchRow(**{**found._mapping, "state": RowState(found.state)})
