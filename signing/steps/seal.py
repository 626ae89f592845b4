"""The seal over every document: seal, then validate, and only then keep (law 5 of design.md 3)."""

from __future__ import annotations

from typing import Any

import docgen
from signing import packet as rules
from signing.errors import RevisionConflict, SealRejected
from signing.packet import Packet, Status, move
from signing.pades import Expected, Seal, validate
from signing.services import Services
from signing.steps.wording import seal_lines
from signing.store import StoredDocument
from signing.tasks import Task


def seal(services: Services, packet_id: str, role: str = "") -> None:
    """Seals every document of a packet that all parties signed.

    Raises SealRejected when a sealed file does not validate; nothing of it is kept then.
    """
    with services.store.read() as tx:
        packet = tx.packets.get(packet_id)
        documents = tx.documents.of(packet_id)
        head = tx.trail.of(packet_id)[-1].sha256
    if not rules.sealable(packet, services.clock()):
        return
    for document in documents:
        if document.sealed_sha256 is None:
            _seal_document(services, packet, document, head)
    now = services.clock()
    with services.store.write() as tx:
        packet = tx.packets.get(packet_id)
        if packet.status is not Status.SIGNED:
            return
        tx.packets.save(move(packet, Status.SEALED))
        tx.packets.set_facts(packet_id, sealed_at=now)
        sealed = {d.name: d.sealed_sha256 for d in tx.documents.of(packet_id)}
        tx.trail.append(packet_id, "packet:sealed", "service", {"sha256": {**sealed}}, now)
        services.agenda.promise(tx.connection, Task("archive", packet_id))


def _seal_document(services: Services, packet: Packet, document: StoredDocument, head: str) -> None:
    signed = [r.role for r in packet.recipients if document.name in r.documents and r.applied_at]
    empty = [r.role for r in packet.recipients if document.name in r.documents and not r.applied_at]
    pdf, report = seal_pdf(
        services,
        services.blobs.get(document.revision_sha256),
        base_sha256=document.revision_sha256,
        reference=packet.reference,
        audit_sha256=head,
        expected=Expected(signed=(*signed, "seal"), unsigned_allowed=tuple(empty)),
    )
    sha256 = services.blobs.put(pdf)
    with services.store.write() as tx:
        if tx.documents.get(packet.id, document.name).revision != document.revision:
            raise RevisionConflict(f"{document.name} got another signature while it was sealed.")
        tx.documents.set_sealed(packet.id, document.name, sha256, report)


def seal_pdf(
    services: Services, pdf: bytes, *, base_sha256: str, reference: str, audit_sha256: str, expected: Expected
) -> tuple[bytes, dict[str, Any]]:
    """The sealed file (B-LTA) and its validation: signatures by the strict rule, PDF/A and PDF/UA by veraPDF.

    Raises SealRejected, and what `Pades.apply_seal` raises.
    """
    now = services.clock()
    config = services.config
    wanted = Seal(
        name=config.organisation,
        reason=services.texts.get("seal.reason", reference=reference),
        location=config.place,
        audit_sha256=bytes.fromhex(audit_sha256),
        lines=seal_lines(services.texts, config.organisation, reference, now, config.development),
    )
    sealed = services.pades.apply_seal(pdf, wanted, base_sha256=base_sha256, now=now)
    return sealed, _validated(services, sealed, reference, expected)


def _validated(services: Services, sealed: bytes, reference: str, expected: Expected) -> dict[str, Any]:
    report = validate(sealed, services.trust, expected=expected, at=services.clock())
    form = docgen.conformance(sealed)
    problems = [*report.problems, *form.failures]
    if report.level != "B-LTA":
        problems.append(f"the level is {report.level}, not B-LTA")
    if not (report.valid and form.pdfa and form.pdfua) or problems:
        raise SealRejected(reference, problems or ["the validators refuse it without a reason"])
    conformance = {"flavour": form.flavour, "pdfa": form.pdfa, "pdfua": form.pdfua}
    return {"signatures": report.as_dict(), "conformance": conformance}
