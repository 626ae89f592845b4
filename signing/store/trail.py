"""The audit trail in the registry: facts are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing import audit
from signing.store import tables


class Trail:
    """The audit trails of all packets, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.added: list[audit.Event] = []  # in this transaction

    def of(self, packet_id: str) -> tuple[audit.Event, ...]:
        """The whole trail of a packet, oldest first."""
        rows = self._connection.execute(
            sa.select(tables.event)
            .where(tables.event.c.packet_id == packet_id)
            .order_by(tables.event.c.sequence)
        )
        return tuple(_event(row) for row in rows)

    def append(
        self, packet_id: str, name: str, actor: str, data: Mapping[str, audit.Value], now: datetime
    ) -> audit.Event:
        """Adds a fact to the trail. Call it with the packet locked (`packet` in a write transaction)."""
        row = self._connection.execute(
            sa.select(tables.event)
            .where(tables.event.c.packet_id == packet_id)
            .order_by(tables.event.c.sequence.desc())
            .limit(1)
        ).one_or_none()
        event = audit.append(None if row is None else _event(row), packet_id, name, actor, data, now)
        self._connection.execute(
            tables.event.insert().values(
                **{field.name: getattr(event, field.name) for field in fields(event)}
            )
        )
        self.added.append(event)
        return event


def _event(row: sa.Row[Any]) -> audit.Event:
    return audit.Event(**{field.name: getattr(row, field.name) for field in fields(audit.Event)})
