"""Renewals of what was sealed, in the registry: they are added, and get their receipt once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.packet import Status
from signing.store import tables
from signing.store.records import Ending, Renewal, RenewedFile


class Renewals:
    """The renewals, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, packet_id: str) -> tuple[Renewal, ...]:
        """Of one packet, oldest first."""
        rows = self._connection.execute(
            sa.select(tables.renewal)
            .where(tables.renewal.c.packet_id == packet_id)
            .order_by(tables.renewal.c.number)
        )
        return tuple(
            Renewal(row.number, row.at, tuple(RenewedFile(**file) for file in row.files), row.receipt)
            for row in rows
        )

    def add(self, packet_id: str, renewal: Renewal) -> None:
        """The next renewal of a packet, not delivered yet. Call it with the packet locked."""
        files = [asdict(file) for file in renewal.files]
        self._connection.execute(
            tables.renewal.insert().values(
                packet_id=packet_id, number=renewal.number, at=renewal.at, files=files, delivered=False
            )
        )

    def set_receipt(self, packet_id: str, number: int, receipt: Mapping[str, Any]) -> bool:
        """That the archive has it; False when it had a receipt already, which stays."""
        changed = self._connection.execute(
            tables.renewal.update()
            .where(
                tables.renewal.c.packet_id == packet_id,
                tables.renewal.c.number == number,
                tables.renewal.c.delivered.is_(False),
            )
            .values(receipt=dict(receipt), delivered=True)
        )
        return changed.rowcount == 1

    def ending(self, until: datetime) -> tuple[Ending, ...]:
        """The delivered packets whose last timestamp ends by ``until``; what ends first comes first."""
        packet = tables.packet.c
        renewals = (
            sa.select(sa.func.count())
            .where(tables.renewal.c.packet_id == packet.id)
            .correlate(tables.packet)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            sa.select(packet.id, packet.reference, packet.stamped_at, packet.proves_until, renewals)
            .where(packet.status == Status.DELIVERED, packet.proves_until <= until)
            .order_by(packet.proves_until, packet.id)
        )
        return tuple(Ending(*row) for row in rows)
