"""What each party of a packet did, in words that a judge understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from signing.audit import Event
from signing.packet import Action, Answer, Channel, Recipient
from signing.plain import masked
from signing.texts import AMSTERDAM, Texts

# The moments of a party that a judge asks for, by event.
MOMENTS = {
    "recipient:invited": "invited",
    "recipient:link:opened": "opened",
    "recipient:code:sent": "code_sent",
    "recipient:reminded": "reminded",
    "recipient:identity:proven": "proven",
    "recipient:identity:attested": "attested",
    "recipient:person:stated": "stated",
    "recipient:page:shown": "explained",
    "recipient:document:shown": "shown",
    "recipient:question:asked": "asked",
    "recipient:signed": "signed",
    "recipient:acknowledged": "acknowledged",
    "recipient:declined": "declined",
    "recipient:paper:received": "paper",
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


def party(
    texts: Texts, recipient: Recipient, documents: tuple[SealedDocument, ...], trail: tuple[Event, ...]
) -> Row:
    """One party: who it is, how that was checked, what it saw and what it agreed to."""
    own = [event for event in trail if event.actor == recipient.role]
    row: Row = {
        "role": recipient.role,
        "label": recipient.label,
        "name": recipient.signatory,
        "outcome": texts.get(f"evidence.outcome.{recipient.answer or 'none'}"),
        "channel": texts.get(
            f"evidence.channel.{recipient.channel}",
            address="" if recipient.channel is Channel.PAPER else masked(recipient.address),
            host=recipient.host_name,
        ),
        "proof": _proof(texts, recipient, own),
        "languages": _languages(texts, own),
        "shown": _shown(texts, recipient, documents),
        "statement": recipient.statement,
        "field": recipient.role,
    }
    optional = {
        "statement_version": _version(own),
        "function": recipient.office,
        "organisation": recipient.organisation,
        "empty_because": _empty_because(texts, recipient),
    }
    return {**row, **{key: value for key, value in optional.items() if value}}


def _empty_because(texts: Texts, recipient: Recipient) -> str | None:
    """Why the field of this party is empty in the sealed document; None when it is not."""
    if recipient.paper_sha256:
        return texts.get("evidence.empty.paper", sha256=recipient.paper_sha256)
    if recipient.applied_at:
        return None
    if recipient.answer is Answer.DECLINED:
        return texts.get("evidence.empty.declined")
    if recipient.action is not Action.ACKNOWLEDGE:
        raise ValueError("a party without a signature has no place in the evidence of a sealed packet")
    return texts.get("evidence.empty.lapsed", days=recipient.term_days)


def moments(texts: Texts, recipient: Recipient, trail: tuple[Event, ...]) -> list[Row]:
    """What a party did and when, as far as a judge asks for it."""
    return [
        {
            "role": recipient.role,
            "what": texts.get(f"evidence.moment.{MOMENTS[event.name]}", language=_language(texts, event)),
            "local": local(texts, event.at),
            "utc": utc(event.at),
        }
        for event in trail
        if event.actor == recipient.role and event.name in MOMENTS
    ]


def _proof(texts: Texts, recipient: Recipient, own: list[Event]) -> str:
    """How it was checked who opened the link: the last time before the answer counts."""
    proven = [event for event in own if event.name == "recipient:identity:proven"]
    if recipient.channel is Channel.PAPER and recipient.answered_at:
        return texts.get("evidence.proof.paper", moment=local(texts, recipient.answered_at))
    if recipient.channel is Channel.ON_SITE:
        return _attested(texts, recipient, own)
    if not recipient.identity and not proven:  # at the desk an account proves who it is, unasked
        return texts.get("evidence.proof.link")
    if not proven:
        return texts.get("evidence.proof.none")
    last = proven[-1].data
    sent = (e for e in own if e.name == "recipient:code:sent" and e.data["number"] == last.get("number"))
    address = next((str(event.data["address"]) for event in sent), "")
    return texts.get(
        f"evidence.proof.{last['check']}",
        address=masked(address),
        moment=local(texts, proven[-1].at),
        assurance=texts.get(f"evidence.assurance.{last['assurance']}"),
    )


def _attested(texts: Texts, recipient: Recipient, own: list[Event]) -> str:
    """What a worker declared who was there, the last time before the answer."""
    attested = [event for event in own if event.name == "recipient:identity:attested"]
    if not attested:
        return texts.get("evidence.proof.on_site", host=recipient.host_name)
    last = attested[-1]
    return texts.get(
        "evidence.proof.attested",
        moment=local(texts, last.at),
        name=last.data["name"],
        method=texts.get(f"evidence.method.{last.data['method']}"),
    )


def _languages(texts: Texts, own: list[Event]) -> str:
    """In which languages the party saw the pages, the first one first."""
    seen = dict.fromkeys(_language(texts, event) for event in own if "language" in event.data)
    return ", ".join(seen) or texts.get("evidence.languages.none")


def _language(texts: Texts, event: Event) -> str:
    return texts.get(f"language.{event.data.get('language', 'nl')}")


def _version(own: list[Event]) -> str | None:
    """Of the template whose statement was agreed to."""
    versions = (event.data.get("statement_version") for event in own)
    return next((str(version) for version in versions if version), None)


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


def local(texts: Texts, at: datetime) -> str:
    """A moment in the Netherlands, to the second."""
    return f"{texts.day(at)}, {at.astimezone(AMSTERDAM):%H:%M:%S}"


def utc(at: datetime) -> str:
    """The same in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
