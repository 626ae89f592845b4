"""What the evidence of a packet says: who, what was shown, when, and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from signing.audit import EVENTS, Event
from signing.packet import Action, Answer, Packet, Recipient
from signing.plain import masked
from signing.texts import AMSTERDAM, Texts

# The moments of a party that a judge asks for, in this order, by event.
MOMENTS = {
    "recipient:invited": "invited",
    "recipient:link:opened": "opened",
    "recipient:document:shown": "shown",
    "recipient:signed": "signed",
    "recipient:acknowledged": "acknowledged",
    "recipient:declined": "declined",
    "recipient:signature:applied": "applied",
}

Row = dict[str, object]


@dataclass(frozen=True)
class Judgement:
    """What was found about a sealed file, and the blob with the whole report.

    ``signatures``: of parties, without the seal. The last timestamp was made at ``stamped_at`` and proves the
    file until ``proves_until``.
    """

    report_sha256: str
    judged_at: datetime
    level: str
    signatures: int
    flavour: str
    stamped_at: datetime
    proves_until: datetime

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in told.items()
        }

    @classmethod
    def read(cls, told: Mapping[str, Any] | None) -> Judgement:
        """What ``as_dict`` wrote. Raises ValueError for anything else."""
        if told is None or told.keys() != {field.name for field in fields(cls)}:
            raise ValueError("there is no judgement on this file in the registry")
        moments = {
            key: datetime.fromisoformat(told[key]) for key in ("judged_at", "stamped_at", "proves_until")
        }
        return cls(**{**told, **moments})


@dataclass(frozen=True)
class SealedDocument:
    """A document as the evidence names it; hashes in hex. ``archive``: the corporation gets it too."""

    name: str
    title: str
    pages: int
    shown_sha256: str
    sealed_sha256: str
    archive: bool
    judgement: Judgement


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
        "sealed_local": _local(texts, about.sealed_at),
        "sealed_utc": _utc(about.sealed_at),
        "made_local": _local(texts, about.made_at),
        "made_utc": _utc(about.made_at),
        "root_sha256": about.root_sha256,
        "template_type": about.template.type,
        "template_version": about.template.version,
        "template_sha256": about.template.sha256,
        "documents": [_document(texts, document) for document in documents if document.archive],
        "parties": [_party(texts, recipient, documents) for recipient in packet.recipients],
        "moments": [row for recipient in packet.recipients for row in _moments(texts, recipient, trail)],
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
            "evidence.seals", judged.signatures, level=judged.level, moment=_local(texts, judged.judged_at)
        ),
        "form": texts.get("evidence.form", flavour=judged.flavour),
    }


def _party(texts: Texts, recipient: Recipient, documents: tuple[SealedDocument, ...]) -> Row:
    row: Row = {
        "role": recipient.role,
        "label": recipient.label,
        "name": recipient.signatory,
        "outcome": texts.get(f"evidence.outcome.{recipient.answer or 'none'}"),
        "channel": texts.get(
            f"evidence.channel.{recipient.channel}",
            address=masked(recipient.address),
            host=recipient.host_name,
        ),
        "shown": _shown(texts, recipient, documents),
        "statement": recipient.statement,
        "field": recipient.role,
    }
    optional = {
        "function": recipient.office,
        "organisation": recipient.organisation,
        "empty_because": None if recipient.applied_at else _empty_because(texts, recipient),
    }
    return {**row, **{key: value for key, value in optional.items() if value}}


def _empty_because(texts: Texts, recipient: Recipient) -> str:
    if recipient.answer is Answer.DECLINED:
        return texts.get("evidence.empty.declined")
    if recipient.action is not Action.ACKNOWLEDGE:
        raise ValueError("a party without a signature has no place in the evidence of a sealed packet")
    return texts.get("evidence.empty.lapsed", days=recipient.term_days)


def _moments(texts: Texts, recipient: Recipient, trail: tuple[Event, ...]) -> list[Row]:
    return [
        {
            "role": recipient.role,
            "what": texts.get(f"evidence.moment.{MOMENTS[event.name]}"),
            "local": _local(texts, event.at),
            "utc": _utc(event.at),
        }
        for event in trail
        if event.actor == recipient.role and event.name in MOMENTS
    ]


def _shown(texts: Texts, recipient: Recipient, documents: tuple[SealedDocument, ...]) -> str:
    if recipient.shown_at is None:
        return texts.get("evidence.shown.nothing")
    own = [document for document in documents if document.name in recipient.documents]
    said = [
        texts.get("evidence.shown.document", title=d.title, pages=d.pages, sha256=d.shown_sha256)
        for d in own
        if d.archive
    ]
    others = len(own) - len(said)
    return "; ".join([*said, texts.count("evidence.shown.others", others)] if others else said)


def _event(packet: Packet, event: Event) -> Row:
    row: Row = {
        "number": event.sequence,
        "time_utc": _utc(event.at),
        "event": EVENTS[event.name],
        "hash_short": event.sha256[:8],
    }
    party = next((r.label for r in packet.recipients if r.role == event.actor), None)
    return {**row, "party": party} if party else row


def _local(texts: Texts, at: datetime) -> str:
    return f"{texts.day(at)}, {at.astimezone(AMSTERDAM):%H:%M:%S}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
