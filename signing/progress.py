"""Following a packet: how far it is, and its documents once they are there."""

from __future__ import annotations

from dataclasses import dataclass

from signing import reference
from signing.agreement import Transfer
from signing.audit import Event
from signing.errors import NotFound, Refused
from signing.packet import Packet
from signing.services import Services
from signing.store import Dispatch, Remark, StoredDocument, Stuck


class NotSealedYet(Refused):
    """The sealed file does not exist yet."""

    def __init__(self, status: str) -> None:
        super().__init__(f"The packet is {status}; its sealed documents come after all parties signed.")


@dataclass(frozen=True)
class Progress:
    """Where a packet is; ``guiding``: who guides today under the agreement it started, once delivered.

    ``leaflets``: what nobody signs; ``transfers``: the delivered transfer forms under that agreement, in the
    order of their delivery.
    """

    packet: Packet
    documents: tuple[StoredDocument, ...]
    leaflets: tuple[StoredDocument, ...]
    events: tuple[Event, ...]
    stuck: tuple[Stuck, ...]
    messages: tuple[Dispatch, ...]
    remarks: tuple[Remark, ...]
    guiding: str | None
    transfers: tuple[Transfer, ...]


def follow(services: Services, client: str, wanted: str) -> Progress:
    """Where a packet is. Raises NotFound, also for another client's packet; InvalidReference."""
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        agreement = tx.agreements.get(packet.reference)
        return Progress(
            packet,
            tx.documents.of(packet.id),
            tx.documents.leaflets(packet.id),
            tx.trail.of(packet.id),
            tx.attention.all(packet.id),
            tx.messages.of(packet.id),
            tx.remarks.of(packet.id),
            agreement.guiding_on(services.clock().date()).name if agreement else None,
            agreement.transfers if agreement else (),
        )


def document(services: Services, client: str, wanted: str, name: str) -> bytes:
    """A sealed PDF in its newest revision, or a leaflet, for the organisation that asked for the packet.

    Raises NotFound, NotSealedYet; a leaflet needs no seal, so it is there as soon as the packet is ready.
    """
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        made = (*tx.documents.of(packet.id), *tx.documents.leaflets(packet.id))
        renewals = tx.renewals.of(packet.id)
    documents = {stored.name: stored for stored in made}
    if documents and name not in documents:
        raise NotFound(f"The packet has no document {name[:60]!r}. It has {', '.join(documents)}.")
    stored = documents.get(name)
    if stored is not None and not stored.signed:
        return services.blobs.get(stored.shown_sha256)
    if stored is None or stored.sealed_sha256 is None:
        raise NotSealedYet(packet.status)
    return services.blobs.get(renewals[-1].file(name).sha256 if renewals else stored.sealed_sha256)
