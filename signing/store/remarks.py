"""What recipients wrote: questions, and words with a refusal."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.store import tables
from signing.store.records import Remark


class Remarks:
    """The remarks of all packets, within one transaction. Call it with the packet locked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, packet_id: str) -> tuple[Remark, ...]:
        """Of one packet, the oldest first."""
        table = tables.remark
        rows = self._connection.execute(
            sa.select(table).where(table.c.packet_id == packet_id).order_by(table.c.number)
        )
        return tuple(Remark(**row._mapping) for row in rows)

    def add(self, remark: Remark) -> None:
        """A new one; its number is the next of the packet."""
        self._connection.execute(tables.remark.insert().values(**asdict(remark)))
