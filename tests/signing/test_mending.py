"""A promise that is lost, however that came, is made again; what is promised, stuck or given up is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from signing.packet import Status
from signing.store import Stuck
from signing.stuck import give_up, try_again
from signing.tasks import Task
from signing.work import working
from signing.work.mending import mend
from tests import people
from tests.conftest import Case
from tests.signing.engine import durable, turn, wait_for, workflows

# The engine leaves connections for the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_what_is_promised_stuck_or_given_up_is_not_promised_again(sent: Case) -> None:
    services = durable(sent.services)
    with services.store.write() as tx:
        tx.attention.put(people.stuck(sent.packet, "expire", sent.clock()))
    with working(services):
        assert mend(services) == 0
        give_up(services, sent.packet.id, "expire")
        assert mend(services) == 0
        with services.store.read() as tx:
            assert tx.attention.all() == ()
            assert tx.trail.of(sent.packet.id)[-1].name == "packet:work:abandoned"
        try_again(services, sent.packet.id, "expire")
        assert mend(services) == 0
        assert f"{sent.packet.id}:expire:1" in workflows(services)


def test_a_timer_that_is_nowhere_is_set_again_and_goes_off(sent: Case) -> None:
    services = durable(sent.services)  # what was promised so far stays behind with another agenda
    sent.clock.move(days=31)
    with working(services):
        wait_for(lambda: people.now(services, sent.packet).status is Status.EXPIRED, "the end of the term")
        assert mend(services) == 0


def test_work_that_the_engine_ended_in_an_error_is_promised_anew(sent: Case) -> None:
    services = durable(sent.services)
    task = Task("expire", sent.packet.id)
    with services.store.write() as tx:
        services.agenda.promise(tx.connection, task, delay=timedelta(days=30))
    with working(services):
        assert mend(services) == 0
        turn(services, task.id, status="ERROR")
        assert mend(services) == 1
        wait_for(lambda: workflows(services).get(f"{task.id}:1"), "the new promise")
        assert task.id not in workflows(services)
        assert mend(services) == 0


def test_work_that_ends_every_process_that_does_it_waits_for_a_human(sent: Case) -> None:
    services = durable(sent.services)
    task = Task("expire", sent.packet.id)
    with services.store.write() as tx:
        services.agenda.promise(tx.connection, task, delay=timedelta(days=30))
    with working(services):
        turn(services, task.id, status="MAX_RECOVERY_ATTEMPTS_EXCEEDED")
        assert mend(services) == 1
        with services.store.read() as tx:
            (listed,) = tx.attention.all()
        assert listed == Stuck(sent.packet.id, "expire", 0, sent.clock(), listed.reason)
        assert listed.reason.startswith("ProcessEnded: 20 processes ended")
        assert mend(services) == 0
