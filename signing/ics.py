"""Days to remember as a calendar file (RFC 5545): a reference and whom to call, nothing about a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets without the line end (RFC 5545, 3.1)
REMINDER = "-PT15H"  # before midnight at which the day begins: nine in the morning of the day before


@dataclass(frozen=True)
class Day:
    """A day to remember; ``key`` tells it from the other days of the same packet."""

    key: str
    on: date
    title: str


def calendar(days: Iterable[Day], *, reference: str, note: str, stamp: datetime, domain: str) -> bytes:
    """The file, in UTF-8.

    ``note``: what stands with each day; ``stamp``: when these days were agreed, aware; ``domain``: of the
    service. Raises ValueError for a stamp without a zone.
    The same day of the same packet always has the same UID: who opens the file twice gets it once.
    """
    if stamp.tzinfo is None:
        raise ValueError("the stamp of a calendar needs a zone")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Huurzegel//1//NL", "METHOD:PUBLISH"]
    for day in days:
        name = hashlib.sha256(f"{reference}:{day.key}".encode()).hexdigest()[:32]
        lines += _event(day, f"{name}@{domain}", note, f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(day: Day, uid: str, note: str, stamp: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(day.title)}",
        f"DESCRIPTION:{_text(note)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(day.title)}",
        f"TRIGGER:{REMINDER}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets that break no letter; all but the first begin with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
