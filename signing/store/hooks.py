"""Webhooks and what was sent to them, in the registry."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from signing.errors import NotFound
from signing.hook import Hook, Posting
from signing.store import tables
from signing.store.dialects import insert_into
from signing.store.tables_of_api import hook, posting


class Hooks:
    """All hooks and their log, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_client(self, client: str) -> tuple[Hook, ...]:
        """Those that have not ended, the oldest first."""
        query = sa.select(hook).where(hook.c.client == client, hook.c.ended_at.is_(None))
        rows = self._connection.execute(query.order_by(hook.c.made_at, hook.c.id))
        return tuple(Hook(**row._mapping) for row in rows)

    def of_packet(self, packet_id: str) -> tuple[tuple[Hook, ...], str]:
        """The hooks of who asked for a packet, and its reference."""
        query = sa.select(tables.packet.c.client, tables.packet.c.reference)
        row = self._connection.execute(query.where(tables.packet.c.id == packet_id)).one()
        return self.of_client(row.client), row.reference

    def get(self, hook_id: str, client: str | None = None) -> Hook:
        """Raises NotFound; ``client``: only its own."""
        row = self._connection.execute(sa.select(hook).where(hook.c.id == hook_id)).one_or_none()
        if row is None or (client is not None and row.client != client):
            raise NotFound("There is no such webhook.")
        return Hook(**row._mapping)

    def add(self, new: Hook) -> None:
        """A new one."""
        self._connection.execute(hook.insert().values(**asdict(new)))

    def end(self, hook_id: str, now: datetime) -> None:
        """Nothing goes there any more."""
        self._connection.execute(hook.update().where(hook.c.id == hook_id).values(ended_at=now))

    def note(self, new: Posting) -> None:
        """Something to send; noted twice it is there once."""
        made = insert_into(self._connection, posting).values(**asdict(new))
        self._connection.execute(made.on_conflict_do_nothing())

    def posting(self, posting_id: str) -> Posting:
        """Raises NotFound."""
        row = self._connection.execute(sa.select(posting).where(posting.c.id == posting_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such posting.")
        return Posting(**row._mapping)

    def postings(self, hook_id: str, most: int) -> tuple[Posting, ...]:
        """The newest of a hook, at most ``most``."""
        query = sa.select(posting).where(posting.c.hook_id == hook_id)
        rows = self._connection.execute(query.order_by(posting.c.made_at.desc(), posting.c.id).limit(most))
        return tuple(Posting(**row._mapping) for row in rows)

    def tried(self, posting_id: str, now: datetime, status: int | None, reason: str | None) -> None:
        """What came of a try; ``reason``: None when it was taken."""
        values = {"tries": posting.c.tries + 1, "tried_at": now, "status": status, "reason": reason}
        if reason is None:
            values["delivered_at"] = now
        self._connection.execute(posting.update().where(posting.c.id == posting_id).values(**values))
