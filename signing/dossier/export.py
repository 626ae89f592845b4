"""Every file that proves a packet, for the organisation that asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from signing import reference
from signing.audit import Event
from signing.dossier.history import scans
from signing.dossier.manifest import MANIFEST, manifest
from signing.errors import Refused
from signing.evidence import Judgement
from signing.packet import Packet
from signing.services import Services
from signing.store import Renewal


class NoEvidenceYet(Refused):
    """The evidence does not exist yet."""

    def __init__(self, status: str) -> None:
        super().__init__(f"The packet is {status}; its evidence comes when all have signed. Ask again later.")


def export(services: Services, client: str | None, wanted: str) -> dict[str, bytes]:
    """The files by name: annexes and audit trail too, so they are not for the corporation.

    ``client``: only a packet of this API client; None on the operator's own command line.
    ``<reference>-<document>.pdf`` and ``<reference>.evidence.pdf`` in their newest revision (which begins
    with the older ones), ``….validation.json`` for the seal and for each renewal, ``<reference>.audit.json``
    and the manifest; ``….paper.pdf`` (or jpg, png) when somebody signed on paper.
    Raises NotFound, InvalidReference, NoEvidenceYet, store.ContentErased.
    """
    with services.store.read() as tx:
        packet = tx.packets.by_reference(reference.compact_form(wanted), client)
        tx.packets.has_content(packet.id)
        documents = tx.documents.of(packet.id)
        trail = tx.trail.of(packet.id)
        package = tx.packets.facts(packet.id)["package"]
        renewals = tx.renewals.of(packet.id)
    if package is None:
        raise NoEvidenceYet(packet.status)
    sealed = {
        f"{packet.reference}-{d.name}": (d.name, d.sealed_sha256 or "", Judgement.read(d.validation))
        for d in documents
    }
    evidence = Judgement.read(package["evidence"])
    parts = {**sealed, f"{packet.reference}.evidence": (None, package["evidence_sha256"], evidence)}
    files = {}
    for stem, (name, sha256, judgement) in parts.items():
        newest = renewals[-1].file(name).sha256 if renewals else sha256
        files[f"{stem}.pdf"] = services.blobs.get(newest)
        files[f"{stem}.validation.json"] = services.blobs.get(judgement.report_sha256)
        files |= {said: services.blobs.get(key) for said, key in _later_reports(stem, name, renewals)}
    files |= {name: services.blobs.get(sha256) for name, sha256 in scans(packet.reference, trail)}
    files[f"{packet.reference}.audit.json"] = _as_json(packet, trail)
    files[MANIFEST] = manifest(files)
    return files


def _later_reports(
    stem: str, document: str | None, renewals: tuple[Renewal, ...]
) -> Iterator[tuple[str, str]]:
    for renewal in renewals:
        yield f"{stem}.renewal-{renewal.number}.validation.json", renewal.file(document).report_sha256


def _as_json(packet: Packet, trail: tuple[Event, ...]) -> bytes:
    told = {"reference": packet.reference, "events": [event.as_dict() for event in trail]}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
