"""Whether a PDF's signatures hold, offline (sealing.md, rule R).

pyHanko's AdES verdict ignores forbidden changes and its own verdict ignores revocation. So a signature holds
only when both hold, and when the rules in ``structure`` and ``policy`` hold as well.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.pades import structure
from signing.pades.certificates import TrustRoots
from signing.pades.errors import UnusableFile
from signing.pades.judgement import Verdict, judge_progress, judge_sealed, judge_timestamp
from signing.pades.model import Expected, Report

LEVELS = ("B-B", "B-T", "B-LTA")


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


@dataclass(frozen=True)
class _File:
    pdf: bytes
    reader: PdfFileReader


def _open(pdf: bytes) -> _File:
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        encrypted = reader.encrypted
        _ = reader.root["/Pages"]
    except Exception as error:  # anything a hostile file can set off in the parser
        raise UnusableFile(f"this is not a PDF that can be read strictly: {_said(error)}") from error
    if encrypted:
        raise UnusableFile("this PDF is encrypted; only documents that anyone can read are validated")
    return _File(pdf, reader)


def _validate(
    file: _File, trust: TrustRoots, expected: Expected | None, at: datetime, *, sealed: bool
) -> Report:
    problems: list[str] = []
    verdicts: list[Verdict] = []
    stamps: list[Verdict] = []
    fields: list[structure.FormField] = []
    try:
        fields = structure.read_fields(file.reader)
        signatures = list(file.reader.embedded_signatures)
        problems += _whole_file(file, fields, signatures, expected, sealed=sealed)
        work = _judge_all(file, signatures, trust, at, sealed=sealed)
        verdicts, stamps = asyncio.run(work)
    except (
        Exception
    ) as error:  # a hostile file may break any assumption of the libraries: then it is not valid
        problems.append(f"the signatures cannot be read: {_said(error)}")
    for verdict in [*verdicts, *stamps]:
        problems += [f"{verdict.field}: {problem}" for problem in verdict.problems]
    reports = tuple(verdict.report() for verdict in verdicts)
    return Report(
        valid=not problems,
        level=_lowest([report.level for report in reports]),
        problems=tuple(problems),
        signatures=reports,
        empty_fields=tuple(field.name for field in fields if field.value is None),
        timestamp=stamps[-1].signed_at if stamps else None,
        sha256=hashlib.sha256(file.pdf).hexdigest(),
    )


def _lowest(levels: list[str | None]) -> str | None:
    known = [level for level in levels if level is not None]
    return min(known, key=LEVELS.index) if known and len(known) == len(levels) else None


def _whole_file(
    file: _File,
    fields: list[structure.FormField],
    signatures: list[EmbeddedPdfSignature],
    expected: Expected | None,
    *,
    sealed: bool,
) -> list[str]:
    stamps = [signature.field_name for signature in signatures if _is_timestamp(signature)]
    problems = list(structure.field_problems(fields, stamps, expected))
    filled = sum(field.value is not None for field in fields)
    if filled != len(signatures):
        problems.append(f"{filled} fields are filled, but only {len(signatures)} hold a readable signature")
    if file.reader.xrefs.hybrid_xrefs_present:
        problems.append("the file has hybrid cross-references: two readers may see two documents")
    if not signatures:
        nobody_yet = not sealed and expected is not None and not expected.signed
        return problems if nobody_yet else [*problems, "the file has no signatures"]
    certification = structure.certification_problem(file.reader, signatures[0])
    problems += [certification] if certification else []
    if sealed and not _is_timestamp(signatures[-1]):
        problems.append("the file is not sealed: its last signature is not a document timestamp")
    if not sealed and stamps:
        problems.append("the file has a document timestamp already: it is sealed")
    if _covered(signatures[-1]) != len(file.pdf):
        problems.append("there are bytes behind the last signature that it does not cover")
    return problems


def _covered(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[-2]) + int(signature.byte_range[-1])


def _is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


async def _judge_all(
    file: _File, signatures: list[EmbeddedPdfSignature], trust: TrustRoots, at: datetime, *, sealed: bool
) -> tuple[list[Verdict], list[Verdict]]:
    judge = judge_sealed if sealed else judge_progress
    stamps = [signature for signature in signatures if _is_timestamp(signature)]
    others = [signature for signature in signatures if not _is_timestamp(signature)]
    stamp_verdicts = [await _guarded(judge_timestamp, file, signature, trust, at) for signature in stamps]
    verdicts = [await _guarded(judge, file, signature, trust, at) for signature in others]
    return verdicts, stamp_verdicts


async def _guarded(
    judge: Callable[..., Coroutine[Any, Any, Verdict]],
    file: _File,
    signature: EmbeddedPdfSignature,
    trust: TrustRoots,
    at: datetime,
) -> Verdict:
    try:
        hole = structure.hole_problem(file.pdf, signature)
        verdict = await judge(signature, file.reader, trust, at)
        return verdict.with_problems([hole] if hole else [])
    except Exception as error:  # as above: whatever breaks makes this one signature invalid
        return Verdict.broken(str(signature.field_name), f"it cannot be validated: {_said(error)}")


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
