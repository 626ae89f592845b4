"""python -m tests.bench.scale: a registry with very many packets, and more processes that work."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import sqlalchemy as sa

from signing.packet import Status
from signing.services import Services
from signing.store import Store, tables
from tests.bench.readme import put
from tests.bench.scale import filling, house
from tests.bench.scale.looks import looks
from tests.bench.scale.table import BEGIN, END, Pair, Result, markdown
from tests.postgres import Postgres

FEW = 1_000
WORKERS = (1, 2, 4)
UNMEASURED = 6  # rounds: after five, psycopg prepares a statement

Looks = Mapping[str, Callable[[], object]]


@click.command()
@click.option("--archived", type=click.IntRange(FEW), default=100_000, show_default=True)
@click.option("--packets", type=click.IntRange(1), default=8, show_default=True, help="For each of WORKERS.")
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
@click.option("--write", "into_readme", is_flag=True, help="Put the table into README.md.")
def main(archived: int, packets: int, rounds: int, into_readme: bool) -> None:
    """Time lists and looks with few and many archived packets, and working processes beside each other.

    Needs some gigabytes in the folder for temporary files; takes a quarter of an hour on a quiet machine.
    Ends with 1 when a list or look is more than half as slow again with many packets.
    """
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-scale-")))
        server = stack.enter_context(Postgres())
        opened = stack.enter_context(house.opened(folder / "house", server.database()))
        rates = {}
        for workers in WORKERS:
            _say(f"{workers} working processes")
            rates[workers] = house.packets_a_minute(opened, workers, packets)
        model = _model(opened.services)
        pairs = {}
        for name in ("SQLite", "PostgreSQL"):
            urls = [f"sqlite:///{folder}/{size}.sqlite" for size in (FEW, archived)]
            urls = [server.database() for _ in urls] if name == "PostgreSQL" else urls
            few = stack.enter_context(_filled(opened.services, urls[0], model, FEW))
            many = stack.enter_context(_filled(opened.services, urls[1], model, archived))
            pairs[name] = _race(few, many, rounds)
    result = Result(pairs, rates)
    report = markdown(result, FEW, archived, packets, datetime.now(UTC).date(), load)
    click.echo(report)
    if into_readme:
        put(report, BEGIN, END)
    if not result.met:
        sys.exit(1)


def _model(services: Services) -> filling.Model:
    delivered = sa.select(tables.packet.c.id).where(tables.packet.c.status == Status.DELIVERED).limit(1)
    with services.store.read() as tx:
        packet_id = tx.connection.execute(delivered).scalar_one()
    return filling.read(services.store, packet_id)


@contextmanager
def _filled(services: Services, url: str, model: filling.Model, archived: int) -> Iterator[Looks]:
    _say(f"{archived} packets into {url.partition(':')[0]}")
    store = Store(url)
    filling.fill(store, model, archived)
    with looks(services, store, filling.lease(archived // 2)) as found:
        yield found
    store.close()


def _race(few: Looks, many: Looks, rounds: int) -> Pair:
    """Every look in both registries in turns, so that load hurts both."""
    times: tuple[dict[str, list[float]], ...] = ({look: [] for look in few}, {look: [] for look in many})
    for turn in range(rounds + UNMEASURED):
        for look in few:
            sides = list(zip((few, many), times, strict=True))
            for ways, kept in sides[:: 1 if turn % 2 else -1]:
                begun = time.perf_counter()
                ways[look]()
                if turn >= UNMEASURED:
                    kept[look].append((time.perf_counter() - begun) * 1000)
    return Pair(*times)


def _say(what: str) -> None:
    if sys.stderr.isatty():
        click.echo(what, err=True)


if __name__ == "__main__":
    main()
