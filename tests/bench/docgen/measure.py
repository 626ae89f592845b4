"""Races, throughput and memory; ratios come from runs that took turns, so that a busy machine hurts both."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.bench.docgen.papers import Paper

Way = Callable[[Paper], float]
Maker = Callable[[Paper], object]


@dataclass(frozen=True)
class Race:
    """Milliseconds per paper and way, in the order of the rounds."""

    times: Mapping[str, Mapping[str, Sequence[float]]]

    def median(self, paper: str, way: str) -> float:
        """Milliseconds."""
        return statistics.median(self.times[paper][way])

    def ratio(self, paper: str, way: str, other: str) -> float:
        """How many times longer ``way`` takes than ``other``: the median over the rounds."""
        pairs = zip(self.times[paper][way], self.times[paper][other], strict=True)
        return statistics.median(one / two for one, two in pairs)

    def overall(self, way: str, other: str) -> float:
        """The same for all papers together."""
        rounds = range(len(next(iter(self.times.values()))[way]))
        return statistics.median(
            sum(ways[way][turn] for ways in self.times.values())
            / sum(ways[other][turn] for ways in self.times.values())
            for turn in rounds
        )


def race(papers: Sequence[Paper], ways: Mapping[str, Way], rounds: int) -> Race:
    """Every way makes every paper, in turns; the first round only warms up."""
    times: dict[str, dict[str, list[float]]] = {label(paper): {way: [] for way in ways} for paper in papers}
    for turn in range(rounds + 1):
        for paper in papers:
            order = list(ways)
            for way in order[turn % len(order) :] + order[: turn % len(order)]:
                seconds = ways[way](paper)
                if turn:
                    times[label(paper)][way].append(1000 * seconds)
    return Race(times)


def label(paper: Paper) -> str:
    """How a paper is called in the table."""
    return f"{paper.type} {paper.name}"


@dataclass(frozen=True)
class Throughput:
    """Documents per second with one and with two workers, and the median of their ratios."""

    one: float
    two: float
    ratio: float


def throughput(
    make: Mapping[int, Callable[[Paper], object]], papers: Sequence[Paper], rounds: int
) -> Throughput:
    """Blocks of all papers, four times over, by one worker and by two in turns; the first turn warms up."""
    work = [*papers] * 4
    rates: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(rounds + 1):
        for workers in (1, 2) if turn % 2 else (2, 1):
            start = time.perf_counter()
            with ThreadPoolExecutor(workers) as threads:
                list(threads.map(make[workers], work))
            if turn:
                rates[workers].append(len(work) / (time.perf_counter() - start))
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    return Throughput(*(statistics.median(each) for each in (rates[1], rates[2], ratios)))


@dataclass(frozen=True)
class Memory:
    """Megabytes of LibreOffice and of this process, after so many documents."""

    documents: int
    office: float
    python: float


def memory(make: Maker, papers: Sequence[Paper], count: int, office: Callable[[], int]) -> list[Memory]:
    """What is held after a tenth, a half and all of ``count`` documents."""
    marks = (max(1, count // 10), max(1, count // 2), count)
    held = []
    for number in range(1, count + 1):
        make(papers[number % len(papers)])
        if number in marks:
            held.append(Memory(number, office() / 2**20, _own() / 2**20))
    return held


def _own() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
