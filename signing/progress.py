"""Following a packet: how far it is, and its documents once they are there."""

from __future__ import annotations

from dataclasses import dataclass

from signing import reference
from signing.account import Scope
from signing.agreement import Agreement, Transfer
from signing.audit import Event
from signing.errors import NotFound, Refused
from signing.packet import Packet
from signing.services import Services
from signing.store import Dispatch, Remark, Sought, StoredDocument, Stuck

ON_A_PAGE = 50
MOST_OF_A_LEASE = 300  # 99 of each type (domain 3.4)


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


@dataclass(frozen=True)
class Lease:
    """What a client made about one lease: its packets, the newest first, and the agreements that run."""

    packets: tuple[Packet, ...]
    agreements: tuple[Agreement, ...]


def page(services: Services, client: str, sought: Sought) -> tuple[tuple[Packet, ...], str | None]:
    """The next ON_A_PAGE packets of a client, and the reference after which the next page begins, if any."""
    with services.store.read() as tx:
        listed = tx.overview.packets(Scope(client=client), sought, services.clock(), ON_A_PAGE + 1)
    found = [each.packet for each in listed]
    shown = tuple(found[:ON_A_PAGE])
    return shown, shown[-1].reference if len(found) > ON_A_PAGE else None


def lease(services: Services, client: str, corporation: str, number: str) -> Lease:
    """All about a lease that this client made. Raises NotFound when it made nothing about it."""
    sought = Sought(corporation=corporation.upper(), lease=reference.normalise_lease(number))
    with services.store.read() as tx:
        listed = tx.overview.packets(Scope(client=client), sought, services.clock(), MOST_OF_A_LEASE)
        packets = tuple(each.packet for each in listed)
        found = [tx.agreements.get(packet.reference) for packet in packets]
    if not packets:
        raise NotFound("You have made no packet about this lease. Check the corporation and the number.")
    return Lease(packets, tuple(agreement for agreement in found if agreement is not None))


def document(services: Services, client: str, wanted: str, name: str) -> bytes:
    """A sealed PDF in its newest revision, or a leaflet, for the organisation that asked for the packet.

    Raises NotFound, NotSealedYet, store.ContentErased; a leaflet needs no seal, so it is there as soon as
    the packet is ready.
    """
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        tx.packets.has_content(packet.id)
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
