"""A registry with many archived packets: each is a copy, row by row, of one that went the whole way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from signing.packet import Packet, Status
from signing.reference import Reference, compact_form
from signing.standing import folded
from signing.store import Store, tables
from signing.work import DurableAgenda

CLIENT = "bench"
UNDER_WAY = 100  # packets that still wait for something, in every registry alike
_AT_ONCE = 5_000
_OF_A_PACKET = (
    tables.recipient, tables.document, tables.event, tables.message, tables.remark, tables.code,
)  # fmt: skip
_FIRST_NAMES = ("Aylin", "Łukasz", "Noor", "José", "Fatima", "Sem", "Yara", "Björn", "Mirjam", "Đorđe")

copies = sa.Table(
    "bench_copy",
    sa.MetaData(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("reference", sa.String(40)),
    sa.Column("compact", sa.String(31)),
    sa.Column("lease", sa.String(20)),
    sa.Column("name", sa.Text),
    sa.Column("folded", sa.Text),
    sa.Column("at", tables.Moment),
    sa.Column("status", sa.String(16)),
)


@dataclass(frozen=True)
class Model:
    """A delivered packet: its rows by table, and those of the work that was done for it."""

    packet: Packet
    name: str
    rows: Mapping[str, list[dict[str, Any]]]
    work: list[dict[str, Any]]


def read(store: Store, packet_id: str) -> Model:
    """A packet as a model."""
    with store.read() as tx:
        packet = tx.packets.get(packet_id)
        name = str(tx.packets.filing(packet_id).values["tenant"]["full_name"])
        rows = {
            table.name: _rows(tx.connection, sa.select(table).where(_owned(table, packet_id)))
            for table in (tables.packet, *_OF_A_PACKET, tables.packet_search)
        }
        work = _work(tx.connection)
        done = _rows(tx.connection, sa.select(work).where(_owned(work, packet_id)))
        return Model(packet, name, rows, done)


def fill(store: Store, model: Model, archived: int) -> None:
    """Puts copies of the model into an empty registry: ``archived`` ones, and UNDER_WAY that still wait."""
    DurableAgenda(store)  # makes the engine's tables
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        copies.create(connection)
        work = _work(connection)
        for name, rows in model.rows.items():
            connection.execute(tables.METADATA.tables[name].insert(), rows) if rows else None
        known = work.columns.keys()
        connection.execute(work.insert(), [{key: row.get(key) for key in known} for row in model.work])
        made = sorted(_made(model, archived), key=lambda row: str(row["id"]))  # in the order of the indexes
        for start in range(0, len(made), _AT_ONCE):
            connection.execute(copies.insert(), made[start : start + _AT_ONCE])
        for table in (tables.packet, *_OF_A_PACKET, tables.packet_search, work):
            _copy(connection, table, model)
        _forget(connection, work, model)
        copies.drop(connection)
    if store.engine.dialect.name == "postgresql":  # by itself it does so after a while
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def lease(number: int) -> str:
    """The lease number of a copy."""
    return f"{number:09d}7"


def _made(model: Model, archived: int) -> Iterable[dict[str, Any]]:
    waiting = (Status.READY, Status.SENT, Status.SIGNED, Status.ARCHIVED)
    for number in range(archived + UNDER_WAY):
        reference = str(Reference(model.packet.corporation, lease(number), model.packet.code, 1))
        under_way = number >= archived
        yield {
            "id": str(UUID(int=Random(number).getrandbits(128), version=4)),  # noqa: S311  # no secret
            "reference": reference,
            "compact": compact_form(reference),
            "lease": lease(number),
            "name": (name := f"{_FIRST_NAMES[number % 10]} van {number:06d}"),
            "folded": folded(name),
            "at": model.packet.created_at - timedelta(minutes=archived + UNDER_WAY - number),
            "status": waiting[number % len(waiting)] if under_way else Status.DELIVERED,
        }


def _copy(connection: sa.Connection, table: sa.Table, model: Model) -> None:
    """All copies of one table in one statement, in the database itself."""
    query = sa.select(*(_copied(connection, table, column, model).label(column.name) for column in table.c))
    pairs = query.select_from(sa.join(table, copies, sa.true())).where(_owned(table, model.packet.id))
    connection.execute(table.insert().from_select(list(table.c), pairs))


def _copied(
    connection: sa.Connection, table: sa.Table, column: sa.Column[Any], model: Model
) -> sa.ColumnElement[Any]:
    if table.name == "packet" and column.name in _OF_PACKET:
        return _OF_PACKET[column.name]
    if table.name == "packet_search" and column.name == "text":
        numbered = sa.func.replace(column, model.packet.lease_number.lower(), copies.c.lease)
        return sa.func.replace(numbered, folded(model.name), copies.c.folded)
    if table.name == "workflow_status" and column.name == "status":
        # What was promised for later is long done for who was delivered long ago.
        return sa.case((copies.c.status == Status.DELIVERED, "SUCCESS"), else_=column)
    if table.name == "message" and column.name == "id":
        return copies.c.id + sa.literal(".") + column
    if column.name in ("packet_id", "workflow_uuid", "id") or isinstance(column.type, sa.JSON):
        text = sa.cast(column, sa.Text) if connection.dialect.name == "postgresql" else column
        changed: sa.ColumnElement[Any] = sa.func.replace(
            sa.type_coerce(text, sa.Text), model.packet.id, copies.c.id
        )
        if isinstance(column.type, sa.JSON):
            changed = sa.func.replace(changed, model.packet.lease_number, copies.c.lease)
            changed = sa.func.replace(changed, model.name, copies.c.name)
        json = isinstance(column.type, sa.JSON) and connection.dialect.name == "postgresql"
        return sa.cast(changed, sa.JSON) if json else changed
    return column


_OF_PACKET: dict[str, sa.ColumnElement[Any]] = {
    "id": copies.c.id,
    "reference": copies.c.reference,
    "compact": copies.c.compact,
    "lease_number": copies.c.lease,
    "subject": copies.c.id,
    "status": copies.c.status,
    "created_at": copies.c.at,
    "client": sa.literal(CLIENT),
    "idempotency_key": sa.null(),
}


def _forget(connection: sa.Connection, work: sa.Table, model: Model) -> None:
    """The model itself goes."""
    for table in (work, tables.packet_search, *reversed(_OF_A_PACKET), tables.packet):
        connection.execute(table.delete().where(_owned(table, model.packet.id)))


def _owned(table: sa.Table, packet_id: str) -> sa.ColumnElement[bool]:
    """The rows of a packet; of the engine's work, what was done for it."""
    if table.name == "workflow_status":
        return table.c.workflow_uuid.like(f"{packet_id}:%")
    owner = table.c.id if table.name == "packet" else table.c.packet_id
    return owner == packet_id


def _work(connection: sa.Connection) -> sa.Table:
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    return sa.Table("workflow_status", sa.MetaData(), schema=schema, autoload_with=connection)


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
