"""Whether a sealed file may be kept: signatures by the strict rule, PDF/A and PDF/UA by veraPDF (law 5)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import docgen
from signing.errors import SealRejected
from signing.evidence import Judgement
from signing.packet import Packet
from signing.pades import Expected, Report, renewal_due, validate
from signing.services import Services

LEVEL = "B-LTA"


def judge(services: Services, pdf: bytes, reference: str, name: str, expected: Expected) -> Judgement:
    """The judgement on a sealed file, with its whole report kept as a blob. ``name``: of the document.

    Raises SealRejected with everything that is wrong; nothing is kept then.
    """
    now = services.clock()
    report = validate(pdf, services.trust, expected=expected, at=now)
    form = docgen.conformance(pdf)
    problems = [*report.problems, *form.failures]
    if report.level != LEVEL:
        problems.append(f"the level is {report.level}, not {LEVEL}")
    if not (report.valid and form.pdfa and form.pdfua) or problems:
        raise SealRejected(reference, problems or ["the validators refuse it without a reason"])
    stamped_at, proves_until = _last_timestamp(report)
    return Judgement(
        report_sha256=services.blobs.put(_told(reference, name, now, report, form)),
        judged_at=now,
        level=LEVEL,
        signatures=len(report.signatures) - 1,  # the seal is one of them
        flavour=form.flavour,
        stamped_at=stamped_at,
        proves_until=proves_until,
    )


def expected(packet: Packet, document: str) -> Expected:
    """Which fields of a sealed document must be signed, and which may be empty."""
    who = [recipient for recipient in packet.recipients if document in recipient.documents]
    signed = [recipient.role for recipient in who if recipient.in_the_pdf]
    empty = [recipient.role for recipient in who if not recipient.in_the_pdf]
    return Expected(signed=(*signed, "seal"), unsigned_allowed=tuple(empty))


def _last_timestamp(report: Report) -> tuple[datetime, datetime]:
    moment = report.timestamp
    if moment is None:
        raise SealRejected("file", ["its document timestamp does not say when it was made"])
    return moment, renewal_due(report, timedelta())


def _told(reference: str, name: str, now: datetime, report: Report, form: docgen.Conformance) -> bytes:
    """The machine-readable report as it goes with the evidence."""
    told = {
        "reference": reference,
        "document": name,
        "sha256": report.sha256,
        "validated_at": now.isoformat(),
        "signatures": report.as_dict(),
        "conformance": {
            "validator": "veraPDF",
            "flavour": form.flavour,
            "pdfa": form.pdfa,
            "pdfua": form.pdfua,
            "failures": list(form.failures),
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
