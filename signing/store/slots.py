"""The slots of working processes in the registry."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.slots import Slot
from signing.store import tables
from signing.store.dialects import insert_into


class Slots:
    """All slots, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Slot, ...]:
        """Also those whose lease is over, by number."""
        rows = self._connection.execute(sa.select(tables.slot).order_by(tables.slot.c.number))
        return tuple(Slot(**row._mapping) for row in rows)

    def put(self, slot: Slot) -> None:
        """A slot's holder and end of lease; whoever held the number before holds it no more."""
        values = asdict(slot)
        self._connection.execute(
            insert_into(self._connection, tables.slot)
            .values(**values)
            .on_conflict_do_update(index_elements=[tables.slot.c.number], set_=values)
        )

    def give_back(self, holder: str) -> None:
        """The holder ends; its slot is free at once."""
        self._connection.execute(tables.slot.delete().where(tables.slot.c.holder == holder))
