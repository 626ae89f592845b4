"""The messages of all packets and what became of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.store import tables
from signing.store.records import Dispatch

_INVITING = ("invite", "remind")


class Messages:
    """The messages, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, packet_id: str) -> tuple[Dispatch, ...]:
        """Of one packet, the oldest first."""
        table = tables.message
        rows = self._connection.execute(
            sa.select(table).where(table.c.packet_id == packet_id).order_by(table.c.queued_at, table.c.id)
        )
        return tuple(Dispatch(**row._mapping) for row in rows)

    def get(self, id: str) -> Dispatch | None:
        """By its id, or None."""
        row = self._connection.execute(
            sa.select(tables.message).where(tables.message.c.id == id)
        ).one_or_none()
        return None if row is None else Dispatch(**row._mapping)

    def queue(self, dispatch: Dispatch) -> None:
        """A message that is about to go out; one that is there already stays as it is."""
        if self.get(dispatch.id) is None:
            self._connection.execute(tables.message.insert().values(**asdict(dispatch)))

    def sent(self, id: str, now: datetime) -> None:
        """It was handed over."""
        self._set(tables.message.c.id == id, state="sent", sent_at=now, changed_at=now, reason=None)

    def bounced(self, id: str, reason: str, now: datetime) -> None:
        """It did not arrive; ``reason`` holds no address."""
        self._set(tables.message.c.id == id, state="bounced", changed_at=now, reason=reason)

    def opened(self, packet_id: str, role: str, now: datetime) -> None:
        """A person opened the link in the messages that invited this recipient."""
        table = tables.message
        self._set(
            (table.c.packet_id == packet_id)
            & (table.c.role == role)
            & table.c.kind.in_(_INVITING)
            & (table.c.state == "sent"),
            state="opened",
            changed_at=now,
        )

    def _set(self, which: sa.ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(tables.message.update().where(which).values(**values))
