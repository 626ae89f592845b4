"""Where SQLite and PostgreSQL need other words for the same thing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT; both databases spell it alike, SQLAlchemy keeps two."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def queue_up(connection: sa.Connection, *names: str) -> None:
    """Waits until no other write transaction has any of these names, and has them until its own end.

    On SQLite there is one write transaction at a time, so nobody has to wait here.
    """
    if connection.dialect.name == "sqlite":
        return
    # In one order everywhere, so that two of them never wait for each other.
    for number in sorted(_number(name) for name in set(names)):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def now_of(connection: sa.Connection) -> datetime:
    """The clock of the database's machine: that of SQLite is ours."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return now


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
