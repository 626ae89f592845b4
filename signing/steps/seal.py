"""The seal over every document: seal, then validate, and only then keep (law 5 of design.md 3)."""

from __future__ import annotations

from datetime import datetime

from signing import packet as rules
from signing.audit import Value
from signing.errors import RevisionConflict
from signing.evidence import Judgement
from signing.packet import Packet, Status, move
from signing.pades import Expected, Seal
from signing.services import Services
from signing.steps.judge import expected, judge
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
    with services.store.write() as tx:
        packet, now = tx.packets.get(packet_id), services.clock()
        if packet.status is not Status.SIGNED:
            return
        _still_sealable(packet, now)
        tx.packets.save(move(packet, Status.SEALED))
        tx.packets.set_facts(packet_id, sealed_at=now)
        sealed = tx.documents.of(packet_id)
        facts: dict[str, Value] = {
            "sha256": {d.name: d.sealed_sha256 for d in sealed},
            "report_sha256": {d.name: Judgement.read(d.validation).report_sha256 for d in sealed},
        }
        tx.trail.append(packet_id, "packet:sealed", "service", facts, now)
        services.agenda.promise(tx.connection, Task("archive", packet_id))


def _seal_document(services: Services, packet: Packet, document: StoredDocument, head: str) -> None:
    pdf, judgement = seal_pdf(
        services,
        services.blobs.get(document.revision_sha256),
        base_sha256=document.revision_sha256,
        reference=packet.reference,
        name=document.name,
        audit_sha256=head,
        wanted=expected(packet, document.name),
    )
    sha256 = services.blobs.put(pdf)
    with services.store.write() as tx:
        _still_sealable(tx.packets.get(packet.id), services.clock())
        if tx.documents.get(packet.id, document.name).revision != document.revision:
            raise RevisionConflict(f"{document.name} got another signature while it was sealed.")
        tx.documents.set_sealed(packet.id, document.name, sha256, judgement.as_dict())


def _still_sealable(packet: Packet, now: datetime) -> None:
    # Somebody may have acknowledged in the last second of the term, after this step looked.
    if not rules.sealable(packet, now):
        raise RevisionConflict(f"Packet {packet.id} got another answer while it was sealed.")


def seal_pdf(
    services: Services,
    pdf: bytes,
    *,
    base_sha256: str,
    reference: str,
    name: str,
    audit_sha256: str,
    wanted: Expected,
) -> tuple[bytes, Judgement]:
    """The sealed file (B-LTA) of the document ``name``, and the judgement on it.

    Raises SealRejected, and what `Pades.apply_seal` raises.
    """
    now = services.clock()
    config = services.config
    stated = Seal(
        name=config.organisation,
        reason=services.texts.get("seal.reason", reference=reference),
        location=config.place,
        audit_sha256=bytes.fromhex(audit_sha256),
        lines=seal_lines(services.texts, config.organisation, reference, now, config.development),
    )
    sealed = services.pades.apply_seal(pdf, stated, base_sha256=base_sha256, now=now)
    return sealed, judge(services, sealed, reference, name, wanted)
