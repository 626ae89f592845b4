"""Many packets at once, for the overview of the desk: a few queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.account import Scope
from signing.packet import Packet, Status
from signing.store import tables
from signing.store.dialects import unindexed
from signing.store.narrowing import Narrowed, Place, Sought, beyond, holding_words, narrowed, stuck, within
from signing.store.packets import PACKET_COLUMNS, as_packet

SEALED = (Status.SEALED, Status.ARCHIVED, Status.DELIVERED)


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


class Overview:
    """Packets within somebody's scope, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def packets(self, scope: Scope, sought: Sought, now: datetime, most: int) -> tuple[Listed, ...]:
        """The next packets that fit, the newest first, at most ``most`` of them.

        None when they would go on from a packet that is not within the scope.
        """
        place = None
        if sought.after is not None:
            place = self._place(scope, sought.after)
            if place is None:
                return ()
        return self._listed(
            self._ids(narrowed(self._connection, scope, sought, now), place, sought.newer, most)
        )

    def count(self, scope: Scope, sought: Sought, now: datetime, most: int) -> int:
        """How many packets fit; counts no further than ``most``."""
        found = narrowed(self._connection, scope, sought, now)
        lists = [query.limit(most) for query in _queries(found, sa.literal(1).label("one"))]
        if not lists:
            return 0
        few = sa.union_all(*(query.subquery().select() for query in lists)).limit(most).subquery()
        return self._connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one()

    def references(self, scope: Scope, most: int) -> tuple[str, ...]:
        """Those of the newest packets of a scope."""
        table = tables.packet
        query = sa.select(table.c.reference).where(within(scope)).order_by(table.c.created_at.desc())
        return tuple(self._connection.execute(query.limit(most)).scalars())

    def one(self, scope: Scope, compact: str) -> Listed | None:
        """The packet with this compact reference, when it is within the scope."""
        place = self._place(scope, compact)
        return None if place is None else self._listed([place.packet_id])[0]

    def filed(
        self,
        scope: Scope,
        words: tuple[str, ...],
        first: datetime | None,
        end: datetime | None,
        most: int,
    ) -> tuple[Filed, ...]:
        """Sealed packets of a scope, the last signed first, as far as an archive is searched by it.

        ``words``: as in Sought; ``first``, ``end``: signed from then on, and before that.
        """
        packet = tables.packet.c
        given = packet["values"]
        query = (
            sa.select(
                packet.id, packet.reference, packet.compact, packet.lease_number, packet.signed_at,
                given["dossier_number"].as_string().label("dossier"), given["address"].label("address"),
            )
            .where(within(scope), packet.status.in_(SEALED), packet.signed_at.is_not(None))
            .order_by(packet.signed_at.desc(), packet.id)
        )  # fmt: skip
        if words:
            query = query.where(packet.id.in_(holding_words(self._connection, words)))
        if first is not None:
            query = query.where(packet.signed_at >= first)
        if end is not None:
            query = query.where(packet.signed_at < end)
        return tuple(
            Filed(
                row.id, row.reference, row.compact, row.lease_number, row.dossier or "",
                row.address if isinstance(row.address, dict) else {}, row.signed_at,
            )
            for row in self._connection.execute(query.limit(most))
        )  # fmt: skip

    def some(self, scope: Scope, ids: Sequence[str]) -> tuple[Listed, ...]:
        """These packets of a scope, in this order."""
        seen = sa.select(tables.packet.c.id).where(within(scope), tables.packet.c.id.in_(ids))
        own = frozenset(self._connection.execute(seen).scalars())
        return self._listed([packet_id for packet_id in ids if packet_id in own])

    def client_of(self, packet_id: str) -> str:
        """Who made a packet."""
        found = sa.select(tables.packet.c.client).where(tables.packet.c.id == packet_id)
        return str(self._connection.execute(found).scalar_one())

    def _place(self, scope: Scope, compact: str) -> Place | None:
        query = sa.select(tables.packet.c.created_at, tables.packet.c.id)
        row = self._connection.execute(query.where(within(scope), tables.packet.c.compact == compact))
        found = row.one_or_none()
        return None if found is None else Place(*found)

    def _ids(self, found: Narrowed, place: Place | None, newer: bool, most: int) -> list[str]:
        """Each status has its packets in their order in an index, so no list is longer than ``most``."""
        packet = tables.packet.c
        order = [sa.asc, sa.desc][not newer]
        lists = []
        for query in _queries(found, packet.created_at, packet.id):
            if place is not None:
                query = query.where(beyond(place, newer=newer))
            lists.append(query.order_by(order(packet.created_at), order(packet.id)).limit(most))
        if not lists:
            return []
        every = sa.union_all(*(query.subquery().select() for query in lists)).subquery()
        merged = sa.select(every.c.id).order_by(order(every.c.created_at), order(every.c.id)).limit(most)
        ids = list(self._connection.execute(merged).scalars())
        return ids[::-1] if newer else ids

    def _listed(self, ids: Sequence[str]) -> tuple[Listed, ...]:
        if not ids:
            return ()
        query: sa.Select[Any] = sa.select(*PACKET_COLUMNS, tables.packet.c["values"])
        rows = {row.id: row for row in self._connection.execute(query.where(tables.packet.c.id.in_(ids)))}
        waiting = frozenset(
            self._connection.execute(stuck().where(tables.stuck.c.packet_id.in_(ids))).scalars()
        )
        recipients = self._recipients(ids)
        return tuple(
            Listed(as_packet(rows[each], recipients[each]), rows[each].values, each in waiting)
            for each in ids
        )

    def _recipients(self, ids: Sequence[str]) -> dict[str, list[sa.Row[Any]]]:
        table, found = tables.recipient, defaultdict(list)
        query = sa.select(table).where(table.c.packet_id.in_(ids))
        for row in self._connection.execute(query.order_by(table.c.packet_id, table.c.position)):
            found[row.packet_id].append(row)
        return found


def _queries(found: Narrowed, *columns: Any) -> list[sa.Select[Any]]:
    """One query per status, or one for all when few packets are left anyhow."""
    status = tables.packet.c.status
    each = [unindexed(status).in_(found.statuses)] if found.few else [status == one for one in found.statuses]
    return [sa.select(*columns).where(*found.conditions, one) for one in each if found.statuses]
