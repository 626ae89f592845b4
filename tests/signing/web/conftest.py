"""Pages and JSON over a service that stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.packet import Packet
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Visitor, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty service with two clients of the API."""
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def packet(desk: Desk) -> Packet:
    """A guidance agreement that waits for its parties."""
    return desk.packet()


@pytest.fixture
def colleagues(desk: Desk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(desk)


@pytest.fixture
def referrer(colleagues: Colleagues) -> Visitor:
    """A referrer who logged in."""
    return colleagues.logs_in("referrer")
