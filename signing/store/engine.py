"""How a connection to the registry is opened, and how its schema is brought up to date."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL")
UNBOUNDED = -1  # connections of a pool beyond its size: as many as there are threads
_WORK_INDEX = "huurzegel_work_by_status"
_MIGRATION_LOCK = 0x48757572  # any constant: one advisory lock for "this service migrates"


def open_engine(url: str, *, pool_size: int = 20) -> sa.Engine:
    """An engine for the registry; ``url``: SQLAlchemy, ``sqlite:///file`` or ``postgresql+psycopg://…``.

    SQLite: WAL, and every transaction opens with BEGIN IMMEDIATE, so that writers queue up on the busy
    timeout in place of failing half-way (engine.md 4: 620,519 "database is locked" against 0).
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=UNBOUNDED)
    Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def migrate(engine: sa.Engine, *, to: str = "head") -> None:
    """Brings the schema forward to this version, or ``to`` an older one.

    One process at a time; the others wait, and find it done.

    All migrations are one transaction: a start that is cut off leaves the schema as it was.
    """
    config = _migrations()
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def known_versions() -> tuple[str, ...]:
    """Of the schema, oldest first."""
    found = ScriptDirectory.from_config(_migrations()).walk_revisions()
    return tuple(each.revision for each in found)[::-1]


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.migrating").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with engine.begin() as connection:
                yield connection
        return
    with engine.begin() as connection:
        # Ends with the transaction: a lock of the session would stay with the connection in the pool.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        yield connection


def _set_up_sqlite(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions by itself
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: sa.Connection) -> None:
    # A look takes no lock: with WAL it sees one moment and holds nobody up.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def open_work_engine(url: str, *, pool_size: int = 20) -> sa.Engine:
    """A second engine on the same database, for the durable engine's own bookkeeping.

    On SQLite its pool has no upper bound: a task that holds the write lock while it waits for a connection
    would stop them all (engine.md 2.3, trap 1), and this way nobody ever waits for one. On PostgreSQL, where
    a lock is of one row, ``pool_size`` keeps the server's limit.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30, pool_pre_ping=True)
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=UNBOUNDED)
    sa.event.listen(engine, "connect", _set_up_sqlite_for_work)
    return engine


def index_work(engine: sa.Engine) -> None:
    """An index of the durable engine's work by status, once, so that done work costs nothing to who looks
    for what is not done. Its own are of some statuses only: SQLite reads those only when a statement spells
    the status out, and none has the three of waiting work.
    """
    schema = None if engine.dialect.name == "sqlite" else "dbos"
    known = sa.inspect(engine).get_indexes("workflow_status", schema=schema)
    if _WORK_INDEX in [index["name"] for index in known]:
        return
    table = sa.Table("workflow_status", sa.MetaData(), sa.Column("status", sa.String), schema=schema)
    with engine.begin() as connection:
        sa.Index(_WORK_INDEX, table.c.status).create(connection, checkfirst=True)


def _set_up_sqlite_for_work(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
