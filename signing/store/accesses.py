"""Who looked at packets (NEN 7513), within one transaction: lines are added, never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from signing.account import Scope
from signing.store import tables
from signing.store.narrowing import within
from signing.store.tables_of_keeping import access


class Look(StrEnum):
    """What somebody did who looked."""

    PAGE = "page"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Access:
    """One look. ``handle``: the API client's name or the corporation's code; ``account_id`` or ``key_id``:
    whose look it was, with the name and roles of that moment. ``what``: which page or file.
    """

    packet_id: str
    at: datetime
    handle: str
    organisation: str
    act: Look
    what: str
    account_id: str | None = None
    key_id: str | None = None
    name: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A look, with the reference of its packet."""

    reference: str
    access: Access


class Accesses:
    """The access log, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, line: Access) -> None:
        """One more."""
        self._connection.execute(access.insert().values(**{**asdict(line), "roles": list(line.roles)}))

    def last(self, line: Access) -> datetime | None:
        """When whoever looks now looked at the same before."""
        query = sa.select(sa.func.max(access.c.at)).where(
            access.c.packet_id == line.packet_id,
            access.c.what == line.what,
            access.c.account_id == line.account_id if line.account_id else access.c.key_id == line.key_id,
        )
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def of(self, packet_id: str) -> tuple[Access, ...]:
        """All looks at one packet, the newest first."""
        query = sa.select(access).where(access.c.packet_id == packet_id)
        rows = self._connection.execute(query.order_by(access.c.at.desc(), access.c.id.desc()))
        return tuple(_line(row) for row in rows)

    def seen(self, scope: Scope, compact: str | None, most: int, skip: int = 0) -> tuple[Seen, ...]:
        """Looks at the packets of a scope, the newest first. ``compact``: of the one packet that is meant.

        A corporation finds its own people's: how the parties work on a packet is not of its concern.
        """
        query = sa.select(access, tables.packet.c.reference).where(self._meant(scope, compact))
        query = query.join(tables.packet).order_by(access.c.at.desc(), access.c.id.desc())
        rows = self._connection.execute(query.limit(most).offset(skip))
        return tuple(Seen(row.reference, _line(row)) for row in rows)

    def count(self, scope: Scope, compact: str | None) -> int:
        """How many of them there are."""
        query = sa.select(sa.func.count()).select_from(access).join(tables.packet)
        return int(self._connection.execute(query.where(self._meant(scope, compact))).scalar_one())

    def fetched(self, what: str) -> frozenset[str]:
        """The packets of which the organisation that asked for them has downloaded ``what``."""
        query = sa.select(access.c.packet_id).join(tables.packet).distinct()
        mine = access.c.handle == tables.packet.c.client
        query = query.where(mine, access.c.act == Look.DOWNLOAD, access.c.what == what)
        return frozenset(self._connection.execute(query).scalars())

    def drop_before(self, moment: datetime) -> int:
        """Removes lines of before; the database refuses those of the last five years. How many went."""
        return self._connection.execute(access.delete().where(access.c.at < moment)).rowcount

    def count_before(self, moment: datetime) -> int:
        """How many lines are of before."""
        query = sa.select(sa.func.count()).select_from(access).where(access.c.at < moment)
        return int(self._connection.execute(query).scalar_one())

    def _meant(self, scope: Scope, compact: str | None) -> sa.ColumnElement[bool]:
        condition = within(scope)
        if scope.corporation is not None:
            condition &= access.c.handle == scope.corporation
        if compact is not None:
            condition &= tables.packet.c.compact == compact
        return condition


def _line(row: sa.Row[tuple[object, ...]]) -> Access:
    values = {name: getattr(row, name) for name in Access.__dataclass_fields__}
    return Access(**{**values, "act": Look(row.act), "roles": tuple(row.roles)})
