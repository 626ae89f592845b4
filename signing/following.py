"""Following packets at the desk: the overview, one packet, what may be done with it; within a scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from signing import changes, dossier, intake, progress, reaching, reference
from signing.account import Permission
from signing.audit import Event
from signing.changes import Act
from signing.errors import InvalidReference, NotFound
from signing.finding import Row, row_of
from signing.packet import Packet, Recipient, Status
from signing.services import Services
from signing.staff import Person
from signing.standing import for_corporation
from signing.store import Dispatch, Listed, Remark, StoredDocument, Stuck, Transaction


@dataclass(frozen=True)
class Document:
    """A document as somebody may have it; ``ready``: whether it can be downloaded now."""

    name: str
    title: str
    pages: int
    ready: bool
    signed: bool


@dataclass(frozen=True)
class Party:
    """A recipient with what went to it, what came from it, and what can be done about it now.

    ``unreached``: an answer is awaited, and the last message with its link did not arrive.
    """

    recipient: Recipient
    messages: tuple[Dispatch, ...]
    remarks: tuple[Remark, ...]
    acts: tuple[Act, ...]
    unreached: bool = False


@dataclass(frozen=True)
class Followed:
    """One packet, as far as somebody may see it. ``evident``: its evidence can be read; ``accounts``: names
    of colleagues that the events mention, by id; ``may_…``: what this person can do now.
    """

    row: Row
    packet: Packet
    parties: tuple[Party, ...]
    documents: tuple[Document, ...]
    events: tuple[Event, ...]
    accounts: Mapping[str, str]
    stuck: tuple[Stuck, ...]
    evident: bool
    may_send: bool
    may_withdraw: bool
    may_reopen: bool
    may_export: bool
    may_try_again: bool


def follow(services: Services, person: Person, wanted: str) -> Followed:
    """One packet. Raises NotAllowed; NotFound, also for one outside the scope."""
    person.needs(Permission.SEE_PACKETS)
    listed, client = one(services, person, wanted)
    packet, now = listed.packet, services.clock()
    with services.store.read() as tx:
        made = (*tx.documents.of(packet.id), *tx.documents.leaflets(packet.id))
        events, stuck = tx.trail.of(packet.id), tx.attention.all(packet.id)
        erased = tx.packets.erased(packet.id)
        packed = tx.packets.facts(packet.id)["package"] is not None and erased is None
        parties = _parties(tx, person, packet, now)
        accounts = _accounts(tx, person, events)
    steers = person.may(Permission.STEER_PACKETS) and client == person.scope.client
    found = row_of(person, listed, now)
    return Followed(
        found,
        packet,
        parties if steers else tuple(replace(each, acts=()) for each in parties),
        tuple(_document(stored, gone=erased is not None) for stored in made if _may_have(person, stored)),
        for_corporation(events, packet) if person.corporate else events,
        accounts,
        () if person.corporate else stuck,
        evident=packed and person.may(Permission.DOWNLOAD),
        may_send=steers and packet.status is Status.READY,
        may_withdraw=steers and packet.status in (Status.DRAFT, Status.READY, Status.SENT),
        may_reopen=steers and packet.status in intake.STOPPED and erased is None,
        may_try_again=steers,
        may_export=packed and person.may(Permission.EXPORT_EVIDENCE) and not person.corporate,
    )


def send(services: Services, person: Person, wanted: str) -> None:
    """Sends a packet that waited. Raises NotAllowed, NotFound, Refused."""
    person.needs(Permission.STEER_PACKETS)
    listed, client = one(services, person, wanted)
    intake.send(services, client, listed.packet.reference, by=person.account.id)


def withdraw(services: Services, person: Person, wanted: str) -> None:
    """Stops a packet; the trail says whose account did. Raises NotAllowed, NotFound, WrongStatus."""
    person.needs(Permission.STEER_PACKETS)
    listed, client = one(services, person, wanted)
    intake.withdraw(services, client, listed.packet.reference, by=person.account.id)


def document(services: Services, person: Person, wanted: str, name: str) -> bytes:
    """A sealed PDF or a leaflet. Raises NotAllowed, NotSealedYet; NotFound, also for an annex that a
    corporation asks for.
    """
    person.needs(Permission.DOWNLOAD)
    listed, client = one(services, person, wanted)
    with services.store.read() as tx:
        made = (*tx.documents.of(listed.packet.id), *tx.documents.leaflets(listed.packet.id))
    if name not in [stored.name for stored in made if _may_have(person, stored)]:
        raise NotFound("The packet has no such document.")
    return progress.document(services, client, listed.packet.reference, name)


def evidence_pdf(services: Services, person: Person, wanted: str) -> bytes:
    """The sealed evidence in its newest revision, which the corporation has too. Raises NotAllowed, NotFound,
    NoEvidenceYet.
    """
    person.needs(Permission.DOWNLOAD)
    listed, _ = one(services, person, wanted)
    with services.store.read() as tx:
        tx.packets.has_content(listed.packet.id)
        package = tx.packets.facts(listed.packet.id)["package"]
        renewals = tx.renewals.of(listed.packet.id)
    if package is None:
        raise dossier.NoEvidenceYet(listed.packet.status)
    return services.blobs.get(renewals[-1].file(None).sha256 if renewals else package["evidence_sha256"])


def evidence(services: Services, person: Person, wanted: str) -> bytes:
    """Everything that proves a packet, as a zip file. Raises NotAllowed, NotFound, NoEvidenceYet.

    A corporation gets it not, whatever the role: it holds annexes and network addresses.
    """
    person.needs(Permission.EXPORT_EVIDENCE)
    listed, client = one(services, person, wanted)
    if person.corporate:
        raise NotFound("There is no evidence to export for a corporation.")
    return dossier.zipped(dossier.export(services, client, listed.packet.reference))


def one(services: Services, person: Person, wanted: str) -> tuple[Listed, str]:
    """A packet within somebody's scope, and whose it is. Raises NotFound, also for one outside the scope."""
    try:
        compact = reference.compact_form(wanted)
    except InvalidReference:
        raise NotFound("There is no packet with this reference.") from None
    with services.store.read() as tx:
        listed = tx.overview.one(person.scope, compact)
        if listed is None:
            raise NotFound("There is no packet with this reference.")
        return listed, tx.overview.client_of(listed.packet.id)


def _parties(tx: Transaction, person: Person, packet: Packet, now: datetime) -> tuple[Party, ...]:
    """A corporation learns nothing of messages and questions: those are between the parties."""
    if person.corporate:
        return tuple(Party(recipient, (), (), ()) for recipient in packet.recipients)
    messages, remarks = tx.messages.of(packet.id), tx.remarks.of(packet.id)
    found = []
    for recipient in packet.recipients:
        role = recipient.role
        own = tuple(each for each in messages if each.role == role)
        invited = reaching.invitations(own, role)
        last = reaching.last_of(invited)
        # Of two at the same moment one that arrived counts.
        newest = max(invited, key=lambda each: (each.queued_at, each.state != "bounced"), default=None)
        unreached = recipient.answer is None and newest is not None and newest.state == "bounced"
        written = tuple(each for each in remarks if each.role == role)
        acts = changes.possible(packet, role, last, now)
        found.append(Party(recipient, own, written, acts, unreached))
    return tuple(found)


def _accounts(tx: Transaction, person: Person, events: Iterable[Event]) -> dict[str, str]:
    """Names of colleagues; those of another organisation stay unknown."""
    of = person.account.organisation_id
    people = () if of is None else tx.accounts.of(of)
    mentioned = {str(event.data["account"]) for event in events if "account" in event.data}
    return {each.id: each.name for each in people if each.id in mentioned}


def _may_have(person: Person, stored: StoredDocument) -> bool:
    return stored.archive or not person.corporate


def _document(stored: StoredDocument, *, gone: bool) -> Document:
    ready = (stored.sealed_sha256 is not None or not stored.signed) and not gone
    return Document(stored.name, stored.title, stored.pages, ready, stored.signed)
