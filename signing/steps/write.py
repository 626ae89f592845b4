"""The messages of a packet: invitations, copies, and the news that somebody does not sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import docgen
from signing import mail, messages, values
from signing import packet as rules
from signing.audit import Event, Value
from signing.errors import WrongStatus
from signing.links import Purpose
from signing.messages import Letter
from signing.packet import COPY_TERM, TERM, Action, Channel, Packet, Recipient, Status
from signing.services import Services
from signing.tasks import Task


def send(services: Services, packet_id: str, role: str = "") -> None:
    """Starts the term of a ready packet and promises the invitations of those whose turn it is."""
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.READY:
            return
        packet = rules.send(packet, now)
        tx.packets.save(packet)
        tx.trail.append(packet_id, "packet:sent", "service", {}, now)
        for recipient in rules.due(packet):
            services.agenda.promise(tx.connection, Task("invite", packet_id, recipient.role))
        services.agenda.promise(tx.connection, Task("expire", packet_id), delay=TERM)


def invite(services: Services, packet_id: str, role: str) -> None:
    """Sends one recipient its link, once."""
    packet, letters = _read(services, packet_id)
    recipient = packet.recipient(role)
    if recipient.invited_at or rules.waits_for(packet, recipient):
        return
    message = _invitation(services, recipient, letters.to(recipient, Purpose.SIGN))
    services.outbox.send(message)
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.recipient(role).invited_at:
            return
        tx.packets.save(rules.invited(packet, role, now))
        facts = {**_way(recipient), "address": recipient.address, "message_id": message.message_id}
        tx.trail.append(packet_id, "recipient:invited", role, facts, now)


def copy(services: Services, packet_id: str, role: str) -> None:
    """Sends one recipient the link to its own sealed copy, once."""
    packet, letters = _read(services, packet_id)
    if _event(services, packet_id, "recipient:copy:sent", role):
        return
    message = messages.copy_ready(services.texts, letters.to(packet.recipient(role), Purpose.COPY))
    services.outbox.send(message)
    facts = {**_way(packet.recipient(role)), "message_id": message.message_id}
    _note_once(services, packet_id, "recipient:copy:sent", role, facts)


def tell(services: Services, packet_id: str, role: str) -> None:
    """Tells the contact person that a recipient does not sign, once."""
    packet, letters = _read(services, packet_id)
    recipient = packet.recipient(role)
    refusal = _event(services, packet_id, "recipient:declined", role)
    if refusal is None or _event(services, packet_id, "packet:declined:told", role):
        return
    reason = services.texts.get(f"decline.reasons.{refusal.data['reason']}")
    letter = letters.to_contact(recipient)
    services.outbox.send(messages.declined(services.texts, letter, by=recipient.label, reason=reason))
    facts: dict[str, Value] = {"channel": "mail", "message_id": letter.message_id}
    _note_once(services, packet_id, "packet:declined:told", role, facts)


@dataclass(frozen=True)
class _Letters:
    """What all letters of one packet share."""

    services: Services
    packet: Packet
    sealed_at: datetime | None
    given: Mapping[str, object]
    contact: docgen.Contact

    def to(self, recipient: Recipient, purpose: Purpose) -> Letter:
        """A letter with this recipient's own link; made again, it holds the same link."""
        made_at, until, path = self._term(recipient, purpose)
        token = self.services.links.make(
            purpose, self.packet.id, recipient.role, recipient.link_serial, made_at
        )
        link = f"{self.services.config.base_url}/{path}/{token}"
        hosted = recipient.channel is Channel.ON_SITE
        name = (recipient.host_name if hosted else None) or recipient.name
        letter = self._letter(recipient.address, name, recipient.role, purpose.value)
        return replace(letter, link=link, until=until, guest=recipient.name if hosted else None)

    def to_contact(self, about: Recipient) -> Letter:
        """A letter without a link to the person who answers questions about this packet."""
        address = values.text(self.given, self.contact.email or "contact.email")
        name = values.optional(self.given, self.contact.name) or address
        return self._letter(address, name, about.role, "declined")

    def _term(self, recipient: Recipient, purpose: Purpose) -> tuple[datetime, datetime, str]:
        """When the link is made, until when it counts, and where it leads."""
        if purpose is Purpose.COPY and self.sealed_at:
            return self.sealed_at, self.sealed_at + COPY_TERM, "k"
        if recipient.action is Action.ACKNOWLEDGE and self.packet.signed_at:
            return self.packet.signed_at, rules.term_end(self.packet, recipient), "s"
        if self.packet.sent_at and self.packet.expires_at:
            return self.packet.sent_at, self.packet.expires_at, "s"
        raise WrongStatus(self.packet.status, Status.SENT)

    def _letter(self, address: str, name: str, role: str, purpose: str) -> Letter:
        config = self.services.config
        return Letter(
            message_id=mail.message_id(self.packet.id, role, purpose, 1, config.domain),
            date=self.services.clock(),
            to=address,
            name=name,
            sender=values.optional(self.given, self.contact.organisation) or config.organisation,
            reference=self.packet.reference,
            test=config.development,
            contact_name=values.optional(self.given, self.contact.name),
            contact_phone=values.optional(self.given, self.contact.phone),
            contact_email=values.optional(self.given, self.contact.email),
        )


def _invitation(services: Services, recipient: Recipient, letter: Letter) -> mail.Message:
    if recipient.channel is Channel.ON_SITE:
        return messages.invitation_to_host(services.texts, letter, asked=recipient.action)
    if recipient.action is Action.SIGN:
        return messages.invitation(services.texts, letter)
    return messages.invitation_to_acknowledge(services.texts, letter)


def _way(recipient: Recipient) -> dict[str, Value]:
    """How a message goes to a recipient, for the audit trail."""
    way: dict[str, Value] = {"channel": recipient.channel.value}
    return {**way, "host": recipient.host_name} if recipient.channel is Channel.ON_SITE else way


def _read(services: Services, packet_id: str) -> tuple[Packet, _Letters]:
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        given = tx.packets.filing(packet_id).values
        sealed_at = tx.packets.facts(packet_id)["sealed_at"]
    contact = values.contact(services.catalog.manifest(packet.type))
    return packet, _Letters(services, packet, sealed_at, given, contact)


def _note_once(services: Services, packet_id: str, name: str, role: str, facts: Mapping[str, Value]) -> None:
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        if not any(event.name == name and event.actor == role for event in tx.trail.of(packet_id)):
            tx.trail.append(packet_id, name, role, facts, services.clock())


def _event(services: Services, packet_id: str, name: str, role: str) -> Event | None:
    with services.store.read() as tx:
        return next((e for e in tx.trail.of(packet_id) if e.name == name and e.actor == role), None)
