"""Where SQLite and PostgreSQL need other words for the same thing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT; both databases spell it alike, SQLAlchemy keeps two."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


_IN_INDEX = 3  # letters


class days(sa.sql.functions.GenericFunction[float]):  # a function of SQL
    """A moment as a number of days, to add terms to and to compare with another one."""

    type = sa.Float()
    inherit_cache = True


@compiles(days, "sqlite")
def _days_of_sqlite(element: days, compiler: sa.sql.compiler.SQLCompiler, **more: Any) -> str:
    return f"julianday({compiler.process(element.clauses, **more)})"


@compiles(days, "postgresql")
def _days_of_postgresql(element: days, compiler: sa.sql.compiler.SQLCompiler, **more: Any) -> str:
    return f"(extract(epoch from ({compiler.process(element.clauses, **more)})::timestamptz) / 86400)"


def holding(
    connection: sa.Connection, text: sa.ColumnElement[str], words: Sequence[str]
) -> list[sa.ColumnElement[bool]]:
    """That a text holds all of these words, somewhere. They are of letters and digits only.

    An index of letters in threes answers it; words of one or two letters are looked for in what is left.
    FTS5 answers LIKE too, but some versions crash over three of them at once.
    """
    if connection.dialect.name != "sqlite":
        return [text.like(f"%{word}%") for word in words]
    long = " ".join(f'"{word}"' for word in words if len(word) >= _IN_INDEX)
    short = [sa.func.instr(text, word) > 0 for word in words if len(word) < _IN_INDEX]
    return [text.op("MATCH", is_comparison=True)(long), *short] if long else short


def unindexed(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """A column that is to be looked at and not to be found by: what else is asked leaves few rows, and a
    planner without statistics does not know.
    """
    return sa.func.coalesce(column, sa.literal(""))


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
