"""What decides how long a packet is kept, and its erasure, within one transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.packet import Status
from signing.retention import STOPPED
from signing.store import tables, tables_of_api, tables_of_desk
from signing.store.erased import Erased
from signing.store.overview import Listed
from signing.store.packets import as_packet
from signing.values import found_by

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_SHOWN = ("shown_sha256", "html_sha256", "revision_sha256", "sealed_sha256")
_ENDS = ("packet:declined", "packet:expired", "packet:withdrawn")


@dataclass(frozen=True)
class Ended:
    """A packet that is where it ends, with all that its terms are reckoned from."""

    listed: Listed
    receipt: Mapping[str, Any] | None
    stopped_at: datetime | None
    copied_at: datetime | None
    renewed_at: datetime | None
    complete: bool
    erased: Erased | None


class Erasures:
    """Within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def ended(self, packet_id: str | None = None) -> tuple[Ended, ...]:
        """All packets that ended and are not erased whole, or this one of them."""
        packet = tables.packet
        condition: sa.ColumnElement[bool] = packet.c.status.in_((*STOPPED, Status.DELIVERED))
        if packet_id is not None:
            condition &= packet.c.id == packet_id
        rows = self._connection.execute(
            sa.select(packet).where(condition).order_by(packet.c.created_at)
        ).all()
        stopped, copied = self._last(condition, *_ENDS), self._last(condition, "recipient:copy:sent")
        renewed = self._last(condition, "packet:renewal:delivered")
        waiting = sa.select(tables.renewal.c.packet_id).where(tables.renewal.c.delivered.is_(False))
        undelivered = frozenset(self._connection.execute(waiting).scalars())
        stuck = sa.select(tables.stuck.c.packet_id).where(tables.stuck.c.given_up_at.is_(None))
        at_work = frozenset(self._connection.execute(stuck).scalars())
        return tuple(
            Ended(
                Listed(as_packet(row, []), row.values, row.id in at_work),
                row.receipt,
                stopped.get(row.id),
                copied.get(row.id),
                renewed.get(row.id),
                row.receipt is not None and row.id not in undelivered,
                Erased.read(row.erased),
            )
            for row in rows
        )

    def hashes(self, packet_id: str) -> tuple[str, ...]:
        """Every hash that anything of a packet names, but those that another packet shows as well."""
        named: set[str] = set()
        for table in (tables.document, tables.renewal, tables.recipient, tables.event):
            query = sa.select(table).where(table.c.packet_id == packet_id)
            for row in self._connection.execute(query):
                named.update(_HASH.findall(json.dumps(list(row), default=str)))
        query = sa.select(tables.packet.c.package).where(tables.packet.c.id == packet_id)
        named.update(_HASH.findall(json.dumps(self._connection.execute(query).scalar_one())))
        others = sa.or_(*(tables.document.c[name].in_(named) for name in _SHOWN))
        columns = [tables.document.c[name] for name in _SHOWN]
        query = sa.select(*columns).where(others & (tables.document.c.packet_id != packet_id))
        shared = {each for row in self._connection.execute(query) for each in row}
        return tuple(sorted(named - shared))

    def forget_messages(self, packet_id: str) -> None:
        """What went to and came from people: messages, questions, codes, letters, and news for programs."""
        gone = (tables.message, tables.remark, tables.code, tables.letter, tables_of_api.posting)
        for table in gone:
            self._connection.execute(table.delete().where(table.c.packet_id == packet_id))

    def forget_trail(self, packet_id: str) -> None:
        """The audit trail, and work on the packet that nobody does any more."""
        for table in (tables.event, tables.stuck):
            self._connection.execute(table.delete().where(table.c.packet_id == packet_id))

    def note(self, packet_id: str, erased: Erased) -> None:
        """What went; the last timestamp is not renewed any more."""
        values = {"erased": erased.as_dict(), "stamped_at": None, "proves_until": None}
        self._connection.execute(
            tables.packet.update().where(tables.packet.c.id == packet_id).values(**values)
        )

    def empty(self, packet_id: str) -> None:
        """The packet's row without what was filled in."""
        self._connection.execute(
            tables.packet.update()
            .where(tables.packet.c.id == packet_id)
            .values(data={}, values={}, subject="", request_sha256="")
        )
        packet, search = tables.packet.c, tables.packet_search
        query = sa.select(packet.reference, packet.lease_number).where(packet.id == packet_id)
        reference, lease = self._connection.execute(query).one()
        self._connection.execute(search.delete().where(search.c.packet_id == packet_id))
        self._connection.execute(
            search.insert().values(packet_id=packet_id, text=found_by(reference, lease, "", {}))
        )

    def drafts(self, before: datetime) -> int:
        """How many drafts were not changed since."""
        table = tables_of_desk.draft
        query = sa.select(sa.func.count()).select_from(table).where(table.c.changed_at < before)
        return int(self._connection.execute(query).scalar_one())

    def unsent(self, before: datetime, packet_id: str | None = None) -> tuple[str, ...]:
        """Packets (or this one) that were made before, and that wait for somebody to send them."""
        packet, event = tables.packet.c, tables.event.c
        planned = sa.exists().where(event.packet_id == packet.id, event.name == "packet:sending:planned")
        condition = (packet.status == Status.READY) & (packet.created_at < before)
        condition &= packet.send_when_ready.is_(False) & ~planned
        if packet_id is not None:
            condition &= packet.id == packet_id
        return tuple(self._connection.execute(sa.select(packet.id).where(condition)).scalars())

    def drop_drafts(self, before: datetime) -> int:
        """Removes them. How many went."""
        table = tables_of_desk.draft
        return self._connection.execute(table.delete().where(table.c.changed_at < before)).rowcount

    def _last(self, condition: sa.ColumnElement[bool], *names: str) -> dict[str, datetime]:
        """By packet: when one of these happened last."""
        event = tables.event
        query = (
            sa.select(event.c.packet_id, sa.func.max(event.c.at))
            .join(tables.packet)
            .where(condition & event.c.name.in_(names))
            .group_by(event.c.packet_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}
