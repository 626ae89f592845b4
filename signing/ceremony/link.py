"""Whose link it is, what this browser has shown of itself, and what a step may go on with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from signing import packet as rules
from signing.audit import Value
from signing.errors import LinkRevoked, NotAttested, NotFound, NotProven, NotStated
from signing.links import LinkClaims, Purpose
from signing.packet import Channel, Packet, Recipient
from signing.services import Services
from signing.store import StoredDocument, Transaction


@dataclass(frozen=True)
class Evidence:
    """How a visitor came: network address and user agent, kept in the audit trail only.

    ``language``: of the pages (ISO 639-1). ``marks``: what this browser has done before, see ``Door``.
    """

    address: str
    user_agent: str
    language: str = "nl"
    marks: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Door:
    """One recipient's way in with one link. Its marks stand in the signed session of a browser.

    A new link is another door: who corrects an address or calls a link back closes the old one everywhere.
    """

    packet_id: str
    role: str
    serial: int

    @property
    def proven(self) -> str:
        """The mark of a browser in which the recipient proved who it is."""
        return f"proven:{self.packet_id}:{self.role}:{self.serial}"

    @property
    def stated(self) -> str:
        """The mark of a browser in which somebody of a team said who it is."""
        return f"stated:{self.packet_id}:{self.role}:{self.serial}"


def claims_of(services: Services, token: str) -> LinkClaims:
    """Raises LinkInvalid. The packet's own term decides how long a link lives: so an old one is explained."""
    return services.links.read(Purpose.SIGN, token, services.clock(), None)


def door(claims: LinkClaims) -> Door:
    """The door of a link."""
    return Door(claims.packet_id, claims.recipient, claims.serial)


def locked(services: Services, tx: Transaction, claims: LinkClaims) -> tuple[Packet, datetime]:
    """The packet, and the time at which nobody else can write any more.

    A press before the end of a term is then also written before whatever that end brings.
    """
    return tx.packets.get(claims.packet_id), services.clock()


def admitted(packet: Packet, claims: LinkClaims, marks: frozenset[str], now: datetime) -> Recipient:
    """The recipient who may go on in this browser.

    Raises as `signing.packet.may_answer`, and then NotAttested, NotProven or NotStated.
    """
    recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
    unproven = bool(recipient.identity) and door(claims).proven not in marks
    if unproven and recipient.channel is Channel.ON_SITE:
        raise NotAttested()
    if unproven:
        raise NotProven()
    if recipient.team and door(claims).stated not in marks:
        raise NotStated()
    return recipient


def proof_wanted(recipient: Recipient) -> bool:
    """Whether this recipient proves with a code that the link is its own."""
    return bool(recipient.identity) and recipient.channel in (Channel.MAIL, Channel.SMS)


def of_link(tx: Transaction, claims: LinkClaims) -> tuple[Packet, Recipient]:
    """Packet and recipient, whatever became of them. Raises NotFound, LinkRevoked."""
    packet = tx.packets.get(claims.packet_id)
    recipient = packet.recipient(claims.recipient)
    if recipient.link_serial != claims.serial:
        raise LinkRevoked()
    return packet, recipient


def documents_of(tx: Transaction, packet: Packet, recipient: Recipient) -> tuple[StoredDocument, ...]:
    """What the recipient signs or acknowledges."""
    return tuple(d for d in tx.documents.of(packet.id) if d.name in recipient.documents)


def leaflets_of(tx: Transaction, packet: Packet, recipient: Recipient) -> tuple[StoredDocument, ...]:
    """What the recipient may keep and nobody signs."""
    return tuple(d for d in tx.documents.leaflets(packet.id) if recipient.role in d.roles)


def own(tx: Transaction, packet: Packet, recipient: Recipient, name: str) -> StoredDocument:
    """A document or leaflet of this recipient. Raises NotFound for another's."""
    for stored in (*documents_of(tx, packet, recipient), *leaflets_of(tx, packet, recipient)):
        if stored.name == name:
            return stored
    raise NotFound("This recipient has no such document.")


def facts(evidence: Evidence, recipient: Recipient) -> dict[str, Value]:
    """What every event of the ceremony says of the visitor."""
    told: dict[str, Value] = {
        "address": evidence.address,
        "user_agent": evidence.user_agent[:300],
        "language": evidence.language,
    }
    if recipient.channel is Channel.ON_SITE:
        told |= {"channel": Channel.ON_SITE.value, "host": recipient.host_name}
    return told
