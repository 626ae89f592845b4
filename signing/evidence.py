"""What the evidence of a packet says: who, what was shown, when, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from signing.audit import EVENTS, Event
from signing.packet import Action, Answer, Packet, Recipient
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
class SealedDocument:
    """A document as the evidence names it; hashes in hex."""

    name: str
    title: str
    pages: int
    shown_sha256: str
    sealed_sha256: str


@dataclass(frozen=True)
class About:
    """What the evidence is about, beside packet and trail. ``root_sha256``: of the trusted certificate."""

    service_name: str
    corporation_name: str
    lease_number: str
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
    """The values of the packet type ``evidence`` (templates/evidence/manifest.toml)."""
    return {
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
        "documents": [_document(document) for document in documents],
        "parties": [_party(texts, recipient, documents) for recipient in packet.recipients],
        "moments": [row for recipient in packet.recipients for row in _moments(texts, recipient, trail)],
        "events": [_event(packet, event) for event in trail],
        "chain_length": len(trail),
        "chain_head": trail[-1].sha256,
    }


def masked(address: str) -> str:
    """A mail address that its owner recognises and nobody else can use: ``a…@voorbeeld.nl``."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def _document(document: SealedDocument) -> Row:
    return {
        "title": document.title,
        "pages": document.pages,
        "sha256_shown": document.shown_sha256,
        "sha256_sealed": document.sealed_sha256,
    }


def _party(texts: Texts, recipient: Recipient, documents: tuple[SealedDocument, ...]) -> Row:
    row: Row = {
        "role": recipient.role,
        "label": recipient.label,
        "name": recipient.name,
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
        "function": recipient.function,
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
    return "; ".join(
        texts.get("evidence.shown.document", title=d.title, pages=d.pages, sha256=d.shown_sha256) for d in own
    )


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
