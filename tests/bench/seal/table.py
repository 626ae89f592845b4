"""The race as a table: goals first, then every way."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.bench.seal.ground import Ground
from tests.bench.seal.ways import AGREEMENT, LIBPDF, NAIVE, PARTY, SEALED

BEGIN, END = "<!-- bench-seal -->", "<!-- /bench-seal -->"
QUIET = 0.7


@dataclass(frozen=True)
class Goal:
    """What was found, what was wanted, and whether it is so."""

    what: str
    found: str
    wanted: str
    met: bool


@dataclass(frozen=True)
class Race:
    """Milliseconds per way in the order of the rounds, and bytes of the file it made."""

    times: Mapping[str, Sequence[float]]
    sizes: Mapping[str, int]

    def median(self, way: str) -> float:
        """Milliseconds."""
        return statistics.median(self.times[way])

    def ratio(self, way: str, other: str) -> float:
        """How many times longer ``way`` takes: the median over the rounds, so that load hurts both."""
        pairs = zip(self.times[way], self.times[other], strict=True)
        return statistics.median(one / two for one, two in pairs)

    @property
    def goals(self) -> list[Goal]:
        """Those whose contestants took part."""
        party, agreement = self.median(PARTY), self.median(AGREEMENT)
        slower = self.ratio(NAIVE, AGREEMENT)
        goals = [
            Goal("a party's signature, B-T", f"{party:.1f} ms", "under 30 ms", party < 30),
            Goal(
                "whole agreement: 3 x B-T, seal at B-LTA",
                f"{agreement:.0f} ms",
                "under 260 ms",
                agreement < 260,
            ),
            Goal("the naive way / ours", f"{slower:.1f} x", "at least 8 x", slower >= 8),
        ]
        libpdf = LIBPDF["libpdf B-LTA"]
        if libpdf in self.times:
            share = self.ratio(SEALED, libpdf)
            goals.append(Goal("B-LTA: ours / @libpdf/core", f"{share:.2f} x", "at most 0.6 x", share <= 0.6))
        return goals

    @property
    def met(self) -> bool:
        """Whether all goals are."""
        return all(goal.met for goal in self.goals)


def markdown(race: Race, ground: Ground, missing: Sequence[str], today: date, load: float) -> str:
    """The whole report."""
    lines = ["| goal | found | wanted | |", "|---|---|---|---|"]
    lines += [
        f"| {goal.what} | {goal.found} | {goal.wanted} | {'yes' if goal.met else 'NO'} |"
        for goal in race.goals
    ]
    lines += ["", "| way | median ms | quickest ms | adds KB |", "|---|---|---|---|"]
    lines += [
        f"| {way} | {race.median(way):.0f} | {min(times):.0f} | {_grown(race, ground, way):.0f} |"
        for way, times in race.times.items()
    ]
    lines += [
        "",
        *(f"Not measured: {reason}." for reason in missing),
        _circumstances(race, ground, today, load),
    ]
    return "\n".join(lines) + "\n"


def _grown(race: Race, ground: Ground, way: str) -> float:
    return (race.sizes[way] - len(ground.pdf)) / 1024


def _yardstick() -> float:
    """Milliseconds of what no way can do without: how fast this machine is today."""
    key = rsa.generate_private_key(65537, 3072)
    times = []
    for _ in range(30):
        start = time.perf_counter()
        key.sign(b"yardstick", padding.PKCS1v15(), hashes.SHA256())
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _circumstances(race: Race, ground: Ground, today: date, load: float) -> str:
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    rounds = len(race.times[PARTY])
    kilobytes = len(ground.pdf) / 1024
    parts = [
        f"guidance agreement of {ground.pages} pages and {kilobytes:.0f} KB; RSA-3072 from PKCS#12",
        "authorities on loopback in a process of their own, their time included",
        f"{model[1].strip() if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores",
        f"one bare RSA-3072 signature takes {_yardstick():.1f} ms here",
        f"Python {platform.python_version()}, pyHanko {importlib.metadata.version('pyhanko')}",
        f"{today:%Y-%m-%d}, {rounds} rounds in turns, load {load:.1f} at the start",
    ]
    busy = (
        " Others were working on the machine: trust the ratios, not the milliseconds." if load > QUIET else ""
    )
    return f"{'; '.join(parts)[0].upper()}{'; '.join(parts)[1:]}.{busy}"
