"""python -m tests.bench.seal: how fast documents are signed and sealed, next to the other ways."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from tests.bench.readme import put
from tests.bench.seal.ground import ROOT, prepared
from tests.bench.seal.table import BEGIN, END, Race, markdown
from tests.bench.seal.ways import SIGNATURES, NotHere, Way, ours, peers, stock

PEERS = ROOT / "var" / "bench-seal"


@click.command()
@click.option("--rounds", type=click.IntRange(1, 200), default=15, show_default=True)
@click.option("--write", "into_readme", is_flag=True, help="Put the table into README.md.")
def main(rounds: int, into_readme: bool) -> None:
    """Sign one agreement with one key in every way, in turns; run it when nothing else runs.

    Authorities answer on loopback, from a process of their own. npm libraries come into var/bench-seal;
    without node the table says that they are missing. Takes about two minutes; ends with 1 when a goal is
    missed.
    """
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-seal-")))
        ground = stack.enter_context(prepared(folder))
        ways = {**stack.enter_context(ours(ground)), **stock(ground)}
        missing: list[str] = []
        try:
            ways |= stack.enter_context(peers(ground, PEERS))
        except NotHere as error:
            missing.append(str(error))
        race = _race(ways, rounds, missing)
    report = markdown(race, ground, missing, datetime.now(UTC).date(), load)
    click.echo(report)
    if into_readme:
        put(report, BEGIN, END)
    if not race.met:
        sys.exit(1)


def _race(ways: dict[str, Way], rounds: int, missing: list[str]) -> Race:
    """All ways in turns, each round beginning with another; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, int] = {}
    for turn in range(rounds + 1):
        order = list(ways)
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            try:
                made = ways[name]()
            except NotHere as error:
                missing.append(str(error))
                del ways[name], times[name]
                continue
            found = len(re.findall(rb"/ByteRange\s*\[", made.pdf))
            assert found == SIGNATURES[name], f"{name} made {found} signatures"
            sizes[name] = len(made.pdf)
            if turn:
                times[name].append(made.milliseconds)
        if sys.stderr.isatty():
            click.echo(f"round {turn} of {rounds}", err=True)
    return Race(times, sizes)


if __name__ == "__main__":
    main()
