"""Pages and JSON over a service that stands still until a test moves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.packet import Packet
from tests.signing.web.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty service with two clients of the API."""
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def packet(desk: Desk) -> Packet:
    """A guidance agreement that waits for its parties."""
    return desk.packet()
