"""The service through the decades: its clock, its authorities and its settings move on, its folder stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docgen
from signing import development
from signing.config import Tsa
from signing.pades import development_server
from signing.pades.development import DevelopmentPki, ensure
from signing.services import Services, open_services
from signing.steps import look
from tests import people
from tests.agenda import PromisedWork
from tests.conftest import Clock
from tests.pki import ServedPki


def first_of(year: int, month: int) -> datetime:
    """In the night."""
    return datetime(year, month, 1, 2, 0, tzinfo=UTC)


def months(start: tuple[int, int], end: tuple[int, int]) -> Iterator[datetime]:
    """The first of every month, from ``start`` up to ``end``, which is left out."""
    year, month = start
    while (year, month) < end:
        yield first_of(year, month)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def roll_tsa_over(folder: Path, clock: Clock) -> None:
    """The timestamp authority gets its next key and certificate, which count from the next start on."""
    ServedPki(development.development_pki(folder, clock()), clock, folder).roll_tsa_over()


def successor(folder: Path, clock: Clock) -> DevelopmentPki:
    """Another root, with authorities of its own."""
    return ensure(folder / "successor", clock())


@contextmanager
def started(folder: Path, clock: Clock, next_pki: DevelopmentPki | None = None) -> Iterator[Services]:
    """The service on a folder of before, without its templates; ``next_pki``: trusted beside the old one."""
    pki = development.development_pki(folder, clock())
    config = development.prepare(folder, "127.0.0.1:8000", clock())
    with ExitStack() as stack:
        stack.enter_context(development_server.serve(pki, clock))
        if next_pki is not None:
            stack.enter_context(development_server.serve(next_pki, clock))
            config = config.model_copy(
                update={
                    "trust_roots": (next_pki.root, *config.trust_roots),
                    "tsas": (Tsa(url=next_pki.tsa_url),),
                }
            )
        opened = stack.enter_context(open_services(config, lambda store: PromisedWork(store, clock), clock))
        templates = folder / "no templates"
        templates.mkdir(exist_ok=True)
        yield replace(opened, catalog=docgen.Catalog(templates))


def live(services: Services, clock: Clock, start: tuple[int, int], end: tuple[int, int]) -> list[datetime]:
    """Looks every month and does what is promised; returns the months in which something was renewed."""
    renewed = []
    for clock.now in months(start, end):
        look(services)
        if "renew" in people.run_due(services):
            renewed.append(clock.now)
    return renewed
