"""From archived to delivered: the package in the corporation's archive, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from signing import archive as archives
from signing import audit, values
from signing.agreement import Agreement, Transfer, transferred
from signing.archive import Leaflet, Package, Receipt, Renewed, Sealed
from signing.errors import NotFound
from signing.evidence import Judgement
from signing.packet import Packet, Status, move
from signing.services import Services
from signing.store import Filing, Renewal, StoredDocument, Transaction
from signing.tasks import Task


def deliver(services: Services, packet_id: str, role: str = "") -> None:
    """Brings the package to the corporation's archive; only its receipt makes the packet delivered."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        documents = tx.documents.of(packet_id)
        package = tx.packets.facts(packet_id)["package"]
    if packet.status is not Status.ARCHIVED:
        return
    receipt = _archive_of(services, packet).deliver(_package(services, documents, package), services.clock())
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.ARCHIVED:
            return
        tx.packets.save(move(packet, Status.DELIVERED))
        tx.packets.set_facts(packet_id, receipt=_kept(receipt))
        tx.trail.append(packet_id, "packet:delivered", "service", _told(receipt), services.clock())
        _take_effect(services, tx, packet, filing)
        for recipient in packet.recipients:
            if recipient.agreed:
                services.agenda.promise(tx.connection, Task("copy", packet_id, recipient.role))


def redeliver(services: Services, packet_id: str, role: str = "") -> None:
    """Brings every renewal that is not there yet to the corporation's archive, the oldest first."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        documents = tx.documents.of(packet_id)
        package = tx.packets.facts(packet_id)["package"]
        renewals = tx.renewals.of(packet_id)
    for renewal in renewals:
        if renewal.receipt is None:
            made = _renewed_package(services, documents, package, renewal)
            receipt = _archive_of(services, packet).deliver(made, services.clock())
            _note_delivery(services, packet_id, renewal, receipt)


def _note_delivery(services: Services, packet_id: str, renewal: Renewal, receipt: Receipt) -> None:
    with services.store.write() as tx:
        tx.packets.get(packet_id)
        if not tx.renewals.set_receipt(packet_id, renewal.number, _kept(receipt)):
            return
        told = {"number": renewal.number, **_told(receipt)}
        tx.trail.append(packet_id, "packet:renewal:delivered", "service", told, services.clock())
        tx.attention.clear(packet_id, f"redeliver:{renewal.number}")


def _archive_of(services: Services, packet: Packet) -> archives.Destination:
    found = services.archives.get(packet.corporation)
    if found is None:
        raise NotFound(
            f"No archive is known for corporation {packet.corporation}. Add it to HUURZEGEL_ARCHIVES."
        )
    return found


def _package(
    services: Services, documents: tuple[StoredDocument, ...], package: Mapping[str, Any]
) -> Package:
    document = _archived(documents)
    return Package(
        archives.from_json(services.blobs.get(package["record_sha256"])),
        _sealed(services, document.sealed_sha256 or "", Judgement.read(document.validation).report_sha256),
        _sealed(services, package["evidence_sha256"], Judgement.read(package["evidence"]).report_sha256),
        tuple(Leaflet(name, services.blobs.get(sha256)) for name, sha256 in package["leaflets"].items()),
    )


def _renewed_package(
    services: Services, documents: tuple[StoredDocument, ...], package: Mapping[str, Any], renewal: Renewal
) -> Package:
    sealed = _archived(documents)
    document, evidence = renewal.file(sealed.name), renewal.file(None)
    pdf = services.blobs.get(document.sha256)
    record = replace(
        archives.from_json(services.blobs.get(package["record_sha256"])),
        sha256=document.sha256,
        size=len(pdf),
        renewed=Renewed(
            renewal.number,
            renewal.at,
            previous_sha256=document.previous_sha256,
            sealed_sha256=sealed.sealed_sha256 or "",
            previous_evidence_sha256=evidence.previous_sha256,
        ),
    )
    return Package(
        record,
        Sealed(pdf, services.blobs.get(document.report_sha256)),
        _sealed(services, evidence.sha256, evidence.report_sha256),
    )


def _archived(documents: tuple[StoredDocument, ...]) -> StoredDocument:
    """The one that the corporation gets; there is just one, or the packet would not be archived."""
    (found,) = (document for document in documents if document.archive)
    return found


def _sealed(services: Services, sha256: str, report_sha256: str) -> Sealed:
    return Sealed(services.blobs.get(sha256), services.blobs.get(report_sha256))


def _kept(receipt: Receipt) -> dict[str, Any]:
    return {**asdict(receipt), "delivered_at": receipt.delivered_at.isoformat()}


def _told(receipt: Receipt) -> dict[str, audit.Value]:
    return {"proof": receipt.proof, "sha256": {file.name: file.sha256 for file in receipt.files}}


def _take_effect(services: Services, tx: Transaction, packet: Packet, filing: Filing) -> None:
    given = filing.values
    effect = values.effect(services.catalog.manifest(packet.type), given, packet.reference)
    if isinstance(effect, Agreement):
        tx.agreements.save(effect)
    if isinstance(effect, Transfer):
        running = tx.agreements.get(values.text(given, values.RELATED))
        if running is None:
            raise NotFound("The agreement of this transfer is not in the registry.")
        tx.agreements.save(transferred(running, effect))
