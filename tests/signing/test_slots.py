"""Slots: a dead process holds none, a silent one holds it for its term, and nobody has another's."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from signing.slots import BEAT, TERM, Slot, lease, living
from signing.store import Store
from signing.work import hosts

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HELD = (Slot(1, "a", NOW + TERM), Slot(2, "b", NOW + TERM))


def nobody(_: str) -> bool:
    return False


def test_a_slot_that_is_held_is_never_given_to_another() -> None:
    assert lease(HELD, "c", NOW, nobody) == Slot(3, "c", NOW + TERM)


@pytest.mark.parametrize("holder", ["a", "b"])
def test_a_holder_keeps_its_number(holder: str) -> None:
    later = NOW + BEAT
    number = ("a", "b").index(holder) + 1
    assert lease(HELD, holder, later, nobody) == Slot(number, holder, later + TERM)


def test_a_silent_process_loses_its_slot_at_the_end_of_its_term_and_not_before() -> None:
    assert living(HELD, NOW + TERM - timedelta(microseconds=1), nobody) == HELD
    assert living(HELD, NOW + TERM, nobody) == ()
    assert lease(HELD, "c", NOW + TERM, nobody).number == 1


def test_the_slot_of_a_process_that_ended_is_free_at_once() -> None:
    assert lease(HELD, "c", NOW, lambda holder: holder == "a").number == 1
    assert living(HELD, NOW, lambda holder: holder == "a") == HELD[1:]


def test_a_term_lasts_several_beats_so_that_one_slow_answer_costs_nothing() -> None:
    assert TERM >= 3 * BEAT


def test_of_another_machine_nobody_knows_whether_a_process_ended() -> None:
    assert not hosts.gone("elsewhere.1.2#999999#1")
    assert not hosts.gone("nonsense")


def test_a_process_that_lives_is_not_gone_and_one_that_ended_is() -> None:
    assert not hosts.gone(hosts.this_process())
    code = "from signing.work import hosts; print(hosts.this_process())"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert ended.split("#")[0] == hosts.this_process().split("#")[0]
    assert hosts.gone(ended)


def test_a_process_with_the_number_of_an_ended_one_is_another_process() -> None:
    machine, number, start = hosts.this_process().split("#")
    assert hosts.gone(f"{machine}#{number}#{int(start) - 1}")


def test_the_registry_keeps_one_holder_per_slot(url: str) -> None:
    store = Store(url)
    with store.write() as tx:
        tx.queue_up("slots")
        tx.slots.put(HELD[0])
        tx.slots.put(HELD[1])
        tx.slots.put(Slot(1, "c", NOW))
        assert abs(tx.now() - datetime.now(UTC)) < timedelta(minutes=1)
    with store.read() as tx:
        assert tx.slots.all() == (Slot(1, "c", NOW), HELD[1])
    with store.write() as tx:
        tx.slots.give_back("c")
        assert tx.slots.all() == HELD[1:]
    store.close()
