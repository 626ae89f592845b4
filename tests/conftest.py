"""What every test may ask for: the service on real parts, with a clock and an agenda that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import docgen
from signing import development
from signing.pades import development_server
from signing.services import Services, open_services
from signing.web import create_app
from tests.agenda import PromisedWork
from tests.pki import rogue_pki, served_pki

__all__ = ["rogue_pki", "served_pki"]

MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, *, days: float = 0, seconds: float = 0) -> None:
        """On to later."""
        self.now += timedelta(days=days, seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """The one clock of the service and of its authorities."""
    return Clock()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[docgen.Office]:
    """One warm LibreOffice per test process: its start costs a second."""
    with docgen.Office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture
def services(tmp_path: Path, clock: Clock, office: docgen.Office) -> Iterator[Services]:
    """The whole service in a folder of its own; its work is done by ``people.run_due``."""
    pki = development.development_pki(tmp_path, clock())
    config = development.prepare(tmp_path, "127.0.0.1:8000", clock())
    with (
        development_server.serve(pki, clock),
        open_services(config, lambda store: PromisedWork(store, clock), clock) as opened,
    ):
        generator = docgen.Generator(opened.catalog, office, test=config.development)
        yield replace(opened, generator=generator)


@pytest.fixture
def client(services: Services) -> FlaskClient:
    """A browser without cookies of before."""
    return create_app(services).test_client()
