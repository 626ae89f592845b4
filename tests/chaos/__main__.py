"""The command behind ``make chaos``: the service on failing lines, killed at random, and what came of it."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from tests import short_templates
from tests.bench.readme import put
from tests.chaos import world as outside
from tests.chaos.crowd import Parties, Reaper, Referrer
from tests.chaos.house import House
from tests.chaos.verdict import Verdict, judge
from tests.chaos.world import World
from tests.postgres import Postgres

BEGIN, END = "<!-- chaos -->", "<!-- /chaos -->"
LIMIT = 90 * 60.0  # seconds; whatever is not done then is lost
QUIET = 20.0  # seconds without any mail: nothing is on its way any more
WORKERS = {"sqlite": 0, "postgresql": 3}


@dataclass(frozen=True)
class Outcome:
    """Of one run."""

    database: str
    packets: int
    verdict: Verdict
    failures: dict[str, int]
    seconds: float


@click.command()
@click.option("--packets", default=200, show_default=True, type=click.IntRange(min=1))
@click.option("--kills", default=60, show_default=True, type=click.IntRange(min=0))
@click.option("--pause", default=25.0, show_default=True, help="Mean seconds between two kills.")
@click.option("--database", "databases", multiple=True, type=click.Choice(list(WORKERS)))
@click.option("--seed", default=20261128, show_default=True)
@click.option("--write", "into_readme", is_flag=True, help="Put the table into README.md.")
def main(
    packets: int, kills: int, pause: float, databases: tuple[str, ...], seed: int, into_readme: bool
) -> None:
    """Exit status 0 when every promise was kept.

    With a pause too short for this machine the same work is killed again and again, and the service rightly
    says that 20 processes ended while they did it.
    """
    outcomes = []
    for database in databases or tuple(WORKERS):
        click.echo(f"{database}: {packets} packets, {kills} kills, seed {seed}")
        outcomes.append(_run(database, packets, kills, pause, seed))
        for problem in outcomes[-1].verdict.problems:
            click.echo(f"  {problem}")
    report = _report(outcomes)
    click.echo(report)
    if any(outcome.verdict.problems for outcome in outcomes):
        sys.exit(1)
    if into_readme:
        put(report, BEGIN, END)


def _run(database: str, packets: int, kills: int, pause: float, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="huurzegel-chaos-") as place, ExitStack() as stack:
        folder = Path(place)
        templates = short_templates.write(folder / "templates")
        world = stack.enter_context(outside.opened(folder, seed))
        url = stack.enter_context(_registry(database, folder / "house"))
        began = time.monotonic()
        given = None if database == "sqlite" else url
        house = stack.enter_context(House(folder / "house", world, templates, given, WORKERS[database]))
        referrer = _live_through(world, house, packets, kills, pause, seed)
        seconds = time.monotonic() - began
        verdict = judge(world, house, referrer, url)
        failures = {
            name: sum(number for fate, number in line.counts.items() if fate != "well")
            for name, line in world.lines.items()
        }
        return Outcome(database, packets, verdict, failures, seconds)


def _live_through(world: World, house: House, packets: int, kills: int, pause: float, seed: int) -> Referrer:
    referrer, parties = Referrer(house, packets, kills), Parties(house, world.post)
    reaper = Reaper(house, kills, pause, seed)
    deadline = time.monotonic() + LIMIT
    last = ""

    def told(where: str) -> None:
        nonlocal last
        if where != last:
            click.echo(f"  {where}")
            last = where
        assert time.monotonic() < deadline, f"not done in time: {where}"
        if reaper.failure is not None:
            raise reaper.failure
        assert not parties.failures, parties.failures

    parties.start()
    reaper.start()
    try:
        referrer.run(told)
        reaper.join(pause * 2)
        reaper.stop()
        _wait_for_the_last_mail(world, deadline)
    finally:
        reaper.stop()
        parties.stop()
    return referrer


def _wait_for_the_last_mail(world: World, deadline: float) -> None:
    came, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET and time.monotonic() < deadline:
        now = sum(world.post.arrivals.values())
        if now != came:
            came, since = now, time.monotonic()
        time.sleep(1)


@contextmanager
def _registry(database: str, house: Path) -> Iterator[str]:
    """Its SQLAlchemy URL."""
    if database == "sqlite":
        yield f"sqlite:///{house / 'data' / 'registry.sqlite'}"
        return
    with Postgres() as server:
        yield server.database()


def _report(outcomes: list[Outcome]) -> str:
    head = (
        "| Registry | Packets | SIGKILL | Lines that failed (SFTP, S3, WebDAV, SMTP, TSA) "
        "| Packages in archives | Chains that verify | Mails | of which again | Minutes | Promises broken |"
    )
    rows = [
        f"| {_NAMES[o.database]} | {o.packets} | {o.verdict.crashes} | "
        f"{', '.join(str(o.failures[name]) for name in ('sftp', 's3', 'webdav', 'smtp', 'tsa'))} | "
        f"{o.verdict.packages} | {o.verdict.chains} | {o.verdict.mails} | {o.verdict.again} | "
        f"{o.seconds / 60:.0f} | {len(o.verdict.problems)} |"
        for o in outcomes
    ]
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    machine = model[1].strip() if model else platform.machine()
    day = datetime.now(UTC).date()
    told = f"Measured on {machine}, {len(os.sched_getaffinity(0))} cores, {day:%Y-%m-%d}."
    return "\n".join([head, "|---|" + "--:|" * 9, *rows, "", told, ""])


_NAMES = {"sqlite": "SQLite, one process", "postgresql": "PostgreSQL, pages and 3 workers"}


if __name__ == "__main__":
    main()
