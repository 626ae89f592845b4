"""What the registry says that the corporations' archives have."""

from __future__ import annotations

import sqlalchemy as sa

from signing.packet import Status
from signing.store import tables
from signing.store.records import Delivered


class Deliveries:
    """Packages with a receipt, and those still under way, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def delivered(self) -> tuple[Delivered, ...]:
        """Every package that has a receipt, renewals too, by name."""
        packet, renewal = tables.packet.c, tables.renewal.c
        first = self._connection.execute(
            sa.select(packet.corporation, packet.reference, packet.receipt).where(
                packet.status == Status.DELIVERED
            )
        )
        later = self._connection.execute(
            sa.select(packet.corporation, packet.reference, renewal.number, renewal.receipt)
            .join_from(tables.renewal, tables.packet)
            .where(renewal.delivered.is_(True))
        )
        found = [Delivered(row.corporation, row.reference, row.receipt) for row in first]
        found += [
            Delivered(row.corporation, _renewed(row.reference, row.number), row.receipt) for row in later
        ]
        return tuple(sorted(found, key=lambda each: (each.corporation, each.name)))

    def waiting(self) -> frozenset[str]:
        """The names of packages that an archive may have got already, without a receipt here."""
        packet, renewal = tables.packet.c, tables.renewal.c
        first = self._connection.scalars(sa.select(packet.reference).where(packet.status == Status.ARCHIVED))
        later = self._connection.execute(
            sa.select(packet.reference, renewal.number)
            .join_from(tables.renewal, tables.packet)
            .where(renewal.delivered.is_(False))
        )
        return frozenset(first) | {_renewed(row.reference, row.number) for row in later}


def _renewed(reference: str, number: int) -> str:
    """As the record of the archive names it."""
    return f"{reference}-renewal-{number}"
