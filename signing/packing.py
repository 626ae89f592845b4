"""The packages of a packet as they go to the corporation: as it was sealed, and each renewal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from signing import archive as archives
from signing.archive import Leaflet, Package, Renewed, Sealed
from signing.evidence import Judgement
from signing.services import Services
from signing.store import Renewal, StoredDocument, Transaction


def package_of(services: Services, tx: Transaction, packet_id: str) -> Package:
    """The package of an archived packet, from what was kept then. Raises BlobError."""
    documents, kept = tx.documents.of(packet_id), tx.packets.facts(packet_id)["package"]
    return _package(services, documents, kept)


def renewed_package_of(services: Services, tx: Transaction, packet_id: str, renewal: Renewal) -> Package:
    """The package of one renewal. Raises BlobError."""
    documents, kept = tx.documents.of(packet_id), tx.packets.facts(packet_id)["package"]
    return _renewed_package(services, documents, kept, renewal)


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
