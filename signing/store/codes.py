"""One-time codes in the registry: that they were made, and how they were used."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.identity.codes import Code
from signing.store import tables


class Codes:
    """The codes of all packets, within one transaction. Call it with the packet locked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, packet_id: str, role: str) -> tuple[Code, ...]:
        """Of one recipient, the oldest first."""
        table = tables.code
        rows = self._connection.execute(
            sa.select(table)
            .where(table.c.packet_id == packet_id, table.c.role == role)
            .order_by(table.c.number)
        )
        return tuple(Code(**row._mapping) for row in rows)

    def add(self, code: Code) -> None:
        """A code that was made."""
        self._connection.execute(tables.code.insert().values(**asdict(code)))

    def save(self, code: Code) -> None:
        """How often it was wrong, and when it was used."""
        table = tables.code
        self._connection.execute(
            table.update()
            .where(
                table.c.packet_id == code.packet_id,
                table.c.role == code.role,
                table.c.number == code.number,
            )
            .values(wrong=code.wrong, used_at=code.used_at)
        )
