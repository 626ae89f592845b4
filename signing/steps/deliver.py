"""From sealed to delivered: evidence, package, the corporation's archive, and what that changes."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import docgen
from signing import archive as archives
from signing import audit, values
from signing.agreement import Agreement, Transfer, transferred
from signing.archive import ArchiveRecord, Corporation, Package, Party, Tenant
from signing.audit import Event
from signing.errors import NotFound, SealRejected
from signing.evidence import About, SealedDocument, evidence_values
from signing.packet import Action, Packet, Status, move
from signing.pades import Expected
from signing.services import Services
from signing.steps.seal import seal_pdf
from signing.store import Filing, StoredDocument, Transaction
from signing.tasks import Task

EVIDENCE = "evidence"  # the packet type and the document of the evidence


def archive(services: Services, packet_id: str, role: str = "") -> None:
    """Makes the evidence of a sealed packet, sealed itself, and promises the delivery."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        documents = tx.documents.of(packet_id)
        trail = tx.trail.of(packet_id)
        sealed_at = tx.packets.facts(packet_id)["sealed_at"]
    if packet.status is not Status.SEALED:
        return
    head = audit.check(trail)
    made = _evidence(services, packet, filing, documents, trail, sealed_at)
    sealed, _ = seal_pdf(
        services,
        made.pdf,
        base_sha256=hashlib.sha256(made.pdf).hexdigest(),
        reference=packet.reference,
        audit_sha256=head,
        expected=Expected(signed=("seal",)),
    )
    sha256 = services.blobs.put(sealed)
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.SEALED:
            return
        now = services.clock()
        tx.packets.save(move(packet, Status.ARCHIVED))
        tx.packets.set_facts(packet_id, package={"evidence_sha256": sha256, "head": head})
        tx.trail.append(packet_id, "packet:archived", "service", {"evidence_sha256": sha256}, now)
        services.agenda.promise(tx.connection, Task("deliver", packet_id))


def deliver(services: Services, packet_id: str, role: str = "") -> None:
    """Brings the package to the corporation's archive; only its receipt makes the packet delivered."""
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        documents = tx.documents.of(packet_id)
        facts = tx.packets.facts(packet_id)
    if packet.status is not Status.ARCHIVED:
        return
    package = _package(services, packet, filing, documents, facts)
    receipt = services.archives[packet.corporation].deliver(package, services.clock())
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.ARCHIVED:
            return
        tx.packets.save(move(packet, Status.DELIVERED))
        kept = {**asdict(receipt), "delivered_at": receipt.delivered_at.isoformat()}
        tx.packets.set_facts(packet_id, receipt=kept)
        told: dict[str, audit.Value] = {
            "proof": receipt.proof,
            "sha256": {file.name: file.sha256 for file in receipt.files},
        }
        tx.trail.append(packet_id, "packet:delivered", "service", told, services.clock())
        _take_effect(services, tx, packet, filing)
        for recipient in packet.recipients:
            if recipient.agreed:
                services.agenda.promise(tx.connection, Task("copy", packet_id, recipient.role))


def _evidence(
    services: Services,
    packet: Packet,
    filing: Filing,
    documents: tuple[StoredDocument, ...],
    trail: tuple[Event, ...],
    sealed_at: datetime,
) -> docgen.Document:
    given = _given(services, packet, filing)
    about = About(
        service_name=services.config.organisation,
        corporation_name=values.text(given, "corporation.name"),
        lease_number=values.text(given, "lease_number"),
        seal_level=services.texts.get("evidence.level", level="B-LTA"),
        sealed_at=sealed_at,
        made_at=services.clock(),
        root_sha256=_fingerprint(services.config.trust_roots[0]),
    )
    sealed = tuple(
        SealedDocument(d.name, d.title, d.pages, d.shown_sha256, d.sealed_sha256 or "") for d in documents
    )
    told = evidence_values(services.texts, about, packet, sealed, trail)
    completed = docgen.complete(services.catalog.manifest(EVIDENCE), told, services.clock().date())
    return services.generator.generate(EVIDENCE, EVIDENCE, completed, packet.reference)


def _fingerprint(certificate: Path) -> str:
    """SHA-256 over the DER form, as every certificate viewer shows it."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
    return hashlib.sha256(der).hexdigest()


def _package(
    services: Services,
    packet: Packet,
    filing: Filing,
    documents: tuple[StoredDocument, ...],
    facts: Mapping[str, Any],
) -> Package:
    archived = [document for document in documents if document.archive]
    if len(archived) != 1 or archived[0].sealed_sha256 is None or archived[0].validation is None:
        raise NotFound(f"Packet {packet.id} has no single sealed document for the archive.")
    pdf = services.blobs.get(archived[0].sealed_sha256)
    record = _record(services, packet, filing, archived[0], facts["sealed_at"], len(pdf))
    return archives.build(record, pdf, services.blobs.get(facts["package"]["evidence_sha256"]))


def _record(
    services: Services,
    packet: Packet,
    filing: Filing,
    document: StoredDocument,
    sealed_at: datetime,
    size: int,
) -> ArchiveRecord:
    given = _given(services, packet, filing)
    born = values.day(given, "tenant.date_of_birth")
    parties = [r for r in packet.recipients if r.action is Action.SIGN]
    receipts = [r.answered_at for r in packet.recipients if r.action is Action.ACKNOWLEDGE and r.applied_at]
    flavour = (document.validation or {})["conformance"]["flavour"]
    return ArchiveRecord(
        reference=packet.reference,
        uuid=packet.id,
        type=packet.type,
        code=packet.code,
        title=document.title,
        template_version=filing.template_version,
        corporation=Corporation(
            packet.corporation, values.text(given, "corporation.name"), values.text(given, "corporation.kvk")
        ),
        lease_number_raw=values.text(filing.data, "lease_number").strip(),  # as given: domain 3.3
        lease_number_norm=packet.lease_number,
        tenant=Tenant(values.text(given, "tenant.full_name"), born.year if born else None),
        parties=tuple(
            Party(r.role, r.label, r.organisation, values.optional(given, f"{r.role}.kvk"))
            for r in parties
            if r.organisation and r.role != "tenant"
        ),
        signed_at=tuple(r.answered_at for r in parties if r.answered_at),
        acknowledged_at=receipts[0] if receipts else None,
        sealed_at=sealed_at,
        sha256=document.sealed_sha256 or "",
        size=size,
        format=_pronom(flavour),
        retention_rule=services.texts.get("archive.retention"),
        start_date=values.day(given, "start_date"),
        end_date=values.day(given, "end_date"),
        transfer_date=values.day(given, "transfer_date"),
        related_reference=values.optional(given, values.RELATED),
        unit_code=values.optional(given, "unit_code"),
        bag_vbo_id=values.optional(given, "bag_vbo_id"),
        test=services.config.development,
    )


def _pronom(flavour: str) -> str:
    if flavour not in archives.PRONOM:
        raise SealRejected("document", [f"{flavour} is no flavour that the archive takes"])
    return archives.PRONOM[flavour]


def _take_effect(services: Services, tx: Transaction, packet: Packet, filing: Filing) -> None:
    given = _given(services, packet, filing)
    effect = values.effect(services.catalog.manifest(packet.type), given, packet.reference)
    if isinstance(effect, Agreement):
        tx.agreements.save(effect)
    if isinstance(effect, Transfer):
        running = tx.agreements.get(values.text(given, values.RELATED))
        if running is None:
            raise NotFound("The agreement of this transfer is not in the registry.")
        tx.agreements.save(transferred(running, effect))


def _given(services: Services, packet: Packet, filing: Filing) -> dict[str, object]:
    manifest = services.catalog.manifest(packet.type)
    return docgen.complete(manifest, filing.data, packet.created_at.date())
