"""What every test may ask for: the service on real parts, with a clock and an agenda that a test moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import docgen
from signing import development
from signing.packet import Packet
from signing.pades import development_server
from signing.services import Services, open_services
from signing.web import create_app
from tests import people, short_templates
from tests.agenda import PromisedWork
from tests.pki import rogue_pki, served_pki
from tests.postgres import Postgres

__all__ = ["rogue_pki", "served_pki"]

# Modules of minutes begin first, so that no process is left with one when the others are done.
LONGEST_FIRST = (
    "test_walk", "test_crash", "test_workers", "signing/test_renewal", "browser/test_signing",
    "test_power_cuts", "test_pool", "signing/test_steps", "web/test_validation", "signing/test_work",
    "browser/test_coming_back",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders the modules; a stable sort keeps the tests of each together and as they stand."""
    items.sort(key=lambda item: next((n for n, m in enumerate(LONGEST_FIRST) if m in item.nodeid), 99))


# A year back: pyHanko slides from the machine's own time to that of a proof, so tests may move their clock
# forward, but never past today.
MORNING = datetime(2025, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, *, days: float = 0, seconds: float = 0) -> None:
        """On to later."""
        self.now += timedelta(days=days, seconds=seconds)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server per test process that asks for it."""
    with Postgres() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """The one clock of the service and of its authorities."""
    return Clock()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[docgen.Office]:
    """One warm LibreOffice per test process: its start costs a second."""
    with docgen.Office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packet types of the house with short documents; see ``short_templates``."""
    return short_templates.write(tmp_path_factory.mktemp("short") / "templates")


@pytest.fixture(scope="session")
def proving_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The setting of a service with short documents, where everybody still proves who they are."""
    folder = short_templates.write(tmp_path_factory.mktemp("proving") / "templates", proof=True)
    return {"HUURZEGEL_TEMPLATES": str(folder)}


@contextmanager
def open_in(folder: Path, clock: Clock, office: docgen.Office, templates: Path) -> Iterator[Services]:
    """The whole service in a folder; its work is done by ``people.run_due``."""
    pki = development.development_pki(folder, clock())
    config = development.prepare(folder, "127.0.0.1:8000", clock(), templates)
    with (
        development_server.serve(pki, clock),
        open_services(config, lambda store: PromisedWork(store, clock), clock) as opened,
    ):
        generator = docgen.Generator(opened.catalog, office, test=config.development)
        yield replace(opened, generator=generator)


@pytest.fixture
def services(tmp_path: Path, clock: Clock, office: docgen.Office, templates: Path) -> Iterator[Services]:
    """A service without any packet."""
    with open_in(tmp_path, clock, office, templates) as opened:
        yield opened


@pytest.fixture
def client(services: Services) -> FlaskClient:
    """A browser without cookies of before."""
    return create_app(services).test_client()


@dataclass(frozen=True)
class Case:
    """A service with one guidance agreement that is somewhere on its way."""

    services: Services
    packet: Packet
    clock: Clock


class Stages:
    """The way of one packet, gone once per test process; every test gets a copy of the folder as it was."""

    def __init__(self, folder: Path, office: docgen.Office, templates: Path) -> None:
        self._folder = folder
        self._office = office
        self._templates = templates
        self._packet: Packet | None = None

    @contextmanager
    def open(self, stage: str, folder: Path, clock: Clock) -> Iterator[Case]:
        """A copy of the way up to ``stage``: sent, signed or delivered."""
        shutil.copytree(self._made(stage), folder, dirs_exist_ok=True)
        with open_in(folder, clock, self._office, self._templates) as services:
            assert self._packet is not None
            yield Case(services, people.now(services, self._packet), clock)

    def _made(self, stage: str) -> Path:
        made = self._folder / stage
        if made.exists():
            return made
        before = {"signed": "sent", "delivered": "signed"}.get(stage)
        draft = self._folder / f"{stage}.draft"
        if before is not None:
            shutil.copytree(self._made(before), draft)
        with open_in(draft, Clock(), self._office, self._templates) as services:
            self._go(services, stage)
        return draft.rename(made)

    def _go(self, services: Services, stage: str) -> None:
        if self._packet is None:
            self._packet = people.create(services)
            return
        roles = people.PARTIES[people.GUIDANCE] if stage == "signed" else ("corporation",)
        people.press_all(services, self._packet, roles)


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, office: docgen.Office, templates: Path) -> Stages:
    """See ``Stages``."""
    return Stages(tmp_path_factory.mktemp("stages"), office, templates)


@pytest.fixture
def sent(stages: Stages, tmp_path: Path, clock: Clock) -> Iterator[Case]:
    """Both parties have their link; nobody opened one."""
    with stages.open("sent", tmp_path, clock) as case:
        yield case


@pytest.fixture
def signed(stages: Stages, tmp_path: Path, clock: Clock) -> Iterator[Case]:
    """Both parties signed; the corporation has its link."""
    with stages.open("signed", tmp_path, clock) as case:
        yield case


@pytest.fixture
def delivered(stages: Stages, tmp_path: Path, clock: Clock) -> Iterator[Case]:
    """Acknowledged, sealed, archived and delivered."""
    with stages.open("delivered", tmp_path, clock) as case:
        yield case
