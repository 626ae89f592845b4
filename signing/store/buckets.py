"""Rate limits in the registry, so that they hold for all processes together."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from signing.bucket import Level, Rate, take
from signing.store.dialects import insert_into, queue_up
from signing.store.tables_of_api import bucket

FORGOTTEN_AFTER = timedelta(hours=1)  # every bucket is full again by then


class Buckets:
    """All buckets, within one transaction; ``name``: a keyed hash of whose it is."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def empty_until(self, name: str, rate: Rate, now: datetime) -> timedelta | None:
        """How long until there is a token, without taking one; None when there is."""
        return take(self._level(name), rate, now)[1]

    def take(self, name: str, rate: Rate, now: datetime) -> timedelta | None:
        """Takes a token; None when there was one, else how long until there is. In a write transaction."""
        queue_up(self._connection, f"bucket {name}")
        found, wait = take(self._level(name), rate, now)
        if wait is None:
            new = insert_into(self._connection, bucket).values(name=name, tokens=found.tokens, at=found.at)
            kept = new.on_conflict_do_update(
                index_elements=[bucket.c.name], set_={"tokens": found.tokens, "at": found.at}
            )
            self._connection.execute(kept)
            self._connection.execute(bucket.delete().where(bucket.c.at <= now - FORGOTTEN_AFTER))
        return wait

    def _level(self, name: str) -> Level | None:
        row = self._connection.execute(
            sa.select(bucket.c.tokens, bucket.c.at).where(bucket.c.name == name)
        ).one_or_none()
        return None if row is None else Level(row.tokens, row.at)
