"""Packets and their recipients in the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from signing import reference
from signing.duties import OPEN, Open
from signing.errors import NotFound
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.store import tables
from signing.store.dialects import insert_into
from signing.store.erased import ContentErased, Erased
from signing.store.records import Filing
from signing.values import found_by

_CLOSED = (Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)
_PACKET_FIELDS = tuple(field.name for field in fields(Packet) if field.name != "recipients")
PACKET_COLUMNS = tuple(tables.packet.c[name] for name in _PACKET_FIELDS)


class Packets:
    """The packets, within one transaction."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def get(self, packet_id: str) -> Packet:
        """Raises NotFound. In a write transaction the row stays locked: one writer per packet."""
        return self._packet(tables.packet.c.id == packet_id, packet_id)

    def by_reference(self, compact: str, client: str | None = None) -> Packet:
        """By the compact form of a reference (`reference.compact_form`); ``client``: only its own packets."""
        condition = tables.packet.c.compact == compact
        if client is not None:
            condition &= tables.packet.c.client == client
        return self._packet(condition, compact)

    def by_key(self, client: str, key: str) -> tuple[Packet, str] | None:
        """The packet that this client made under an idempotency key, and the hash of that request."""
        row = self._connection.execute(
            sa.select(tables.packet.c.id, tables.packet.c.request_sha256).where(
                tables.packet.c.client == client, tables.packet.c.idempotency_key == key
            )
        ).one_or_none()
        return None if row is None else (self.get(row.id), row.request_sha256)

    def running(self, subject: str, code: str, *, past: tuple[Status, ...] = ()) -> str | None:
        """The reference of a packet of this kind about the same subject that is not stopped nor ``past``."""
        return self._connection.scalar(
            sa.select(tables.packet.c.reference).where(
                tables.packet.c.subject == subject,
                tables.packet.c.code == code,
                tables.packet.c.status.not_in((*_CLOSED, *past)),
            )
        )

    def open(self) -> tuple[Open, ...]:
        """Every packet that waits for something, with what decides for what."""
        query = sa.select(tables.packet).where(tables.packet.c.status.in_(OPEN))
        rows = self._connection.execute(query).all()
        found: dict[str, list[sa.Row[Any]]] = {row.id: [] for row in rows}
        recipients = (
            sa.select(tables.recipient)
            .join(tables.packet)
            .where(tables.packet.c.status.in_(OPEN))
            .order_by(tables.recipient.c.packet_id, tables.recipient.c.position)
        )
        for each in self._connection.execute(recipients):
            found[each.packet_id].append(each)
        handed, confirmed = self._actors("packet:handed:over"), self._actors("recipient:receipt:confirmed")
        return tuple(
            Open(as_packet(row, found[row.id]), row.send_when_ready, row.id in handed, confirmed.get(row.id))
            for row in rows
        )

    def _actors(self, event: str) -> dict[str, str]:
        """By packet that is archived and not delivered: by whom this happened."""
        query = (
            sa.select(tables.event.c.packet_id, tables.event.c.actor)
            .join(tables.packet)
            .where(tables.packet.c.status == Status.ARCHIVED, tables.event.c.name == event)
        )
        return {row.packet_id: row.actor for row in self._connection.execute(query)}

    def client_of(self, wanted: str) -> str | None:
        """The API client that asked for the packet with this reference."""
        return self._connection.scalar(
            sa.select(tables.packet.c.client).where(tables.packet.c.reference == wanted)
        )

    def add(self, packet: Packet, filing: Filing) -> None:
        """A new packet with its recipients."""
        values = {name: getattr(packet, name) for name in _PACKET_FIELDS}
        compact = reference.compact_form(packet.reference)
        self._connection.execute(tables.packet.insert().values(**values, compact=compact, **asdict(filing)))
        rows = [
            {**_recipient_row(recipient), "packet_id": packet.id, "position": position}
            for position, recipient in enumerate(packet.recipients)
        ]
        self._connection.execute(tables.recipient.insert(), rows)
        text = found_by(packet.reference, packet.lease_number, packet.title, filing.values)
        self._connection.execute(tables.packet_search.insert().values(packet_id=packet.id, text=text))

    def save(self, packet: Packet) -> None:
        """The packet and its recipients as they are now."""
        values = {name: getattr(packet, name) for name in _PACKET_FIELDS}
        self._connection.execute(
            tables.packet.update().where(tables.packet.c.id == packet.id).values(**values)
        )
        for recipient in packet.recipients:
            condition = (tables.recipient.c.packet_id == packet.id) & (
                tables.recipient.c.role == recipient.role
            )
            self._connection.execute(
                tables.recipient.update().where(condition).values(**_recipient_row(recipient))
            )

    def filing(self, packet_id: str) -> Filing:
        """Raises NotFound."""
        row = self._connection.execute(
            sa.select(tables.packet).where(tables.packet.c.id == packet_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"There is no packet {packet_id}.")
        return Filing(**{field.name: getattr(row, field.name) for field in fields(Filing)})

    def set_facts(self, packet_id: str, **facts: Any) -> None:
        """Facts about the end of the way; see ``facts``."""
        self._connection.execute(
            tables.packet.update().where(tables.packet.c.id == packet_id).values(**facts)
        )

    def facts(self, packet_id: str) -> Mapping[str, Any]:
        """``sealed_at``, ``package``, ``receipt``, ``stamped_at``, ``proves_until``; None until it is there.

        The last two are of the last timestamp; of several sealed files, of the one that ends first.
        """
        names = ("sealed_at", "package", "receipt", "stamped_at", "proves_until")
        columns = [tables.packet.c[name] for name in names]
        row = self._connection.execute(sa.select(*columns).where(tables.packet.c.id == packet_id)).one()
        return dict(row._mapping)

    def erased(self, packet_id: str) -> Erased | None:
        """What the service has no more of a packet; None while all is there."""
        query = sa.select(tables.packet.c.erased).where(tables.packet.c.id == packet_id)
        return Erased.read(self._connection.execute(query).scalar_one_or_none())

    def id_of(self, wanted: str) -> str | None:
        """The id of the packet with this reference."""
        return self._connection.scalar(
            sa.select(tables.packet.c.id).where(tables.packet.c.reference == wanted)
        )

    def has_content(self, packet_id: str) -> None:
        """Raises ContentErased when the service has the documents no more."""
        if (erased := self.erased(packet_id)) is not None:
            raise ContentErased(erased.at)

    def next_number(self, corporation: str, lease_number: str, code: str) -> int:
        """The next NN for a lease and type; a number is never given twice (domain 3.4)."""
        first = insert_into(self._connection, tables.counter).values(
            corporation=corporation, lease_number=lease_number, code=code, last=1
        )
        upsert = first.on_conflict_do_update(
            index_elements=list(tables.counter.primary_key), set_={"last": tables.counter.c.last + 1}
        )
        number: int = self._connection.execute(upsert.returning(tables.counter.c.last)).scalar_one()
        return number

    def _packet(self, condition: sa.ColumnElement[bool], wanted: str) -> Packet:
        query = sa.select(tables.packet).where(condition)
        row = self._connection.execute(query.with_for_update() if self._locks else query).one_or_none()
        if row is None:
            raise NotFound(f"There is no packet {wanted}.")
        recipients = self._connection.execute(
            sa.select(tables.recipient)
            .where(tables.recipient.c.packet_id == row.id)
            .order_by(tables.recipient.c.position)
        )
        return as_packet(row, recipients)


def as_packet(row: sa.Row[Any], recipients: Iterable[sa.Row[Any]]) -> Packet:
    """A packet from its row and those of its recipients, in their order."""
    values = {name: getattr(row, name) for name in _PACKET_FIELDS}
    values["status"] = Status(row.status)
    return Packet(**values, recipients=tuple(_recipient(r) for r in recipients))


def _recipient_row(recipient: Recipient) -> dict[str, Any]:
    return {**asdict(recipient), "documents": list(recipient.documents), "identity": list(recipient.identity)}


def _recipient(row: sa.Row[Any]) -> Recipient:
    values = {field.name: getattr(row, field.name) for field in fields(Recipient)}
    values["action"] = Action(row.action)
    values["answer"] = None if row.answer is None else Answer(row.answer)
    values["documents"], values["identity"] = tuple(row.documents), tuple(row.identity)
    return Recipient(**values)
