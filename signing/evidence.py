"""What the evidence of a packet says: who, what was shown, when, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signing import conduct
from signing.audit import EVENTS, Event
from signing.conduct import Judgement, Row, SealedDocument, local, utc
from signing.packet import Packet
from signing.texts import Texts

__all__ = ["About", "Judgement", "SealedDocument", "Template", "evidence_values"]


@dataclass(frozen=True)
class Template:
    """What the documents were made from; ``sha256`` is over all files of the template."""

    type: str
    version: str
    sha256: str


@dataclass(frozen=True)
class About:
    """What the evidence is about, beside packet and trail. ``root_sha256``: of the trusted certificate."""

    service_name: str
    corporation_name: str
    lease_number: str
    template: Template
    seal_level: str
    sealed_at: datetime
    made_at: datetime
    root_sha256: str


def evidence_values(
    texts: Texts,
    about: About,
    packet: Packet,
    documents: tuple[SealedDocument, ...],
    trail: tuple[Event, ...],
) -> Row:
    """The values of the packet type ``evidence`` (templates/evidence/manifest.toml).

    The evidence also goes to the corporation. Of a document that the corporation does not get it says that
    there is one, and neither title, pages nor hash (R26, A20): the proof of those is in the audit trail,
    which stays with the parties.
    """
    others = sum(not document.archive for document in documents)
    values: Row = {
        "packet_title": packet.title,
        "lease_number": about.lease_number,
        "corporation_name": about.corporation_name,
        "service_name": about.service_name,
        "seal_level": about.seal_level,
        "sealed_local": local(texts, about.sealed_at),
        "sealed_utc": utc(about.sealed_at),
        "made_local": local(texts, about.made_at),
        "made_utc": utc(about.made_at),
        "root_sha256": about.root_sha256,
        "template_type": about.template.type,
        "template_version": about.template.version,
        "template_sha256": about.template.sha256,
        "documents": [_document(texts, document) for document in documents if document.archive],
        "parties": [conduct.party(texts, recipient, documents, trail) for recipient in packet.recipients],
        "moments": [
            row for recipient in packet.recipients for row in conduct.moments(texts, recipient, trail)
        ],
        "events": [_event(packet, event) for event in trail],
        "chain_length": len(trail),
        "chain_head": trail[-1].sha256,
    }
    return {**values, "other_documents": texts.count("evidence.others", others)} if others else values


def _document(texts: Texts, document: SealedDocument) -> Row:
    judged = document.judgement
    return {
        "title": document.title,
        "pages": document.pages,
        "sha256_shown": document.shown_sha256,
        "sha256_sealed": document.sealed_sha256,
        "seals": texts.count(
            "evidence.seals", judged.signatures, level=judged.level, moment=local(texts, judged.judged_at)
        ),
        "form": texts.get("evidence.form", flavour=judged.flavour),
    }


def _event(packet: Packet, event: Event) -> Row:
    row: Row = {
        "number": event.sequence,
        "time_utc": utc(event.at),
        "event": EVENTS[event.name],
        "hash_short": event.sha256[:8],
    }
    party = next((r.label for r in packet.recipients if r.role == event.actor), None)
    return {**row, "party": party} if party else row
