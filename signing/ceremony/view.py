"""What the pages of one recipient show; nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass

import docgen
from signing import packet as rules
from signing import values
from signing.ceremony.link import admitted, claims_of, documents_of, leaflets_of, of_link, own
from signing.errors import NotFound
from signing.links import Purpose
from signing.packet import Packet, Recipient
from signing.services import Services
from signing.store import StoredDocument, Transaction


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
class Welcome:
    """What the first page shows to whoever has the link: of the documents only title and number of pages.

    ``texts``: their HTML, to measure how long reading takes.
    """

    packet: Packet
    recipient: Recipient
    documents: tuple[tuple[str, int], ...]
    texts: tuple[str, ...]
    asker: Asker
    test: bool


@dataclass(frozen=True)
class View:
    """What the pages of one recipient show; ``leaflets``: what it may keep and nobody signs."""

    packet: Packet
    recipient: Recipient
    documents: tuple[DocumentView, ...]
    leaflets: tuple[DocumentView, ...]
    asker: Asker
    test: bool


def welcome(services: Services, token: str) -> Welcome:
    """For the first page.

    Raises LinkInvalid, NotFound, LinkRevoked, AlreadyAnswered, PacketClosed, OutOfTurn.
    """
    claims = claims_of(services, token)
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = rules.may_answer(packet, claims.recipient, claims.serial, services.clock())
        documents = documents_of(tx, packet, recipient)
        return Welcome(
            packet=packet,
            recipient=recipient,
            documents=tuple((document.title, document.pages) for document in documents),
            texts=tuple(_html(services, document) for document in documents),
            asker=asker_of(services, tx, packet),
            test=services.config.development,
        )


def view(services: Services, token: str, marks: frozenset[str] = frozenset()) -> View:
    """The ceremony of the recipient whose link this is, for a browser with these marks.

    Raises as `welcome`, and NotProven, NotStated.
    """
    claims = claims_of(services, token)
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = admitted(packet, claims, marks, services.clock())
        return view_for(services, tx, packet, recipient)


def answered(services: Services, token: str) -> View:
    """The same after the answer, for the last page. Raises LinkInvalid, NotFound, LinkRevoked."""
    claims = claims_of(services, token)
    with services.store.read() as tx:
        packet, recipient = of_link(tx, claims)
        if recipient.answer is None:
            raise NotFound("There is no answer yet. Open the link and go through its pages.")
        return view_for(services, tx, packet, recipient)


def asker(services: Services, purpose: Purpose, token: str) -> Asker:
    """Whom the owner of a link can ask, also when the link itself is of no use any more.

    Raises LinkInvalid when it never was a link, NotFound.
    """
    claims = services.links.read(purpose, token, services.clock(), None)
    with services.store.read() as tx:
        return asker_of(services, tx, tx.packets.get(claims.packet_id))


def document(services: Services, token: str, name: str, marks: frozenset[str] = frozenset()) -> bytes:
    """The PDF of a document or leaflet as everybody sees it. Raises as `view`, NotFound for another's."""
    claims = claims_of(services, token)
    with services.store.read() as tx:
        packet = tx.packets.get(claims.packet_id)
        recipient = admitted(packet, claims, marks, services.clock())
        stored = own(tx, packet, recipient, name)
    return services.blobs.get(stored.shown_sha256)


def view_for(services: Services, tx: Transaction, packet: Packet, recipient: Recipient) -> View:
    """All that the pages of this recipient show."""
    return View(
        packet=packet,
        recipient=recipient,
        documents=tuple(_shown(services, d) for d in documents_of(tx, packet, recipient)),
        leaflets=tuple(_shown(services, d) for d in leaflets_of(tx, packet, recipient)),
        asker=asker_of(services, tx, packet),
        test=services.config.development,
    )


def _shown(services: Services, stored: StoredDocument) -> DocumentView:
    html = _html(services, stored)
    return DocumentView(stored.name, stored.title, stored.pages, stored.shown_sha256, html)


def _html(services: Services, stored: StoredDocument) -> str:
    return services.blobs.get(stored.html_sha256).decode()


def asker_of(services: Services, tx: Transaction, packet: Packet) -> Asker:
    """Who asks for a packet to be signed, and whom to ask."""
    given = tx.packets.filing(packet.id).values
    contact = _contact(services, packet)
    return Asker(
        sender=values.optional(given, contact.organisation) or services.config.organisation,
        contact_name=values.optional(given, contact.name),
        contact_phone=values.optional(given, contact.phone),
        contact_email=values.optional(given, contact.email),
    )


def _contact(services: Services, packet: Packet) -> docgen.Contact:
    return values.contact(services.catalog.manifest(packet.type))
