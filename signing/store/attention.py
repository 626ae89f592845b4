"""Work that waits for a human, in the registry."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.store import tables
from signing.store.records import Stuck


class Attention:
    """The list of stuck work, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self, packet_id: str | None = None, *, given_up: bool = False) -> tuple[Stuck, ...]:
        """Work that waits for a human, oldest first; of one packet or of all. ``given_up``: that too."""
        query = sa.select(tables.stuck).order_by(tables.stuck.c.since)
        if not given_up:
            query = query.where(tables.stuck.c.given_up_at.is_(None))
        if packet_id is not None:
            query = query.where(tables.stuck.c.packet_id == packet_id)
        return tuple(Stuck(**row._mapping) for row in self._connection.execute(query))

    def put(self, stuck: Stuck) -> None:
        """Puts work on the list, or renews its reason."""
        self.clear(stuck.packet_id, stuck.step)
        self._connection.execute(tables.stuck.insert().values(**asdict(stuck)))

    def take(self, packet_id: str, step: str) -> Stuck | None:
        """Takes work off the list to try it again, also what was given up; None when it is not there."""
        found = next((stuck for stuck in self.all(packet_id, given_up=True) if stuck.step == step), None)
        if found:
            self.clear(packet_id, step)
        return found

    def clear(self, packet_id: str, step: str) -> None:
        """Takes work off the list: it was done, or is tried again."""
        condition = (tables.stuck.c.packet_id == packet_id) & (tables.stuck.c.step == step)
        self._connection.execute(tables.stuck.delete().where(condition))
