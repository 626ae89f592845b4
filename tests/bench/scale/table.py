"""The table: lists and looks at two sizes, and packets a minute by number of working processes."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.bench.scale.filling import UNDER_WAY

BEGIN, END = "<!-- bench-scale -->", "<!-- /bench-scale -->"
MOST = 1.5  # times slower than with few packets
LEAST = 1.0  # milliseconds below which a ratio says nothing

Times = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Pair:
    """Milliseconds per look in a registry with few and one with many archived packets, taken in turns."""

    few: Times
    many: Times

    def ratio(self, look: str) -> float:
        """How many times longer it takes with many: of the medians."""
        return self.median(self.many, look) / self.median(self.few, look)

    def median(self, times: Times, look: str) -> float:
        """Milliseconds, no less than what can be told apart."""
        return max(statistics.median(times[look]), LEAST)


@dataclass(frozen=True)
class Result:
    """``pairs``: by database; ``rates``: packets a minute by number of working processes."""

    pairs: Mapping[str, Pair]
    rates: Mapping[int, float]

    @property
    def met(self) -> bool:
        """Whether no look became slower than it may."""
        return all(pair.ratio(look) <= MOST for pair in self.pairs.values() for look in pair.few)


def markdown(result: Result, few: int, many: int, packets: int, today: date, load: float) -> str:
    """The whole report."""
    databases = list(result.pairs)
    head = " | ".join(f"{name}, {size:,} | {size_2:,} | ratio" for name, size, size_2 in
                      ((name, few, many) for name in databases))  # fmt: skip
    lines = [f"| median ms | {head} |", "|---|" + "---|" * (3 * len(databases))]
    for look in result.pairs[databases[0]].few:
        cells = [
            f"{statistics.median(pair.few[look]):.1f} | {statistics.median(pair.many[look]):.1f} | "
            f"{pair.ratio(look):.2f}{'' if pair.ratio(look) <= MOST else ' !'}"
            for pair in result.pairs.values()
        ]
        lines.append(f"| {look} | {' | '.join(cells)} |")
    lines += ["", "| working processes | packets a minute |", "|---|---|"]
    lines += [f"| {workers} | {rate:.1f} |" for workers, rate in result.rates.items()]
    return "\n".join([*lines, "", _circumstances(result, packets, today, load)]) + "\n"


def _circumstances(result: Result, packets: int, today: date, load: float) -> str:
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    cores = len(os.sched_getaffinity(0))
    rounds = len(next(iter(next(iter(result.pairs.values())).few.values())))
    parts = [
        f"Wanted: a ratio of at most {MOST}; times under {LEAST:.0f} ms count as that",
        f"beside the archived packets, {UNDER_WAY} on their way in each registry; {rounds} rounds in turns",
        f"processes: {packets} packets at once, PostgreSQL, short documents, from data to archive",
        f"{model[1].strip() if model else platform.machine()}, {cores} cores for processes, database, "
        "authorities and parties together, so that little is gained here by more than one process",
        f"{today:%Y-%m-%d}, load {load:.1f} at the start",
    ]
    busy = " Others were working on the machine: trust the ratios, not the milliseconds." if load > 1 else ""
    return "; ".join(parts) + "." + busy
