"""Whether a PDF's signatures hold, offline (sealing.md, rule R).

pyHanko's AdES verdict ignores forbidden changes and its own verdict ignores revocation. So a signature holds
only when both hold, and when the rules in ``structure`` and ``policy`` hold as well.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pades import structure
from signing.pades.certificates import TrustRoots
from signing.pades.errors import UnusableFile
from signing.pades.findings import Finding
from signing.pades.history import (
    Setting,
    SignedFile,
    covered,
    is_timestamp,
    order_problem,
    revisions,
    settings,
)
from signing.pades.judgement import Verdict, judge_progress, judge_sealed, judge_timestamp
from signing.pades.layout import layout_problems
from signing.pades.model import Expected, Report, RevisionReport, TimestampReport

LEVELS = ("B-B", "B-T", "B-LTA")
# Ten parties and a renewal every five years for two centuries fit in both.
LARGEST_FILE = 50 * 1024 * 1024
MOST_SIGNATURES = 50
MOST_REVISIONS = 200
MOST_FINDINGS = 200
LONGEST_NAME = 200  # characters of a title that are told on


def validate(pdf: bytes, trust: TrustRoots, *, expected: Expected | None = None, at: datetime) -> Report:
    """Judge a sealed file as it was at ``at`` (aware UTC); never uses the network.

    Raises ``UnusableFile`` when the bytes cannot be read as a PDF; other faults are problems.
    """
    return _validate(_open(pdf), trust, expected, at, sealed=True)


def check_progress(
    pdf: bytes, trust: TrustRoots, *, expected: Expected | None = None, at: datetime
) -> Report:
    """The same for a file between signatures: party signatures only, no seal, no document timestamp yet.

    Without signatures the file is valid only when ``expected`` says that nobody signed yet. Revocation is not
    judged: its proofs come with the seal.
    """
    return _validate(_open(pdf), trust, expected, at, sealed=False)


def _open(pdf: bytes) -> SignedFile:
    if len(pdf) > LARGEST_FILE:
        raise UnusableFile(
            f"the file has {len(pdf)} bytes; at most {LARGEST_FILE} are validated", "too-large"
        )
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        encrypted = reader.encrypted
        _ = reader.root["/Pages"]
        revisions = reader.xrefs.total_revisions
    except Exception as error:  # anything a hostile file can set off in the parser
        raise UnusableFile(
            f"this is not a PDF that can be read strictly: {_said(error)}", "no-pdf"
        ) from error
    if encrypted:
        raise UnusableFile("this PDF is encrypted; only what anyone can read is validated", "encrypted")
    if revisions > MOST_REVISIONS:
        raise UnusableFile(
            f"the file has {revisions} revisions; at most {MOST_REVISIONS} are validated",
            "too-many-revisions",
        )
    return SignedFile(pdf, reader)


def _validate(
    file: SignedFile, trust: TrustRoots, expected: Expected | None, at: datetime, *, sealed: bool
) -> Report:
    findings: list[Finding] = []
    judged = _Judged()
    fields: list[structure.FormField] = []
    changes: tuple[RevisionReport, ...] = ()
    try:
        fields = structure.read_fields(file.reader.root)
        file = replace(file, signatures=_signatures(file.reader))
        findings += _whole_file(file, fields, expected, sealed=sealed)
        judged = asyncio.run(_judge_all(file, trust, at, sealed=sealed))
        changes = revisions(file)
    except (
        Exception
    ) as error:  # a hostile file may break any assumption of the libraries: then it is not valid
        findings.append(Finding.of("unreadable", error=_said(error)))
    for verdict in [*judged.timestamps, *judged.signatures]:
        findings += [replace(problem, field=str(verdict.field)) for problem in verdict.problems]
    findings = _bounded(findings)
    timestamps = judged.timestamp_reports()
    proved_by = timestamps[0].field if timestamps else None
    reports = tuple(verdict.report(proved_by) for verdict in judged.signatures)
    return Report(
        valid=not findings,
        level=_lowest([report.level for report in reports]),
        problems=tuple(str(finding) for finding in findings),
        signatures=reports,
        empty_fields=tuple(field.name for field in fields if field.value is None),
        timestamp=timestamps[-1].moment if timestamps else None,
        sha256=hashlib.sha256(file.pdf).hexdigest(),
        timestamps=timestamps,
        revisions=changes,
        findings=tuple(findings),
        title=_calls_itself(file.reader, "/Title"),
        subject=_calls_itself(file.reader, "/Subject"),
    )


def _bounded(findings: list[Finding]) -> list[Finding]:
    more = len(findings) - MOST_FINDINGS
    return [*findings[:MOST_FINDINGS], Finding.of("more", number=more)] if more > 0 else findings


@dataclass(frozen=True)
class _Judged:
    signatures: list[Verdict] = field(default_factory=list)
    timestamps: list[Verdict] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    def timestamp_reports(self) -> tuple[TimestampReport, ...]:
        return tuple(
            TimestampReport(
                field=str(verdict.field),
                moment=verdict.signed_at,
                judged_at=moment,
                holds=not verdict.problems,
                proves_until=verdict.proves_until,
                certificate=verdict.signer,
            )
            for verdict, moment in zip(self.timestamps, self.moments, strict=True)
        )


def _signatures(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, ...]:
    found = tuple(reader.embedded_signatures)
    if len(found) > MOST_SIGNATURES:
        raise ValueError(f"{len(found)} signatures are more than the {MOST_SIGNATURES} that are validated")
    return found


def _lowest(levels: list[str | None]) -> str | None:
    known = [level for level in levels if level is not None]
    return min(known, key=LEVELS.index) if known and len(known) == len(levels) else None


def _whole_file(
    file: SignedFile, fields: list[structure.FormField], expected: Expected | None, *, sealed: bool
) -> list[Finding]:
    signatures = file.signatures
    stamps = [stamp.field_name for stamp in file.timestamps]
    problems = list(structure.field_problems(fields, stamps, expected))
    other = structure.subject_problem(_calls_itself(file.reader, "/Subject"), expected)
    problems += [other] if other else []
    filled = sum(field.value is not None for field in fields)
    if filled != len(signatures):
        problems.append(Finding.of("field-without-signature", filled=filled, readable=len(signatures)))
    if file.reader.xrefs.hybrid_xrefs_present:
        problems.append(Finding.of("hybrid-references"))
    if not signatures:
        nobody_yet = not sealed and expected is not None and not expected.signed
        return problems if nobody_yet else [*problems, Finding.of("no-signatures")]
    problems += structure.added_problems(fields, stamps, signatures[0])
    certification = structure.certification_problem(file.reader, signatures[0])
    problems += [certification] if certification else []
    odd_order = order_problem(signatures)
    problems += [odd_order] if odd_order else []
    if sealed and not is_timestamp(signatures[-1]):
        problems.append(Finding.of("not-sealed"))
    if not sealed and stamps:
        problems.append(Finding.of("sealed-already"))
    if covered(signatures[-1]) != len(file.pdf):
        problems.append(Finding.of("bytes-behind"))
    problems += layout_problems(file.pdf, file.reader, covered(signatures[0]))
    return problems


async def _judge_all(file: SignedFile, trust: TrustRoots, at: datetime, *, sealed: bool) -> _Judged:
    signed, stamped = settings(file, at)
    judge = judge_sealed if sealed else judge_progress
    return _Judged(
        [await _guarded(judge, file, setting, trust) for setting in signed],
        [await _guarded(judge_timestamp, file, setting, trust) for setting in stamped],
        [setting.at for setting in stamped],
    )


async def _guarded(
    judge: Callable[..., Coroutine[Any, Any, Verdict]], file: SignedFile, setting: Setting, trust: TrustRoots
) -> Verdict:
    signature = setting.signature
    try:
        hole = structure.hole_problem(file.pdf, signature)
        verdict = await judge(setting, trust)
        return verdict.with_problems([hole] if hole else [])
    except Exception as error:  # as above: whatever breaks makes this one signature invalid
        return Verdict.broken(str(signature.field_name), Finding.of("cannot-be-judged", error=_said(error)))


def _calls_itself(reader: PdfFileReader, key: str) -> str | None:
    try:
        return str(reader.trailer["/Info"][key])[:LONGEST_NAME]
    except Exception:  # as above: then it calls itself nothing
        return None


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
