"""From sealed to archived: the evidence, and all that the corporation's archive is to be told."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docgen
from signing import archive as archives
from signing import audit, reference, values
from signing.archive import ArchiveRecord, Corporation, Party, Tenant
from signing.audit import Event
from signing.errors import NotFound, SealRejected
from signing.evidence import About, Judgement, SealedDocument, Template, evidence_values
from signing.packet import Action, Packet, Recipient, Status, move
from signing.pades import Expected
from signing.services import Services
from signing.steps.seal import seal_pdf
from signing.store import Filing, StoredDocument
from signing.tasks import Task

EVIDENCE = "evidence"  # the packet type and the document of the evidence


@dataclass(frozen=True)
class _Case:
    """Everything that is known of a sealed packet; ``given``: its completed values."""

    packet: Packet
    filing: Filing
    given: Mapping[str, object]
    documents: tuple[StoredDocument, ...]
    leaflets: tuple[StoredDocument, ...]
    trail: tuple[Event, ...]
    sealed_at: datetime


def archive(services: Services, packet_id: str, role: str = "") -> None:
    """Makes the evidence of a sealed packet, sealed itself, and the metadata; promises the delivery.

    Everything that any later delivery needs is kept here, so that a renewal of decades later depends on no
    template. Raises SealRejected when a leaflet is not as archives want it.
    """
    case = _read(services, packet_id)
    if case is None:
        return
    head = audit.check(case.trail)
    made = _evidence(services, case)
    sealed, judgement = seal_pdf(
        services,
        made.pdf,
        base_sha256=hashlib.sha256(made.pdf).hexdigest(),
        reference=case.packet.reference,
        name=EVIDENCE,
        audit_sha256=head,
        wanted=Expected(signed=("seal",)),
    )
    package = {
        "head": head,
        "evidence_sha256": services.blobs.put(sealed),
        "evidence": judgement.as_dict(),
        "record_sha256": services.blobs.put(archives.as_json(_record(services, case))),
        "leaflets": _leaflets(services, case),
    }
    _keep(services, packet_id, package, judgement)


def _read(services: Services, packet_id: str) -> _Case | None:
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        filing = tx.packets.filing(packet_id)
        sealed_at = tx.packets.facts(packet_id)["sealed_at"]
        documents, leaflets = tx.documents.of(packet_id), tx.documents.leaflets(packet_id)
        trail = tx.trail.of(packet_id)
    if packet.status is not Status.SEALED:
        return None
    return _Case(packet, filing, filing.values, documents, leaflets, trail, sealed_at)


def _keep(services: Services, packet_id: str, package: Mapping[str, Any], evidence: Judgement) -> None:
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.SEALED:
            return
        judged = [evidence, *(Judgement.read(d.validation) for d in tx.documents.of(packet_id))]
        first = min(judged, key=lambda judgement: judgement.proves_until)
        tx.packets.save(move(packet, Status.ARCHIVED))
        tx.packets.set_facts(
            packet_id, package=package, stamped_at=first.stamped_at, proves_until=first.proves_until
        )
        told: dict[str, audit.Value] = {
            "evidence_sha256": package["evidence_sha256"],
            "evidence_report_sha256": evidence.report_sha256,
        }
        tx.trail.append(packet_id, "packet:archived", "service", told, services.clock())
        services.agenda.promise(tx.connection, Task("deliver", packet_id))


def _evidence(services: Services, case: _Case) -> docgen.Document:
    packet, filing = case.packet, case.filing
    about = About(
        service_name=services.config.organisation,
        corporation_name=values.text(case.given, "corporation.name"),
        lease_number=values.lease_as_given(case.given),
        template=Template(packet.type, filing.template_version, filing.template_sha256),
        seal_level=services.texts.get("evidence.level", level="B-LTA"),
        sealed_at=case.sealed_at,
        made_at=services.clock(),
        root_sha256=_fingerprint(services.config.trust_roots[0]),
    )
    sealed = tuple(
        SealedDocument(
            name=d.name,
            title=d.title,
            pages=d.pages,
            shown_sha256=d.shown_sha256,
            sealed_sha256=d.sealed_sha256 or "",
            archive=d.archive,
            judgement=Judgement.read(d.validation),
        )
        for d in case.documents
    )
    told = evidence_values(services.texts, about, packet, sealed, case.trail)
    completed = docgen.complete(services.catalog.manifest(EVIDENCE), told, services.clock().date())
    return services.generator.generate(EVIDENCE, EVIDENCE, completed, packet.reference)


def _fingerprint(certificate: Path) -> str:
    """SHA-256 over the DER form, as every certificate viewer shows it."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
    return hashlib.sha256(der).hexdigest()


def _leaflets(services: Services, case: _Case) -> dict[str, str]:
    """The blobs of the leaflets that are for the corporation, by name."""
    wanted = [leaflet for leaflet in case.leaflets if leaflet.archive]
    for leaflet in wanted:
        form = docgen.conformance(services.blobs.get(leaflet.shown_sha256))
        if not (form.pdfa and form.pdfua):
            raise SealRejected(f"leaflet {leaflet.name}", form.failures)
    return {leaflet.name: leaflet.shown_sha256 for leaflet in wanted}


def _record(services: Services, case: _Case) -> ArchiveRecord:
    packet, given = case.packet, case.given
    document = _archived(case)
    parties = [r for r in packet.recipients if r.action is Action.SIGN]
    receipts = [r.answered_at for r in packet.recipients if r.action is Action.ACKNOWLEDGE and r.applied_at]
    lease_number = values.optional(case.filing.data, "lease_number")  # as given: domain 3.3
    return ArchiveRecord(
        reference=packet.reference,
        uuid=packet.id,
        type=packet.type,
        code=packet.code,
        title=document.title,
        template_version=case.filing.template_version,
        template_sha256=case.filing.template_sha256,
        corporation=Corporation(
            packet.corporation, values.text(given, "corporation.name"), values.text(given, "corporation.kvk")
        ),
        lease_number_raw=lease_number.strip() if lease_number else None,
        lease_number_norm=reference.normalise_lease(lease_number) if lease_number else None,
        dossier_number=values.optional(given, "dossier_number"),
        tenant=_tenant(given),
        parties=_parties(parties, given),
        signed_at=tuple(r.answered_at for r in parties if r.answered_at),
        acknowledged_at=receipts[0] if receipts else None,
        sealed_at=case.sealed_at,
        sha256=document.sealed_sha256 or "",
        size=len(services.blobs.get(document.sealed_sha256 or "")),
        format=_pronom(Judgement.read(document.validation).flavour),
        retention_rule=services.texts.get("archive.retention"),
        start_date=values.day(given, "start_date"),
        end_date=values.day(given, "end_date"),
        transfer_date=values.day(given, "transfer_date"),
        related_reference=values.optional(given, values.RELATED),
        unit_code=values.optional(given, "unit_code"),
        bag_vbo_id=values.optional(given, "bag_vbo_id"),
        test=services.config.development,
    )


def _tenant(given: Mapping[str, object]) -> Tenant:
    born = values.day(given, "tenant.date_of_birth")
    return Tenant(values.text(given, "tenant.full_name"), born.year if born else None)


def _parties(signed: list[Recipient], given: Mapping[str, object]) -> tuple[Party, ...]:
    return tuple(
        Party(r.role, r.label, r.organisation, values.optional(given, f"{r.role}.kvk"))
        for r in signed
        if r.organisation and r.role != "tenant"
    )


def _archived(case: _Case) -> StoredDocument:
    archived = [document for document in case.documents if document.archive]
    if len(archived) != 1 or archived[0].sealed_sha256 is None:
        raise NotFound(f"Packet {case.packet.id} has no single sealed document for the archive.")
    return archived[0]


def _pronom(flavour: str) -> str:
    if flavour not in archives.PRONOM:
        raise SealRejected("document", [f"{flavour} is no flavour that the archive takes"])
    return archives.PRONOM[flavour]
