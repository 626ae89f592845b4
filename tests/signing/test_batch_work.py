"""The rows of a list on the real engine: they go on after a stop, and a lost promise is made again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from signing import batching
from signing.services import Services
from signing.store import Batch, Progress
from signing.tasks import Task
from signing.work import performing, working
from signing.work.mending import mend
from tests import people
from tests.signing import lists
from tests.signing.engine import durable, wait_for, workflows
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, open_desk

# The engine leaves connections for the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
ROWS = 4


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Where a list is brought; making PDFs stands in."""
    with open_desk(tmp_path) as opened:
        yield opened


def brought(desk: Desk, services: Services) -> Batch:
    """A list of good rows that was started."""
    person = Colleagues(desk).person("referrer")
    content = lists.as_csv(lists.table([lists.row(desk, number) for number in range(1, ROWS + 1)]))
    batch = batching.bring(services, person, people.GUIDANCE, "lijst.csv", content)
    batching.start(services, person, batch.id)
    return batch


def far(services: Services, batch: Batch) -> Progress:
    with services.store.read() as tx:
        return tx.batches.progress(batch.id)


def packets(desk: Desk) -> int:
    return len(desk.everything()["packet"])


def test_a_list_goes_on_where_it_was_after_the_service_stopped(desk: Desk) -> None:
    services = durable(desk.services)
    batch = brought(desk, services)
    with working(services):
        wait_for(lambda: far(services, batch).made >= 1, "the first packet")
    assert far(services, batch).made < ROWS, "it was done before the service stopped"
    with working(services):
        wait_for(lambda: far(services, batch).done == ROWS, "the whole list")
    assert packets(desk) == ROWS
    assert far(services, batch) == Progress(good=0, bad=0, made=ROWS, failed=0, writing=0)


def test_the_promise_of_a_row_that_is_nowhere_is_made_again(desk: Desk) -> None:
    batch = brought(desk, desk.services)  # promised to an agenda that nobody reads
    services = durable(desk.services)
    with working(services):
        wait_for(lambda: far(services, batch).done == ROWS, "the whole list")
        assert mend(services) == 0
    assert packets(desk) == ROWS


def test_a_list_whose_time_is_over_goes_also_when_that_was_promised_nowhere(desk: Desk) -> None:
    batch = brought(desk, desk.services)
    desk.clock.now += batching.KEPT + timedelta(days=1)
    services = durable(desk.services)
    with working(services):
        wait_for(lambda: desk.everything()["batch"] == [], "the list to go")
    assert any(f"{batch.id}:forget" in name for name in workflows(services))


def test_a_row_that_failed_to_the_end_is_left_without_a_place_on_the_stuck_list(desk: Desk) -> None:
    batch = brought(desk, desk.services)
    performing.set_aside(desk.services, Task("row", batch.id, "2"), 3, "OSError")
    performing.set_aside(desk.services, Task("forget", batch.id), 3, "OSError")
    assert desk.everything()["stuck"] == []
    assert far(desk.services, batch).failed == 1
