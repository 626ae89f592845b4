"""python -m tests.bench.docgen: how fast documents are made, next to the other ways, on this machine."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

import docgen
from tests.bench.docgen import rivals
from tests.bench.docgen.measure import Way, memory, race, throughput
from tests.bench.docgen.papers import TEMPLATES, Paper, Recorder, papers
from tests.bench.docgen.rivals import Seconds
from tests.bench.docgen.table import (
    BEGIN,
    COLD,
    END,
    FLOOR,
    SERVICE,
    SERVICE_HTML,
    UNOCONVERT,
    UNOCONVERT_SAME,
    Outcome,
    markdown,
)
from tests.bench.readme import put


@click.command()
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--memory", "count", type=click.IntRange(10), default=60, show_default=True, help="Documents.")
@click.option("--full", is_flag=True, help="15 rounds and 500 documents.")
@click.option("--write", "into_readme", is_flag=True, help="Put the table into README.md.")
def main(rounds: int, count: int, full: bool, into_readme: bool) -> None:
    """Race the whole service against the bare UNO calls, unoserver's client and a cold soffice.

    All get the same filled documents and take turns. Takes some three minutes; run it when nothing else runs.
    """
    rounds, count = (15, 500) if full else (rounds, count)
    load, today = os.getloadavg()[0], datetime.now(UTC).date()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        catalog = docgen.Catalog(TEMPLATES)
        offices = {
            workers: stack.enter_context(Recorder(folder / f"office{workers}", workers=workers))
            for workers in (1, 2)
        }
        generators = {
            workers: docgen.Generator(catalog, office, test=False) for workers, office in offices.items()
        }
        sheets = papers(catalog, offices[1], today, _made(folder / "papers"))

        def batch(workers: int, paper: Paper) -> object:
            return paper.whole(catalog, generators[workers], today, with_html=False)

        def service(paper: Paper, with_html: bool = False) -> float:
            start = time.perf_counter()
            paper.whole(catalog, generators[1], today, with_html=with_html)
            return time.perf_counter() - start

        _say(f"racing {len(sheets)} documents, {rounds} rounds")
        ways, missing = _ways(stack, folder)
        own: dict[str, Way] = {SERVICE: service, SERVICE_HTML: lambda paper: service(paper, True)}
        times = race(sheets, {**own, **ways}, rounds)
        _say("throughput of 1 and of 2 workers")
        makers = {workers: lambda paper, workers=workers: batch(workers, paper) for workers in (1, 2)}
        rates = throughput(makers, sheets, rounds)
        _say(f"memory over {count} documents")
        held = memory(makers[1], sheets, count, lambda: _office_memory(offices[1]))
    report = markdown(Outcome(sheets, times, rates, held, rounds, missing), today, load)
    click.echo(report)
    if into_readme:
        put(report, BEGIN, END)


def _ways(stack: ExitStack, folder: Path) -> tuple[dict[str, Way], str | None]:
    """The rivals, running, and why one is missing."""
    found: dict[str, Seconds] = {}
    missing = None
    found[FLOOR] = stack.enter_context(rivals.floor(_made(folder / "floor")))
    try:
        found[UNOCONVERT], found[UNOCONVERT_SAME] = stack.enter_context(
            rivals.unoserver(_made(folder / "unoserver"))
        )
    except rivals.NotHere as error:
        missing = str(error)
    found[COLD] = stack.enter_context(rivals.cold(_made(folder / "cold")))
    return {name: lambda paper, way=way: way(paper.docx) for name, way in found.items()}, missing


def _office_memory(office: docgen.Office) -> int:
    running = [seat.worker.memory for seat in office._seats if seat.worker is not None]
    return sum(running)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
