"""What every message of a packet needs: the letter, the link in it, and the fact that it went out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import docgen
from signing import mail, values
from signing import packet as rules
from signing.audit import Event, Value
from signing.errors import WrongStatus
from signing.links import Purpose
from signing.messages import Letter
from signing.packet import COPY_TERM, Action, Channel, Packet, Recipient, Status
from signing.services import Services
from signing.sms import TextMessage
from signing.steps.handing import mail_out, text_out
from signing.tasks import Task


@dataclass(frozen=True)
class Letters:
    """What all letters of one packet share."""

    services: Services
    packet: Packet
    sealed_at: datetime | None
    given: Mapping[str, object]
    contact: docgen.Contact

    def to(self, recipient: Recipient, purpose: Purpose, kind: str | None = None, number: int = 1) -> Letter:
        """A letter with this recipient's own link; made again, it holds the same link.

        ``kind``: what for, when that is not the purpose of the link; ``number``: of the letters of a kind.
        """
        made_at, until, path = self._term(recipient, purpose)
        token = self.services.links.make(
            purpose, self.packet.id, recipient.role, recipient.link_serial, made_at
        )
        link = f"{self.services.config.base_url}/{path}/{token}"
        hosted = recipient.channel is Channel.ON_SITE
        name = (recipient.host_name if hosted else None) or recipient.name
        letter = self._letter(recipient.address, name, recipient.role, kind or purpose.value, number)
        return replace(letter, link=link, until=until, guest=recipient.name if hosted else None)

    def without_link(self, recipient: Recipient, purpose: str, number: int) -> Letter:
        """A letter to the recipient's own address, which a link in another one belongs to."""
        if recipient.email is None:
            raise ValueError(f"the recipient {recipient.role} has no address of its own")
        return self._letter(recipient.email, recipient.name, recipient.role, purpose, number)

    def to_contact(self, about: Recipient, purpose: str, number: int = 1) -> Letter:
        """A letter without a link to the person who answers questions about this packet."""
        address = values.text(self.given, self.contact.email or "contact.email")
        name = values.optional(self.given, self.contact.name) or address
        return self._letter(address, name, about.role, purpose, number)

    def _term(self, recipient: Recipient, purpose: Purpose) -> tuple[datetime, datetime, str]:
        """When the link is made, until when it counts, and where it leads."""
        if purpose is Purpose.COPY and self.sealed_at:
            return self.sealed_at, self.sealed_at + COPY_TERM, "k"
        if recipient.action is Action.ACKNOWLEDGE and self.packet.signed_at:
            return self.packet.signed_at, rules.term_end(self.packet, recipient), "s"
        if self.packet.sent_at and self.packet.expires_at:
            return self.packet.sent_at, self.packet.expires_at, "s"
        raise WrongStatus(self.packet.status, Status.SENT)

    def _letter(self, address: str, name: str, role: str, purpose: str, number: int = 1) -> Letter:
        config = self.services.config
        return Letter(
            packet_id=self.packet.id,
            message_id=mail.message_id(self.packet.id, role, purpose, number, config.domain),
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


def read(services: Services, packet_id: str) -> tuple[Packet, Letters]:
    """A packet, and what its letters share. Raises NotFound."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        given = tx.packets.filing(packet_id).values
        sealed_at = tx.packets.facts(packet_id)["sealed_at"]
    contact = values.contact(services.catalog.manifest(packet.type))
    return packet, Letters(services, packet, sealed_at, given, contact)


def bring(
    services: Services,
    recipient: Recipient,
    kind: str,
    letter: Letter,
    message: mail.Message,
    number: int = 1,
) -> str:
    """Sends a recipient its link, by mail or as a text message; returns the id of the message.

    ``number``: of the messages of this kind. Raises what `mail_out` and `text_out` raise.
    """
    if recipient.channel is not Channel.SMS:
        mail_out(services, letter.packet_id, recipient.role, kind, message)
        return message.message_id
    said = services.texts.get(f"sms.{kind}", sender=letter.sender, link=letter.link)
    id = Task(kind, letter.packet_id, f"{recipient.role}-{number}").id.replace(":", "-")
    text_out(services, letter.packet_id, recipient.role, kind, TextMessage(recipient.address, said, id))
    return id


def way_of(recipient: Recipient) -> dict[str, Value]:
    """How a message goes to a recipient, for the audit trail."""
    way: dict[str, Value] = {"channel": recipient.channel.value}
    return {**way, "host": recipient.host_name} if recipient.channel is Channel.ON_SITE else way


def note_once(services: Services, packet_id: str, name: str, role: str, facts: Mapping[str, Value]) -> None:
    """Adds a fact that happens once per recipient; with a ``number`` in it, once per number.

    A message that it names by ``message_id`` was handed over.
    """
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        if isinstance(message := facts.get("message_id"), str):
            tx.messages.sent(message, services.clock())
        if _found(tx.trail.of(packet_id), name, role, facts.get("number")) is None:
            tx.trail.append(packet_id, name, role, facts, services.clock())


def event_of(services: Services, packet_id: str, name: str, role: str, number: Value = None) -> Event | None:
    """The first fact of this name and recipient, and number if there is one; None when it did not happen."""
    with services.store.read() as tx:
        return _found(tx.trail.of(packet_id), name, role, number)


def _found(trail: tuple[Event, ...], name: str, role: str, number: Value) -> Event | None:
    for event in trail:
        if event.name == name and event.actor == role and event.data.get("number") == number:
            return event
    return None
