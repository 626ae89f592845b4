"""What a recipient goes through: open the link, read, sign or say no, and keep a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing import packet as rules
from signing import values
from signing.audit import Value
from signing.errors import LinkRevoked, NotFound
from signing.links import LinkClaims, Purpose
from signing.packet import COPY_TERM, Action, Channel, Packet, Recipient, Status
from signing.services import Services
from signing.store import StoredDocument, Transaction
from signing.tasks import Task

REASONS = ("not_agreed", "not_clear", "data_wrong", "other_person", "later", "other")  # words: locale file


@dataclass(frozen=True)
class Evidence:
    """How a visitor came: network address and user agent, kept in the audit trail only."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class DocumentView:
    """One document as it is shown; ``sha256``: of the PDF that will be signed."""

    name: str
    title: str
    pages: int
    sha256: str
    html: str


@dataclass(frozen=True)
class Asker:
    """Who asks, and whom a reader can call or write with a question."""

    sender: str
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None


@dataclass(frozen=True)
class View:
    """What the pages of one recipient show; ``leaflets``: what it may keep and nobody signs."""

    packet: Packet
    recipient: Recipient
    documents: tuple[DocumentView, ...]
    leaflets: tuple[DocumentView, ...]
    asker: Asker
    test: bool


@dataclass(frozen=True)
class CopyDocument:
    """A sealed document, or a leaflet, to download."""

    name: str
    title: str
    filename: str


@dataclass(frozen=True)
class CopyView:
    """What the page with the own copy shows."""

    packet: Packet
    recipient: Recipient
    documents: tuple[CopyDocument, ...]
    leaflets: tuple[CopyDocument, ...]
    asker: Asker


def view(services: Services, token: str) -> View:
    """The ceremony of the recipient whose link this is; changes nothing.

    Raises LinkInvalid, NotFound, LinkRevoked, AlreadyAnswered, PacketClosed, OutOfTurn.
    """
    claims = _claims(services, token)
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, services.clock())
        return _view(services, tx, packet, recipient)


def answered(services: Services, token: str) -> View:
    """The same after the answer, for the last page. Raises LinkInvalid, NotFound, LinkRevoked."""
    claims = _claims(services, token)
    with services.store.read() as tx:
        packet, recipient = _of_link(tx, claims)
        if recipient.answer is None:
            raise NotFound("There is no answer yet. Open the link and go through its pages.")
        return _view(services, tx, packet, recipient)


def asker(services: Services, purpose: Purpose, token: str) -> Asker:
    """Whom the owner of a link can ask, also when the link itself is of no use any more.

    Raises LinkInvalid when it never was a link, NotFound.
    """
    claims = services.links.read(purpose, token, services.clock(), None)
    with services.store.read() as tx:
        return _asker(services, tx, tx.packets.get(claims.packet_id))


def open_link(services: Services, token: str, evidence: Evidence) -> None:
    """The person pressed "begin". Raises as `view`."""
    claims = _claims(services, token)
    with services.store.write() as tx:
        packet, now = _locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        if recipient.opened_at is None:
            tx.packets.save(rules.opened(packet, recipient.role, now))
        tx.trail.append(packet.id, "recipient:link:opened", recipient.role, _facts(evidence, recipient), now)


def show(services: Services, token: str, evidence: Evidence) -> None:
    """The person went through the reading page to its end. Raises as `view`."""
    claims = _claims(services, token)
    with services.store.write() as tx:
        packet, now = _locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        held = _documents(tx, packet, recipient)
        shown = {document.name: document.shown_sha256 for document in held}
        tx.packets.save(rules.shown(packet, recipient.role, now))
        facts: dict[str, Value] = {**_facts(evidence, recipient), "sha256": {**shown}, "as": "html and pdf"}
        tx.trail.append(packet.id, "recipient:document:shown", recipient.role, facts, now)


def sign(
    services: Services, token: str, evidence: Evidence, *, agreed: bool, on_screen: tuple[str, ...]
) -> None:
    """The press of the button: committed with its evidence before any other work starts (law 3).

    ``on_screen``: sha256 of each document as the page named it. Raises as `view`, and NotShown,
    ShownOtherwise, NotAgreed; then nothing changed.
    """
    claims = _claims(services, token)
    with services.store.write() as tx:
        packet, now = _locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        held = {document.name: document.shown_sha256 for document in _documents(tx, packet, recipient)}
        changed = rules.answer(
            packet, recipient.role, agreed=agreed, on_screen=on_screen, held=tuple(held.values()), now=now
        )
        tx.packets.save(changed)
        facts: dict[str, Value] = {
            **_facts(evidence, recipient),
            "statement": recipient.statement,
            "sha256": {**held},
        }
        name = "recipient:signed" if recipient.action is Action.SIGN else "recipient:acknowledged"
        tx.trail.append(packet.id, name, recipient.role, facts, now)
        services.agenda.promise(tx.connection, Task("apply", packet.id, recipient.role))


def decline(services: Services, token: str, evidence: Evidence, *, reason: str) -> None:
    """The recipient says no, with a reason from REASONS. Raises as `view`; ValueError for another reason."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is not one of the reasons")
    claims = _claims(services, token)
    with services.store.write() as tx:
        packet, now = _locked(services, tx, claims)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, now)
        changed = rules.decline(packet, recipient.role, now)
        tx.packets.save(changed)
        facts = {**_facts(evidence, recipient), "reason": reason}
        tx.trail.append(packet.id, "recipient:declined", recipient.role, facts, now)
        if changed.status is Status.DECLINED:
            tx.trail.append(packet.id, "packet:declined", "service", {}, now)
            services.agenda.promise(tx.connection, Task("tell", packet.id, recipient.role))
        elif rules.sealable(changed, now):
            services.agenda.promise(tx.connection, Task("seal", packet.id))


def document(services: Services, token: str, name: str) -> bytes:
    """The PDF of a document or leaflet as everybody sees it. Raises as `view`, NotFound for another's."""
    claims = _claims(services, token)
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, services.clock())
        stored = _own(tx, packet, recipient, name)
    return services.blobs.get(stored.shown_sha256)


def copies(services: Services, token: str) -> CopyView:
    """The sealed documents of this recipient. Raises LinkInvalid, LinkExpired, LinkRevoked, NotFound."""
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = _of_link(tx, claims)
        sealed = tuple(d for d in _documents(tx, packet, recipient) if d.sealed_sha256)
        leaflets = _leaflets(tx, packet, recipient)
        return CopyView(
            packet,
            recipient,
            _to_keep(packet, sealed),
            _to_keep(packet, leaflets),
            _asker(services, tx, packet),
        )


def copy_document(services: Services, token: str, name: str) -> bytes:
    """One sealed PDF, or a leaflet. Raises as `copies`."""
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = _of_link(tx, claims)
        stored = _own(tx, packet, recipient, name)
    if not stored.signed:
        return services.blobs.get(stored.shown_sha256)
    if stored.sealed_sha256 is None:
        raise NotFound(f"Document {name} is not sealed yet.")
    return services.blobs.get(stored.sealed_sha256)


def _claims(services: Services, token: str) -> LinkClaims:
    # The packet's own term decides how long a link lives, so that it can be looked up and explained.
    return services.links.read(Purpose.SIGN, token, services.clock(), None)


def _locked(services: Services, tx: Transaction, claims: LinkClaims) -> tuple[Packet, datetime]:
    # The clock is read when nobody else can write any more: a press before the end of a term is then also
    # written before whatever that end brings, however long it waited for its turn.
    return tx.packets.get(claims.packet_id), services.clock()


def _of_link(tx: Transaction, claims: LinkClaims) -> tuple[Packet, Recipient]:
    packet = tx.packets.get(claims.packet_id)
    recipient = packet.recipient(claims.recipient)
    if recipient.link_serial != claims.serial:
        raise LinkRevoked()
    return packet, recipient


def _documents(tx: Transaction, packet: Packet, recipient: Recipient) -> tuple[StoredDocument, ...]:
    return tuple(d for d in tx.documents.of(packet.id) if d.name in recipient.documents)


def _leaflets(tx: Transaction, packet: Packet, recipient: Recipient) -> tuple[StoredDocument, ...]:
    return tuple(d for d in tx.documents.leaflets(packet.id) if recipient.role in d.roles)


def _to_keep(packet: Packet, stored: tuple[StoredDocument, ...]) -> tuple[CopyDocument, ...]:
    return tuple(CopyDocument(d.name, d.title, f"{packet.reference}-{d.name}.pdf") for d in stored)


def _own(tx: Transaction, packet: Packet, recipient: Recipient, name: str) -> StoredDocument:
    for stored in (*_documents(tx, packet, recipient), *_leaflets(tx, packet, recipient)):
        if stored.name == name:
            return stored
    raise NotFound("This recipient has no such document.")


def _view(services: Services, tx: Transaction, packet: Packet, recipient: Recipient) -> View:
    return View(
        packet=packet,
        recipient=recipient,
        documents=tuple(_shown(services, d) for d in _documents(tx, packet, recipient)),
        leaflets=tuple(_shown(services, d) for d in _leaflets(tx, packet, recipient)),
        asker=_asker(services, tx, packet),
        test=services.config.development,
    )


def _shown(services: Services, stored: StoredDocument) -> DocumentView:
    html = services.blobs.get(stored.html_sha256).decode()
    return DocumentView(stored.name, stored.title, stored.pages, stored.shown_sha256, html)


def _asker(services: Services, tx: Transaction, packet: Packet) -> Asker:
    given = tx.packets.filing(packet.id).values
    contact = values.contact(services.catalog.manifest(packet.type))
    return Asker(
        sender=values.optional(given, contact.organisation) or services.config.organisation,
        contact_name=values.optional(given, contact.name),
        contact_phone=values.optional(given, contact.phone),
        contact_email=values.optional(given, contact.email),
    )


def _facts(evidence: Evidence, recipient: Recipient) -> dict[str, Value]:
    facts: dict[str, Value] = {"address": evidence.address, "user_agent": evidence.user_agent[:300]}
    if recipient.channel is Channel.ON_SITE:
        facts |= {"channel": Channel.ON_SITE.value, "host": recipient.host_name}
    return facts
