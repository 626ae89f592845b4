"""What a database is like, without making or changing anything in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from signing.store import copying, tables
from signing.store.dialects import now_of
from signing.store.engine import known_versions, open_engine


@dataclass(frozen=True)
class State:
    """``version``: of its tables, None without any; ``known``: those of this program, oldest first.

    ``clock``: of a database server, else None; ``latest``: when anything happened last; ``stuck``: how many
    wait for a human.
    """

    kind: str
    known: Sequence[str]
    version: str | None = None
    clock: datetime | None = None
    latest: datetime | None = None
    stuck: int = 0


def look(url: str) -> State:
    """Raises one of ``DATABASE_GONE``."""
    kind, known = copying.kind_of(url), known_versions()
    if kind == copying.SQLITE and not Path(sa.make_url(url).database or "").exists():
        return State(kind, known)
    engine = open_engine(url)
    reads = {"reads": True} if kind == copying.SQLITE else {}
    try:
        with engine.connect().execution_options(**reads) as connection:
            return _state(connection, kind, known)
    finally:
        engine.dispose()


def _state(connection: sa.Connection, kind: str, known: Sequence[str]) -> State:
    clock = None if kind == copying.SQLITE else now_of(connection).astimezone(UTC)
    if not sa.inspect(connection).has_table("alembic_version"):
        return State(kind, known, clock=clock)
    version = str(connection.exec_driver_sql("select version_num from alembic_version").scalar_one())
    if version != known[-1]:
        return State(kind, known, version, clock)
    latest = connection.execute(sa.select(sa.func.max(tables.event.c.at))).scalar_one()
    waiting = sa.select(sa.func.count()).select_from(tables.stuck).where(tables.stuck.c.given_up_at.is_(None))
    return State(kind, known, version, clock, latest, connection.execute(waiting).scalar_one())
