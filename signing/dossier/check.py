"""Whether the files of a dossier belong together and are unchanged; needs no registry and no network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from typing import Any

from signing import audit
from signing.audit import Event
from signing.dossier.history import Part, history, scans
from signing.dossier.manifest import MANIFEST, manifest_problems
from signing.errors import ChainBroken
from signing.pades import Report, TrustRoots, UnusableFile, validate

_PRESSED = ("recipient:signed", "recipient:acknowledged")


def problems(files: Mapping[str, bytes], trust: TrustRoots, at: datetime) -> list[str]:
    """All that is wrong with the files of a dossier as of ``at``; empty when nothing is.

    A document may be there as it was sealed or as it was renewed, as long as its last timestamp proves. Every
    file that differs is named.
    """
    return list(_problems(files, trust, at))


def _problems(files: Mapping[str, bytes], trust: TrustRoots, at: datetime) -> Iterator[str]:
    yield from manifest_problems(files)
    trails = [name for name in files if name.endswith(".audit.json")]
    if len(trails) != 1:
        yield f"there are {len(trails)} files .audit.json, not one"
        return
    try:
        reference, trail = _read_trail(trails[0], files[trails[0]])
        audit.check(trail)
        parts = history(reference, trail)
    except (ChainBroken, ValueError) as error:
        yield f"{trails[0]}: {error}"
        return
    paper = dict(scans(reference, trail))
    yield from _stray(files, {trails[0], MANIFEST, *paper}, parts)
    yield from _paper_problems(files, paper)
    pressed = {event.actor: event.sha256 for event in trail if event.name in _PRESSED}
    for part in parts:
        yield from _part_problems(files, part, pressed, trust, at)


def _stray(files: Mapping[str, bytes], others: set[str], parts: tuple[Part, ...]) -> Iterator[str]:
    known = others.union(*({part.pdf, *part.reports} for part in parts))
    for name in sorted(files.keys() - known):
        yield f"{name} is not among the files that the audit trail names"


def _paper_problems(files: Mapping[str, bytes], paper: Mapping[str, str]) -> Iterator[str]:
    for name, sha256 in paper.items():
        if name not in files:
            yield f"{name} is missing"
        elif hashlib.sha256(files[name]).hexdigest() != sha256:
            yield f"{name} is not the scan that the audit trail names"


def _part_problems(
    files: Mapping[str, bytes], part: Part, pressed: Mapping[str, str], trust: TrustRoots, at: datetime
) -> Iterator[str]:
    yield from _report_problems(files, part)
    if part.pdf not in files:
        yield f"{part.pdf} is missing"
        return
    pdf = files[part.pdf]
    report = yield from _validated(part.pdf, pdf, trust, at)
    yield from _revision_problems(part, pdf, report)
    for signature in report.signatures if report else ():
        if signature.field != "seal" and signature.audit_sha256 != pressed.get(signature.field):
            yield f"{part.pdf}: the signature {signature.field} does not name its record in the audit trail"
    seal = next((s for s in report.signatures if s.field == "seal"), None) if report else None
    if seal is None or seal.audit_sha256 not in part.heads:
        yield f"{part.pdf}: its seal does not name the head of the audit trail"


def _report_problems(files: Mapping[str, bytes], part: Part) -> Iterator[str]:
    """Reports of renewals that came after the revision that is here may be absent."""
    here = hashlib.sha256(files.get(part.pdf, b"")).hexdigest()
    needed = part.revisions.index(here) + 1 if here in part.revisions else len(part.reports)
    for number, (name, sha256) in enumerate(part.reports.items()):
        if name in files and hashlib.sha256(files[name]).hexdigest() != sha256:
            yield f"{name} is not the report that the audit trail names"
        elif name not in files and number < needed:
            yield f"{name} is missing"


def _revision_problems(part: Part, pdf: bytes, report: Report | None) -> Iterator[str]:
    sha256 = hashlib.sha256(pdf).hexdigest()
    if sha256 not in part.revisions:
        yield f"{part.pdf} is not a file that the audit trail names, neither as sealed nor as renewed"
        return
    inside = {revision.sha256 for revision in report.revisions} if report else set()
    before = part.revisions[: part.revisions.index(sha256)]
    if not inside.issuperset(before):
        yield f"{part.pdf} does not begin with the file that was sealed, or with one of its renewals"


def _validated(file: str, pdf: bytes, trust: TrustRoots, at: datetime) -> Generator[str, None, Report | None]:
    try:
        report = validate(pdf, trust, at=at)
    except UnusableFile as error:
        yield f"{file}: {error}"
        return None
    for problem in report.problems:
        yield f"{file}: {problem}"
    return report


def _read_trail(name: str, data: bytes) -> tuple[str, tuple[Event, ...]]:
    """Raises ValueError when it is no audit trail, or of another reference than its name says."""
    told = json.loads(data)
    reference = told.get("reference") if isinstance(told, dict) else None
    if not isinstance(reference, str) or name != f"{reference}.audit.json":
        raise ValueError("it is of another reference than its name says")
    if not isinstance(told.get("events"), list):
        raise ValueError("it holds no events")
    return reference, tuple(_event(row) for row in told["events"])


def _event(row: Any) -> Event:
    try:
        return Event(
            packet_id=str(row["packet"]),
            sequence=int(row["sequence"]),
            at=datetime.fromisoformat(row["at"]),
            name=str(row["name"]),
            actor=str(row["actor"]),
            data=dict(row["data"]),
            previous=str(row["previous"]),
            sha256=str(row["sha256"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"an event lacks a part ({type(error).__name__})") from error
