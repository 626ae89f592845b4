"""What a corporation is to acknowledge: the queue at its desk, and the answer there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing import ceremony, finding, following
from signing.account import Permission
from signing.ceremony import Colleague, Evidence, View
from signing.errors import NotFound
from signing.finding import Row
from signing.packet import Action, Packet, Recipient, Status, term_end
from signing.services import Services
from signing.staff import Person
from signing.standing import Filter
from signing.store import Sought

MOST = 500  # packets that are shown
SOON = 3  # days before its term ends, a packet is marked


@dataclass(frozen=True)
class Waiting:
    """One packet in the queue; ``until``: the end of its term; ``soon``: that is near."""

    row: Row
    until: datetime
    soon: bool


@dataclass(frozen=True)
class Asked:
    """One packet that waits, with all that its reader is shown."""

    row: Row
    view: View
    until: datetime


def queue(services: Services, person: Person) -> tuple[Waiting, ...]:
    """What the corporation is to acknowledge, what ends first comes first. Raises NotAllowed."""
    person.needs(Permission.ACKNOWLEDGE)
    now = services.clock()
    with services.store.read() as tx:
        listed = tx.overview.packets(person.scope, Sought(standing=Filter.RECEIPT), now, MOST)
    found = []
    for each in listed:
        recipient = _asked(each.packet)
        if recipient is not None and waits(each.packet, now):
            until = term_end(each.packet, recipient)
            row = finding.row_of(person, each, now)
            found.append(Waiting(row, until, (until - now).days < SOON))
    return tuple(sorted(found, key=lambda waiting: (waiting.until, waiting.row.reference)))


def waits(packet: Packet, now: datetime) -> bool:
    """Whether a packet can be acknowledged now."""
    recipient = _asked(packet)
    return packet.status is Status.SIGNED and recipient is not None and now < term_end(packet, recipient)


def look(services: Services, person: Person, wanted: str) -> Asked:
    """One of them. Raises NotAllowed, NotFound, AlreadyAnswered, PacketClosed."""
    packet, recipient = _one(services, person, wanted)
    view = ceremony.for_colleague(services, packet.id, recipient.role)
    listed, _ = following.one(services, person, wanted)
    row = finding.row_of(person, listed, services.clock())
    return Asked(row, view, term_end(view.packet, view.recipient))


def acknowledge(
    services: Services,
    person: Person,
    wanted: str,
    evidence: Evidence,
    *,
    agreed: bool,
    on_screen: tuple[str, ...],
) -> None:
    """Somebody of the corporation acknowledges. Raises as `look`, and ShownOtherwise, NotAgreed."""
    packet, recipient = _one(services, person, wanted)
    by = _colleague(services, person)
    ceremony.acknowledge(
        services, packet.id, recipient.role, evidence, by, agreed=agreed, on_screen=on_screen
    )


def withhold(services: Services, person: Person, wanted: str, evidence: Evidence, *, reason: str) -> None:
    """Somebody of the corporation says no; ``reason``: one of ceremony.REASONS. Raises as `look`."""
    packet, recipient = _one(services, person, wanted)
    by = _colleague(services, person)
    ceremony.withhold(services, packet.id, recipient.role, evidence, by, reason=reason)


def shown_document(services: Services, person: Person, wanted: str, name: str) -> bytes:
    """A document (PDF) as everybody saw it, for who is to acknowledge it. Raises as `look`."""
    asked = look(services, person, wanted)
    for document in asked.view.documents:
        if document.name == name:
            return services.blobs.get(document.sha256)
    raise NotFound("There is no such document to acknowledge.")


def _one(services: Services, person: Person, wanted: str) -> tuple[Packet, Recipient]:
    person.needs(Permission.ACKNOWLEDGE)
    listed, _ = following.one(services, person, wanted)
    for recipient in listed.packet.recipients:
        if recipient.action is Action.ACKNOWLEDGE:
            return listed.packet, recipient
    raise NotFound("Nobody is asked to acknowledge this packet.")


def _asked(packet: Packet) -> Recipient | None:
    open_ones = (r for r in packet.recipients if r.action is Action.ACKNOWLEDGE and r.answer is None)
    return next(open_ones, None)


def _colleague(services: Services, person: Person) -> Colleague:
    account = person.account
    roles = ", ".join(services.texts.get(f"desk.role.{role}") for role in account.roles)
    return Colleague(account.id, account.name, roles)
