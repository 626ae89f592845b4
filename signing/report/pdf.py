"""A report as PDF/A and PDF/UA, made by docgen from the template of its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import docgen
from signing.report.answer import Answer
from signing.report.wording import Block, Told

TEMPLATES = {"nl": "validation-report", "en": "validation-report-en"}
SHEET = "report"
GOOD, DOUBTFUL = ("genuine", "valid"), ("unknown",)
LONGEST = 600  # characters of a value; the manifests allow as much
WITHOUT_REFERENCE = "SHA256-{}"
_PLACE = re.compile(r"(?P<key>\w+)(?:\[(?P<number>\d+)\]\.(?P<column>\w+))?")

Values = dict[str, Any]


def report_pdf(
    answer: Answer,
    told: Told,
    catalog: docgen.Catalog,
    generator: docgen.Generator,
    service: str,
    today: date,
) -> bytes:
    """The report as a PDF of its own; ``service``: who made it, in the header.

    Raises what ``docgen.Generator.generate`` raises.
    """
    packet_type = TEMPLATES[told.language]
    values = _completed(catalog.manifest(packet_type), _values(told, service), today)
    return generator.generate(packet_type, SHEET, values, _reference(answer)).pdf


def _reference(answer: Answer) -> str:
    """What the footer says: the reference in a valid file, else the beginning of the file's hash."""
    if answer.valid and answer.report is not None and answer.report.subject:
        found = answer.report.subject
        if re.fullmatch(r"[A-Z0-9-]{8,35}", found):
            return found
    return WITHOUT_REFERENCE.format(answer.file.sha256[:16].upper())


def _values(told: Told, service: str) -> Values:
    values: Values = {
        "good": told.verdict in GOOD,
        "doubtful": told.verdict in DOUBTFUL,
        "bad": told.verdict not in (*GOOD, *DOUBTFUL),
        "service_name": service,
        "headline": told.headline,
        "facts": [{"label": label, "value": _short(value)} for label, value in told.facts],
    }
    for key in ("lead", "problems", "changes", "notes"):
        values[key] = [{"text": _short(text)} for text in getattr(told, key)]
    values["signatures"] = [
        {
            **_title(number, block),
            "role": _short(block.role),
            "name": _short(block.name),
            "when": block.when,
            "verdict": block.facts[0][1],
        }
        for number, block in enumerate(told.signatures, 1)
    ]
    values["timestamps"] = [_title(number, block) for number, block in enumerate(told.timestamps, 1)]
    for key, blocks in (("signature", told.signatures), ("timestamp", told.timestamps)):
        values[f"{key}_facts"] = [
            {"number": number, "label": label, "value": _short(value)}
            for number, block in enumerate(blocks, 1)
            for label, value in (*block.facts[1:], *block.details)
        ]
    return {key: value for key, value in values.items() if value != []}


def _title(number: int, block: Block) -> Values:
    label, verdict = block.facts[0]
    return {"number": number, "title": _short(block.title), "holds": f"{label}: {verdict}"}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _completed(manifest: docgen.Manifest, values: Values, today: date) -> dict[str, object]:
    """What docgen prints. A stranger's file may hold characters that no document has: they become ``?``."""
    try:
        return docgen.complete(manifest, values, today)
    except docgen.InvalidValues as error:
        for problem in error.problems:
            _change(values, problem.field, _plain)
    return docgen.complete(manifest, values, today)


def _change(values: Values, field: str, change: Callable[[str], str]) -> None:
    place = _PLACE.fullmatch(field)
    if place is None:
        return
    holder: Mapping[str, Any] = values
    key = place["key"]
    if place["number"] is not None:
        holder, key = values[key][int(place["number"])], place["column"]
    if isinstance(holder.get(key), str):
        holder[key] = change(holder[key])  # type: ignore[index]  # a table of our own making


def _plain(text: str) -> str:
    """ASCII that can be printed, with a letter in it, so that nothing is refused twice."""
    return "".join(each if " " <= each <= "~" else "?" for each in text) or "?"
