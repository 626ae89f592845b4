"""Many packets at once, for the overview of the desk: a few queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.account import CORPORATION_SEES, Scope
from signing.packet import Packet, Status
from signing.store import tables
from signing.store.packets import as_packet

SEALED = (Status.SEALED, Status.ARCHIVED, Status.DELIVERED)
_AT_ONCE = 500  # ids in one query: SQLite and PostgreSQL both take many more


@dataclass(frozen=True)
class Listed:
    """A packet with the values it was made of; ``stuck``: work of it waits for a human."""

    packet: Packet
    values: Mapping[str, Any]
    stuck: bool


@dataclass(frozen=True)
class Filed:
    """What an archive is searched by; ``address``: as the packet's values have it, its parts by name."""

    packet_id: str
    reference: str
    compact: str
    lease: str
    dossier: str
    address: Mapping[str, Any]
    signed_at: datetime


@dataclass(frozen=True)
class Sought:
    """What a list is narrowed to; None: everything. ``after``: the compact reference that it goes on from."""

    status: str | None = None
    corporation: str | None = None
    lease: str | None = None
    after: str | None = None


class Overview:
    """Packets within somebody's scope, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def packets(self, scope: Scope, most: int, status: str | None = None) -> tuple[Listed, ...]:
        """The newest packets of a scope, at most ``most`` of them; ``status``: only these."""
        table = tables.packet
        condition = within(scope) if status is None else within(scope) & (table.c.status == status)
        query = sa.select(table).where(condition).order_by(table.c.created_at.desc(), table.c.id)
        return self._listed(self._connection.execute(query.limit(most)).all())

    def filed(self, scope: Scope) -> tuple[Filed, ...]:
        """All sealed packets of a scope, the newest first, as far as an archive is searched by it.

        However old: a list of the newest would hide what an archive is for. Nothing else is read of them.
        """
        table = tables.packet
        given = table.c["values"]
        query = (
            sa.select(
                table.c.id, table.c.reference, table.c.compact, table.c.lease_number, table.c.signed_at,
                given["dossier_number"].as_string().label("dossier"), given["address"].label("address"),
            )
            .where(within(scope) & table.c.status.in_(SEALED) & table.c.signed_at.is_not(None))
            .order_by(table.c.signed_at.desc(), table.c.id)
        )  # fmt: skip
        return tuple(
            Filed(
                row.id, row.reference, row.compact, row.lease_number, row.dossier or "",
                row.address if isinstance(row.address, dict) else {}, row.signed_at,
            )
            for row in self._connection.execute(query)
        )  # fmt: skip

    def some(self, scope: Scope, ids: Sequence[str]) -> tuple[Listed, ...]:
        """These packets of a scope, in this order."""
        condition = within(scope) & tables.packet.c.id.in_(ids)
        rows = self._connection.execute(sa.select(tables.packet).where(condition)).all()
        found = {each.packet.id: each for each in self._listed(rows)}
        return tuple(found[packet_id] for packet_id in ids if packet_id in found)

    def one(self, scope: Scope, compact: str) -> Listed | None:
        """The packet with this compact reference, when it is within the scope."""
        condition = within(scope) & (tables.packet.c.compact == compact)
        row = self._connection.execute(sa.select(tables.packet).where(condition)).one_or_none()
        if row is None:
            return None
        packet = as_packet(row, self._recipients([row.id])[row.id])
        return Listed(packet, row.values, bool(self._stuck([row.id])))

    def page(self, client: str, sought: Sought, most: int) -> tuple[Packet, ...]:
        """The next packets of an API client that fit, the newest first, at most ``most`` of them."""
        table = tables.packet
        condition = table.c.client == client
        if sought.status is not None:
            condition &= table.c.status == sought.status
        if sought.corporation is not None:
            condition &= table.c.corporation == sought.corporation
        if sought.lease is not None:
            condition &= table.c.lease_number == sought.lease
        if sought.after is not None:
            last = sa.select(table.c.created_at, table.c.id).where(
                (table.c.compact == sought.after) & (table.c.client == client)
            )
            at, packet_id = self._connection.execute(last).one_or_none() or (None, None)
            if at is None:
                return ()
            same = (table.c.created_at == at) & (table.c.id > packet_id)
            condition &= (table.c.created_at < at) | same
        query = sa.select(table).where(condition).order_by(table.c.created_at.desc(), table.c.id)
        rows = self._connection.execute(query.limit(most)).all()
        recipients = self._recipients([row.id for row in rows])
        return tuple(as_packet(row, recipients[row.id]) for row in rows)

    def client_of(self, packet_id: str) -> str:
        """Who made a packet."""
        found = sa.select(tables.packet.c.client).where(tables.packet.c.id == packet_id)
        return str(self._connection.execute(found).scalar_one())

    def _listed(self, rows: Sequence[sa.Row[Any]]) -> tuple[Listed, ...]:
        ids = [row.id for row in rows]
        recipients, stuck = self._recipients(ids), self._stuck(ids)
        return tuple(Listed(as_packet(row, recipients[row.id]), row.values, row.id in stuck) for row in rows)

    def _recipients(self, ids: Sequence[str]) -> dict[str, list[sa.Row[Any]]]:
        table, found = tables.recipient, defaultdict(list)
        for start in range(0, len(ids), _AT_ONCE):
            query = sa.select(table).where(table.c.packet_id.in_(ids[start : start + _AT_ONCE]))
            for row in self._connection.execute(query.order_by(table.c.packet_id, table.c.position)):
                found[row.packet_id].append(row)
        return found

    def _stuck(self, ids: Sequence[str]) -> frozenset[str]:
        waiting = self._connection.execute(sa.select(tables.stuck.c.packet_id).distinct()).scalars()
        return frozenset(waiting) & frozenset(ids)


def within(scope: Scope) -> sa.ColumnElement[bool]:
    """The condition of ``account.sees``, in SQL; nothing for a scope of nobody."""
    if scope.client is not None:
        return tables.packet.c.client == scope.client
    if scope.corporation is None:
        return sa.false()
    seen = tables.packet.c.status.in_(CORPORATION_SEES)
    return (tables.packet.c.corporation == scope.corporation) & seen
