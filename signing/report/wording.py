"""The words of a report, in Dutch or English; a rule, without clock or IO."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from signing.pades import CertificateReport, Finding, Report, RevisionReport, SignatureReport, TimestampReport
from signing.report.answer import Answer
from signing.texts import AMSTERDAM, Texts

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Block:
    """One signature or timestamp: whether it holds, who and when, and facts about it with their labels.

    ``facts`` is what everybody reads, beginning with the verdict; ``details`` is for experts.
    """

    title: str
    holds: bool
    role: str
    name: str
    when: str
    facts: Facts
    details: Facts


@dataclass(frozen=True)
class Told:
    """A report in words, in the order of the page; the renderers add nothing to it."""

    language: str
    verdict: str
    title: str
    headline: str
    lead: tuple[str, ...]
    facts: Facts
    problems: tuple[str, ...]
    signatures: tuple[Block, ...]
    timestamps: tuple[Block, ...]
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    headings: dict[str, str]
    test: str | None


HEADINGS = ("problems", "signatures", "timestamps", "changes", "notes", "details")


def tell(answer: Answer, texts: Texts, language: str) -> Told:
    """The report in the language of ``texts`` (``nl`` or ``en``)."""
    report = answer.report
    words = _Words(texts, tuple(stamp.field for stamp in report.timestamps) if report else ())
    return Told(
        language=language,
        verdict=answer.verdict,
        title=texts.get("report.title"),
        headline=texts.get(f"report.headline.{answer.verdict}"),
        lead=tuple(words.lead(answer)),
        facts=tuple(words.facts(answer)),
        problems=tuple(words.problem(finding) for finding in report.findings) if report else (),
        signatures=tuple(words.signatures(report)) if report else (),
        timestamps=tuple(words.timestamps(report)) if report else (),
        changes=tuple(words.changes(report)) if report else (),
        notes=tuple(texts.get(f"report.note.{name}") for name in _notes(answer)),
        headings={name: texts.get(f"report.{name}") for name in HEADINGS},
        test=texts.get("report.test") if answer.test else None,
    )


def _notes(answer: Answer) -> tuple[str, ...]:
    claims = ("claims",) if answer.verdict == "not-valid" else ()
    return (*claims, "rule", "who", "offline", "moment")


@dataclass(frozen=True)
class _Words:
    texts: Texts
    stamps: tuple[str, ...]  # fields of document timestamps, whose names mean nothing to people

    def _get(self, key: str, **values: object) -> str:
        return self.texts.get(f"report.{key}", **values)

    def lead(self, answer: Answer) -> Iterator[str]:
        if answer.unusable is not None:
            key = f"unusable.{answer.unusable.code}"
            yield self.texts.get(key if key in self.texts.keys else "unusable.other")
        yield self._get(f"lead.{answer.verdict}")

    def facts(self, answer: Answer) -> Iterator[tuple[str, str]]:
        report = answer.report
        if report is not None and report.subject:
            yield self._get("reference"), report.subject
        if report is not None and report.title:
            yield self._get("document"), report.title
        yield self._get("issued.label"), self._get(f"issued.{answer.issued.answer}")
        if answer.issued.document:
            yield self._get("issued.document"), answer.issued.document
        if report is not None and report.valid and report.level:
            yield self._get("level"), f"PAdES {report.level}"
        yield self._get("judged"), self._moment(answer.judged_at)
        if answer.file.name:
            yield self._get("file"), answer.file.name
        yield self._get("size"), self._get("bytes", number=answer.file.size)
        yield self._get("sha256"), answer.file.sha256

    def problem(self, finding: Finding) -> str:
        key = f"finding.{finding.code}"
        if key in self.texts.keys:
            sentence = self.texts.pattern(key).format_map(_Values(finding.values))
        else:  # English: the validator's own sentences
            sentence = str(replace(finding, field=None))
        return sentence if finding.field is None else f"{self._role(finding.field)}: {sentence}"

    def signatures(self, report: Report) -> Iterator[Block]:
        for number, signature in enumerate(report.signatures, 1):
            holds = not any(finding.field == signature.field for finding in report.findings)
            name = signature.name or self._get("none")
            role = self._role(signature.role or signature.field)
            kind = "seal" if signature.commitment == "origin" else "title"
            yield Block(
                title=self._get(f"signature.{kind}", number=number, role=role, name=name),
                holds=holds,
                role=role,
                name=name,
                when=self._moment(signature.signed_at) if signature.signed_at else self._get("none"),
                facts=((self._get("signature.holds"), self._holds(holds)), *self._declared(signature)),
                details=tuple(self._signed(signature)),
            )

    def _holds(self, holds: bool) -> str:
        return self._get(f"signature.{'good' if holds else 'bad'}")

    def _declared(self, signature: SignatureReport) -> Iterator[tuple[str, str]]:
        if signature.commitment:
            known = f"report.declared.{signature.commitment}" in self.texts.keys
            key = signature.commitment if known else "other"
            declared = self._get(f"declared.{key}", commitment=signature.commitment)
            yield self._get("signature.declared"), declared
        if signature.reason:
            yield self._get("signature.reason"), signature.reason
        if signature.signed_at:
            yield self._get("signature.when"), self._moment(signature.signed_at)
        if signature.stamped_by:
            key = "proved_too" if signature.proved_by else "proved_by"
            authority = _holder(signature.stamped_by)
            yield self._get("signature.proved"), self._get(f"signature.{key}", authority=authority)

    def _signed(self, signature: SignatureReport) -> Iterator[tuple[str, str]]:
        if signature.signed_at:
            yield self._get("signature.when_utc"), _utc(signature.signed_at)
        if signature.level:
            yield self._get("signature.level"), f"PAdES {signature.level}"
        if signature.signer:
            yield from self._certificate(signature.signer)
        if signature.audit_sha256:
            yield self._get("signature.record"), signature.audit_sha256

    def _certificate(self, certificate: CertificateReport) -> Iterator[tuple[str, str]]:
        yield self._get("signature.certificate"), certificate.subject
        yield self._get("signature.issuer"), certificate.issuer
        yield self._get("signature.serial"), _serial(certificate)
        start, end = (self.texts.day(day) for day in (certificate.valid_from, certificate.valid_until))
        yield self._get("signature.validity"), self._get("signature.from_to", start=start, end=end)

    def timestamps(self, report: Report) -> Iterator[Block]:
        for number, stamp in enumerate(report.timestamps, 1):
            moment = self._moment(stamp.moment) if stamp.moment else self._get("none")
            yield Block(
                title=self._get("timestamp.title", number=number, moment=moment),
                holds=stamp.holds,
                role=self._role(stamp.field),
                name=_holder(stamp.certificate) if stamp.certificate else self._get("none"),
                when=moment,
                facts=(
                    (self._get("signature.holds"), self._holds(stamp.holds)),
                    *self._proves(stamp),
                ),
                details=tuple(self._stamped(stamp)),
            )

    def _proves(self, stamp: TimestampReport) -> Iterator[tuple[str, str]]:
        if stamp.certificate:
            yield self._get("timestamp.authority"), _holder(stamp.certificate)
        if stamp.proves_until:
            yield self._get("timestamp.proves"), self.texts.day(stamp.proves_until)

    def _stamped(self, stamp: TimestampReport) -> Iterator[tuple[str, str]]:
        if stamp.moment:
            yield self._get("signature.when_utc"), _utc(stamp.moment)
        if stamp.certificate:
            yield from self._certificate(stamp.certificate)

    def changes(self, report: Report) -> Iterator[str]:
        for revision in report.revisions:
            yield self._change(revision)
        for field in report.empty_fields:
            yield self._get("change.empty", field=self._role(field))
        if report.valid:
            yield self._get("change.nothing_else")

    def _change(self, revision: RevisionReport) -> str:
        key = f"change.{revision.change}{'_proofs' if revision.proofs else ''}"
        return self._get(key, field=self._role(revision.field))

    def _role(self, role: str) -> str:
        if role in self.stamps:
            return self._get("timestamp_role", number=self.stamps.index(role) + 1)
        key = f"report.role.{role}"
        return self.texts.get(key) if key in self.texts.keys else role

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(AMSTERDAM)
        return self._get("moment", day=self.texts.day(at), time=f"{local:%H:%M:%S}")


class _Values(dict[str, str]):
    """Values for a sentence; one that the file's own report lacks stays visible as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _holder(certificate: CertificateReport) -> str:
    """The common name in a subject, or all of it."""
    parts = (part.partition(": ") for part in certificate.subject.split(", "))
    return next((value for label, _, value in parts if label == "Common Name"), certificate.subject)


def _serial(certificate: CertificateReport) -> str:
    """In pairs of digits, as viewers show it; nine digits in a row could be taken for a citizen number."""
    digits = certificate.serial.zfill(len(certificate.serial) + len(certificate.serial) % 2)
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
