"""A recipient's own sealed copy."""

from __future__ import annotations

from dataclasses import dataclass

from signing.ceremony.link import documents_of, leaflets_of, of_link, own
from signing.ceremony.receipt import ReceiptView, receipt_of
from signing.ceremony.view import Asker, asker
from signing.errors import NotFound
from signing.links import Purpose
from signing.packet import COPY_TERM, Packet, Recipient
from signing.services import Services
from signing.store import StoredDocument


@dataclass(frozen=True)
class CopyDocument:
    """A sealed document, or a leaflet, to download."""

    name: str
    title: str
    filename: str


@dataclass(frozen=True)
class CopyView:
    """What the page with the own copy shows; ``receipt``: for the corporation, of its archive."""

    packet: Packet
    recipient: Recipient
    documents: tuple[CopyDocument, ...]
    leaflets: tuple[CopyDocument, ...]
    asker: Asker
    receipt: ReceiptView | None


def copies(services: Services, token: str) -> CopyView:
    """The sealed documents of this recipient. Raises LinkInvalid, LinkExpired, LinkRevoked, NotFound."""
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = of_link(tx, claims)
        sealed = tuple(d for d in documents_of(tx, packet, recipient) if d.sealed_sha256)
        leaflets = leaflets_of(tx, packet, recipient)
        receipt = receipt_of(tx, packet, recipient, tx.trail.of(packet.id))
    return CopyView(
        packet,
        recipient,
        _to_keep(packet, sealed),
        _to_keep(packet, leaflets),
        asker(services, Purpose.COPY, token),
        receipt,
    )


def copy_document(services: Services, token: str, name: str) -> bytes:
    """One sealed PDF, or a leaflet. Raises as `copies`."""
    claims = services.links.read(Purpose.COPY, token, services.clock(), COPY_TERM)
    with services.store.read() as tx:
        packet, recipient = of_link(tx, claims)
        stored = own(tx, packet, recipient, name)
    if not stored.signed:
        return services.blobs.get(stored.shown_sha256)
    if stored.sealed_sha256 is None:
        raise NotFound(f"Document {name} is not sealed yet.")
    return services.blobs.get(stored.sealed_sha256)


def _to_keep(packet: Packet, stored: tuple[StoredDocument, ...]) -> tuple[CopyDocument, ...]:
    return tuple(CopyDocument(d.name, d.title, f"{packet.reference}-{d.name}.pdf") for d in stored)
