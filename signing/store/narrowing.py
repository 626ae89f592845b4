"""To which packets a list is narrowed: in SQL, what ``signing.standing`` says of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from signing.account import CORPORATION_SEES, Scope
from signing.duties import OPEN
from signing.packet import TERM_OF_RECEIPT, Action, Status
from signing.standing import SLOW, Filter
from signing.store import tables
from signing.store.dialects import days, holding, unindexed
from signing.store.tables import Moment

_STATUSES: dict[Filter, tuple[Status, ...]] = {
    Filter.OPEN: OPEN,
    Filter.OVERDUE: (Status.SENT, Status.SIGNED),
    Filter.OWN: (Status.READY,),
    Filter.PARTIES: (Status.SENT,),
    Filter.RECEIPT: (Status.SIGNED,),
    Filter.DONE: (Status.DELIVERED,),
    Filter.STOPPED: (Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN),
}


@dataclass(frozen=True)
class Place:
    """A packet's place in a list, the newest first."""

    created_at: datetime
    packet_id: str


@dataclass(frozen=True)
class Sought:
    """What a list is narrowed to; None: everything.

    ``words``: as ``standing.folded`` writes them, each somewhere in what is known of a packet; ``after``: the
    compact reference that it goes on from; ``newer``: from there to what is newer, and not to what is older.
    """

    status: str | None = None
    corporation: str | None = None
    lease: str | None = None
    after: str | None = None
    words: tuple[str, ...] = ()
    standing: Filter = Filter.ALL
    newer: bool = False


@dataclass(frozen=True)
class Narrowed:
    """The conditions of a list. ``few``: one of them leaves so few packets that these are found first by
    it, and put in their order after that; the others are then only looked at.
    """

    statuses: tuple[Status, ...]
    conditions: tuple[sa.ColumnElement[bool], ...]
    few: bool


def within(scope: Scope, *, looked_at: bool = False) -> sa.ColumnElement[bool]:
    """The condition of ``account.sees``; nothing for a scope of nobody. ``looked_at``: see ``unindexed``."""
    packet = tables.packet.c
    client, corporation = (
        unindexed(column) if looked_at else column for column in (packet.client, packet.corporation)
    )
    if scope.client is not None:
        return client == scope.client
    if scope.corporation is None:
        return sa.false()
    return (corporation == scope.corporation) & unindexed(packet.status).in_(CORPORATION_SEES)


def narrowed(connection: sa.Connection, scope: Scope, sought: Sought, now: datetime) -> Narrowed:
    """What fits, within somebody's scope; as this database says it."""
    statuses = _STATUSES.get(sought.standing, tuple(Status))
    if scope.client is None:
        statuses = tuple(status for status in statuses if status in CORPORATION_SEES)
    if sought.status is not None:
        statuses = tuple(status for status in statuses if status == sought.status)
    few = bool(sought.words) or sought.lease is not None or sought.standing is Filter.STUCK
    lease, words = sought.lease, sought.words
    if lease is None and len(words) == 1 and _is_lease(connection, scope, words[0].upper()):
        # A whole lease number means that lease; its index is quicker than that of words.
        lease, words = words[0].upper(), ()
    packet, conditions = tables.packet.c, [within(scope, looked_at=few)]
    if sought.corporation is not None:
        corporation = unindexed(packet.corporation) if few else packet.corporation
        conditions.append(corporation == sought.corporation)
    if lease is not None:
        conditions.append(packet.lease_number == lease)
    if words:
        conditions.append(packet.id.in_(holding_words(connection, words)))
    match sought.standing:
        case Filter.OVERDUE:
            conditions.append(_overdue(now))
        case Filter.RECEIPT:
            conditions.append(_asked().exists())
        case Filter.STUCK:
            conditions.append(packet.id.in_(stuck()))
    return Narrowed(statuses, tuple(conditions), few)


def beyond(place: Place, *, newer: bool) -> sa.ColumnElement[bool]:
    """What stands after a place in a list, or before it."""
    own = sa.tuple_(tables.packet.c.created_at, tables.packet.c.id)
    there = sa.tuple_(sa.literal(place.created_at, Moment), sa.literal(place.packet_id))
    return own > there if newer else own < there


def stuck() -> sa.Select[str]:
    """The ids of packets with work that waits for a human."""
    return sa.select(tables.stuck.c.packet_id).where(tables.stuck.c.given_up_at.is_(None))


def _is_lease(connection: sa.Connection, scope: Scope, number: str) -> bool:
    query = sa.select(sa.literal(1)).where(
        within(scope, looked_at=True), tables.packet.c.lease_number == number
    )
    return connection.execute(query.limit(1)).first() is not None


def holding_words(connection: sa.Connection, words: tuple[str, ...]) -> sa.Select[str]:
    """The ids of packets of which these words, as ``Sought`` has them, are known."""
    table = tables.packet_search
    return sa.select(table.c.packet_id).where(*holding(connection, table.c.text, words))


def _overdue(now: datetime) -> sa.ColumnElement[bool]:
    packet, recipient = tables.packet.c, tables.recipient.c
    invited = (
        sa.select(sa.func.min(recipient.invited_at))
        .where(recipient.packet_id == packet.id, recipient.action == Action.SIGN, recipient.answer.is_(None))
        .correlate(tables.packet)
        .scalar_subquery()
    )
    since = sa.func.coalesce(invited, packet.sent_at, packet.created_at)
    slow = (packet.status == Status.SENT) & (since <= sa.literal(now - SLOW, Moment))
    term = sa.func.coalesce(sa.func.nullif(recipient.term_days, 0), TERM_OF_RECEIPT.days)
    waits = _asked().where(days(packet.signed_at) + term > days(sa.literal(now, Moment)))
    late = (packet.status == Status.SIGNED) & packet.signed_at.is_not(None) & _asked().exists()
    return slow | (late & ~waits.exists())


def _asked() -> sa.Select[int]:
    """Acknowledgements that did not come yet."""
    recipient = tables.recipient.c
    return (
        sa.select(sa.literal(1))
        .where(
            recipient.packet_id == tables.packet.c.id,
            recipient.action == Action.ACKNOWLEDGE,
            recipient.answer.is_(None),
        )
        .correlate(tables.packet)
    )
