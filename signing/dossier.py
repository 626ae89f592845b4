"""The whole proof of one packet as files, and the check that they belong together, from the files alone."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signing import audit, reference
from signing.audit import Event
from signing.errors import ChainBroken, NotFound
from signing.pades import Report, TrustRoots, UnusableFile, validate
from signing.services import Services

MANIFEST = "manifest-sha256.txt"
_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<name>[A-Za-z0-9._-]+)")
_PRESSED = ("recipient:signed", "recipient:acknowledged")


def export(services: Services, client: str | None, wanted: str) -> dict[str, bytes]:
    """Every file that proves a packet, for the organisation that asked for it: annexes and audit trail too.

    ``client``: only a packet of this API client; None on the operator's own command line.
    ``<reference>-<document>.pdf`` (sealed), ``<reference>.evidence.pdf``, ``<reference>.audit.json`` and the
    manifest. Raises NotFound, also before the evidence was made.
    """
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        documents = tx.documents.of(packet.id)
        trail = tx.trail.of(packet.id)
        package = tx.packets.facts(packet.id)["package"]
    if package is None:
        raise NotFound(f"There is no evidence yet: the packet is {packet.status}.")
    files = {
        f"{packet.reference}-{document.name}.pdf": services.blobs.get(document.sealed_sha256)
        for document in documents
        if document.sealed_sha256
    }
    files[f"{packet.reference}.evidence.pdf"] = services.blobs.get(package["evidence_sha256"])
    files[f"{packet.reference}.audit.json"] = _as_json(packet.reference, trail)
    files[MANIFEST] = _manifest(files)
    return files


def problems(files: Mapping[str, bytes], trust: TrustRoots, at: datetime) -> list[str]:
    """All that is wrong with such a folder of files; empty when everything belongs together and is unchanged.

    Needs no registry and no network. Every file that differs is named.
    """
    return list(_problems(files, trust, at))


@dataclass(frozen=True)
class _Folder:
    """The files of a dossier, sorted out."""

    trail: tuple[Event, ...]
    evidence: str
    documents: dict[str, str]  # document name to file name


def _problems(files: Mapping[str, bytes], trust: TrustRoots, at: datetime) -> Iterator[str]:
    yield from _manifest_problems(files)
    try:
        folder = _sort_out(files)
        head_of_trail = audit.check(folder.trail)
    except ChainBroken as error:
        yield str(error)
        return
    except ValueError as error:
        yield f"the audit trail cannot be read: {error}"
        return
    if head_of_trail == audit.START:
        yield "the audit trail is empty"
        return
    yield from _document_problems(files, folder, trust, at)
    yield from _evidence_problems(files, folder, trust, at)


def _manifest_problems(files: Mapping[str, bytes]) -> Iterator[str]:
    if MANIFEST not in files:
        yield f"{MANIFEST} is missing"
        return
    listed = {}
    for line in files[MANIFEST].decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            yield f"{MANIFEST}: a line is not a checksum and a name"
            continue
        listed[match["name"]] = match["sha256"]
    for name in sorted(listed.keys() | files.keys() - {MANIFEST}):
        if name not in files:
            yield f"{name} is missing"
        elif name not in listed:
            yield f"{name} does not belong to this packet's files"
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield f"{name} was changed: it does not fit the manifest"


def _sort_out(files: Mapping[str, bytes]) -> _Folder:
    """Raises ValueError when the folder has no readable audit trail or no evidence."""
    trails = [name for name in files if name.endswith(".audit.json")]
    if len(trails) != 1:
        raise ValueError(f"there are {len(trails)} files .audit.json, not one")
    told = json.loads(files[trails[0]])
    name = told["reference"] if isinstance(told, dict) else None
    if not isinstance(name, str) or trails[0] != f"{name}.audit.json":
        raise ValueError("it is of another reference than its name says")
    head = f"{name}-"
    documents = {
        file[len(head) : -4]: file for file in files if file.startswith(head) and file.endswith(".pdf")
    }
    return _Folder(tuple(_event(row) for row in told["events"]), f"{name}.evidence.pdf", documents)


def _document_problems(
    files: Mapping[str, bytes], folder: _Folder, trust: TrustRoots, at: datetime
) -> Iterator[str]:
    sealed = _last(folder.trail, "packet:sealed")
    if sealed is None:
        yield "the audit trail knows of no seal"
        return
    hashes = sealed.data.get("sha256")
    known = hashes if isinstance(hashes, dict) else {}
    for name in sorted(known.keys() | folder.documents.keys()):
        file = folder.documents.get(name)
        if file is None:
            yield f"the document {name} is missing"
        elif name not in known:
            yield f"{file} is not among the sealed documents of the audit trail"
        else:
            if hashlib.sha256(files[file]).hexdigest() != known[name]:
                yield f"{file} is not the file that was sealed"
            yield from _signature_problems(file, files[file], folder.trail, trust, at)


def _signature_problems(
    file: str, pdf: bytes, trail: tuple[Event, ...], trust: TrustRoots, at: datetime
) -> Iterator[str]:
    report = yield from _validated(file, pdf, trust, at)
    if report is None:
        return
    pressed = {event.actor: event.sha256 for event in trail if event.name in _PRESSED}
    for signature in report.signatures:
        if signature.field != "seal" and signature.audit_sha256 != pressed.get(signature.field):
            yield f"{file}: the signature {signature.field} does not name its record in the audit trail"


def _evidence_problems(
    files: Mapping[str, bytes], folder: _Folder, trust: TrustRoots, at: datetime
) -> Iterator[str]:
    if folder.evidence not in files:
        yield f"{folder.evidence} is missing"
        return
    pdf = files[folder.evidence]
    archived = _last(folder.trail, "packet:archived")
    if archived is None or archived.data.get("evidence_sha256") != hashlib.sha256(pdf).hexdigest():
        yield f"{folder.evidence} is not the evidence that the audit trail names"
    report = yield from _validated(folder.evidence, pdf, trust, at)
    sealed = _last(folder.trail, "packet:sealed")
    seal = next((s for s in report.signatures if s.field == "seal"), None) if report else None
    if seal is None or sealed is None or seal.audit_sha256 != sealed.sha256:
        yield f"{folder.evidence}: its seal does not name the head of the audit trail"


def _validated(file: str, pdf: bytes, trust: TrustRoots, at: datetime) -> Generator[str, None, Report | None]:
    try:
        report = validate(pdf, trust, at=at)
    except UnusableFile as error:
        yield f"{file}: {error}"
        return None
    for problem in report.problems:
        yield f"{file}: {problem}"
    return report


def _last(trail: tuple[Event, ...], name: str) -> Event | None:
    return next((event for event in reversed(trail) if event.name == name), None)


def _as_json(name: str, trail: tuple[Event, ...]) -> bytes:
    told = {"reference": name, "events": [event.as_dict() for event in trail]}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


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


def _manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode("ascii")
