"""Whether this service issued a file: by its hash and the reference in it, never by the reference alone."""

from __future__ import annotations

from collections.abc import Mapping

from signing.errors import InvalidReference, NotFound
from signing.pades import Report
from signing.reference import compact_form
from signing.report.answer import Issued
from signing.store import Store

EVIDENCE = "Bewijs van ondertekening"  # the title of that document


def issued(store: Store, report: Report | None) -> Issued:
    """What the registry says of a judged file; None: a file that could not be judged.

    That another file has the reference is said only of a valid file: anybody can write a reference in a PDF
    of their own, and would learn from the answer which references exist.
    """
    if report is None or report.subject is None:
        return Issued("unknown")
    known = _known(store, report.subject)
    revisions = {revision.sha256 for revision in report.revisions if revision.change == "timestamped"}
    for sha256, document in known.items():
        if sha256 == report.sha256:
            return Issued("exact", report.subject, document)
        if report.valid and sha256 in revisions:
            return Issued("renewed", report.subject, document)
    return Issued("other") if known and report.valid else Issued("unknown")


def has_issued(store: Store, reference: str, sha256: str) -> bool:
    """Whether a file with this hash (hex) was issued under this reference; one wrong half gives no more."""
    return sha256.lower() in _known(store, reference)


def _known(store: Store, reference: str) -> Mapping[str, str]:
    """The hashes of a packet's sealed files, with each document's title; empty when there is no packet."""
    try:
        with store.read() as tx:
            packet = tx.packets.by_reference(compact_form(reference))
            documents = tx.documents.of(packet.id)
            package = tx.packets.facts(packet.id)["package"] or {}
    except (InvalidReference, NotFound):
        return {}
    known = {each.sealed_sha256: each.title for each in documents if each.sealed_sha256}
    evidence = package.get("evidence_sha256")
    return {**known, evidence: EVIDENCE} if evidence else known
