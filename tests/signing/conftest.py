"""What the tests of signing may ask for beside the stages of a packet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import people
from tests.conftest import Case, Clock, Stages
from tests.postgres import Postgres
from tests.signing import decades

DUE = decades.first_of(2034, 12)


@pytest.fixture
def due(stages: Stages, tmp_path: Path, clock: Clock) -> Iterator[Case]:
    """A packet whose timestamp ends within a year, and an authority with a certificate for ten more."""
    with stages.open("delivered", tmp_path, clock) as case:
        packet = case.packet
    clock.now = DUE
    decades.roll_tsa_over(tmp_path, clock)
    with decades.started(tmp_path, clock) as services:
        people.run_due(services)  # the terms of then
        yield Case(services, packet, clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'registry.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()
