"""The outcome as Markdown, with the goals and the machine, and its place in the README."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.bench.docgen.measure import Memory, Race, Throughput, label
from tests.bench.docgen.papers import Paper

SERVICE, SERVICE_HTML, FLOOR, COLD = "service", "service with HTML", "floor", "cold soffice"
UNOCONVERT, UNOCONVERT_SAME = "unoconvert", "unoconvert, same options"
BEGIN, END = "<!-- bench-docgen: made by make bench-docgen -->", "<!-- bench-docgen ends -->"
QUIET = 0.7  # load average
GROWTH = 1.10  # of memory, from a tenth of the documents to the last


@dataclass(frozen=True)
class Outcome:
    """Everything that was measured in one run; ``missing`` says why a rival is not there."""

    papers: Sequence[Paper]
    race: Race
    throughput: Throughput
    memory: Sequence[Memory]
    rounds: int
    missing: str | None


def markdown(outcome: Outcome, today: date, load: float) -> str:
    """The whole report."""
    lines = [*_goals(outcome), "", *_documents(outcome), "", _machine(today, load, outcome.rounds)]
    if outcome.missing:
        lines.append(f"Not measured: unoconvert ({outcome.missing}).")
    return "\n".join(lines) + "\n"


def _goals(outcome: Outcome) -> list[str]:
    race, rate = outcome.race, outcome.throughput
    first, *_, last = outcome.memory
    whole, both = race.overall(SERVICE, FLOOR), race.overall(SERVICE_HTML, FLOOR)
    rows = [
        ("whole service / bare UNO load and store", f"{whole:.2f} x", "at most 1.25", whole <= 1.25),
        ("the same with the page for the screen", f"{both:.2f} x", "at most 1.25", both <= 1.25),
        _times("cold `soffice --convert-to` / whole service", race.overall(COLD, SERVICE), 8),
    ]
    if not outcome.missing:
        rows += [
            _times("`unoconvert` as it comes / whole service", race.overall(UNOCONVERT, SERVICE), 3),
            _times(
                "`unoconvert` with the same options / whole service",
                race.overall(UNOCONVERT_SAME, SERVICE),
                3,
            ),
        ]
    growth, own = last.office / first.office, last.python / first.python
    rows += [
        (
            f"2 workers / 1 worker ({rate.two:.1f} / {rate.one:.1f} documents per second)",
            f"{rate.ratio:.2f} x", "at least 1.75", rate.ratio >= 1.75,
        ),
        (
            f"LibreOffice after {last.documents} / {first.documents} documents "
            f"({last.office:.0f} / {first.office:.0f} MB)",
            f"{growth:.2f} x", f"flat: at most {GROWTH:.2f}", growth <= GROWTH,
        ),
        (
            f"Python after {last.documents} / {first.documents} documents "
            f"({last.python:.0f} / {first.python:.0f} MB)",
            f"{own:.2f} x", f"flat: at most {GROWTH:.2f}", own <= GROWTH,
        ),
    ]  # fmt: skip
    head = ["| what | measured | goal | met |", "|---|---|---|---|"]
    return head + [f"| {' | '.join(row[:3])} | {'yes' if row[3] else 'no'} |" for row in rows]


def _times(what: str, ratio: float, goal: int) -> tuple[str, str, str, bool]:
    return what, f"{ratio:.1f} x", f"at least {goal}", ratio >= goal


def _documents(outcome: Outcome) -> list[str]:
    ways = [FLOOR, SERVICE, SERVICE_HTML, *([] if outcome.missing else [UNOCONVERT, UNOCONVERT_SAME]), COLD]
    lines = [
        f"| document, pages | {' | '.join(f'{way} ms' for way in ways)} | service / floor |",
        "|---" * (len(ways) + 2) + "|",
    ]
    for paper in outcome.papers:
        name = label(paper)
        times = " | ".join(f"{outcome.race.median(name, way):.0f}" for way in ways)
        lines.append(f"| {name}, {paper.pages} | {times} | {outcome.race.ratio(name, SERVICE, FLOOR):.2f} |")
    return lines


def _machine(today: date, load: float, rounds: int) -> str:
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    told = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=False, timeout=60)
    office = " ".join(told.stdout.split()[:2]) or "LibreOffice"
    parts = [
        f"{model[1].strip() if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores",
        f"{office}, Python {platform.python_version()}",
        f"{today:%Y-%m-%d}, {rounds} rounds in turns, medians, load {load:.1f} at the start",
    ]
    busy = " The machine was busy: trust the ratios, not the milliseconds." if load > QUIET else ""
    return f"Measured on {'; '.join(parts)}.{busy}"
