"""The audit trail: every way of tampering breaks the chain."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.audit import EVENTS, START, Event, append, check
from signing.errors import ChainBroken

NOW = datetime(2026, 11, 23, 10, 0, 0, 123_456, tzinfo=UTC)
NAMES = ("packet:created", "packet:generated", "packet:sent", "recipient:signed", "packet:signed")


def trail(length: int = 5, packet_id: str = "p1") -> list[Event]:
    events: list[Event] = []
    for number, name in enumerate(NAMES[:length]):
        last = events[-1] if events else None
        facts = {"number": number, "sha256": {"core": "ab" * 32}}
        events.append(append(last, packet_id, name, "tenant", facts, NOW + timedelta(hours=number)))
    return events


@pytest.mark.parametrize(
    "change",
    [
        lambda event: replace(event, at=event.at + timedelta(milliseconds=1)),
        lambda event: replace(event, name="recipient:declined"),
        lambda event: replace(event, actor="corporation"),
        lambda event: replace(event, data={"number": 2, "sha256": {"core": "ac" * 32}}),
        lambda event: replace(event, data={}),
        lambda event: replace(event, packet_id="p2"),
        lambda event: replace(event, sha256="0" * 64),
    ],
)
def test_a_changed_event_is_named_as_the_one_that_does_not_fit(change: Callable[[Event], Event]) -> None:
    events = trail()
    events[2] = change(events[2])
    with pytest.raises(ChainBroken, match="event 3: its content does not fit") as broken:
        check(events)
    assert broken.value.sequence == 3


def test_a_changed_event_with_a_new_hash_of_its_own_breaks_at_the_next_one() -> None:
    events = trail()
    events[2] = append(events[1], "p1", "recipient:signed", "tenant", {}, NOW)
    with pytest.raises(ChainBroken, match="event 4: it does not follow"):
        check(events)


def test_a_removed_event_is_missed() -> None:
    events = trail()
    del events[1]
    with pytest.raises(ChainBroken, match="event 2: found number 3"):
        check(events)


def test_a_trail_that_lost_its_first_event_is_refused() -> None:
    with pytest.raises(ChainBroken, match="event 1"):
        check(trail()[1:])


def test_two_events_that_changed_places_are_found() -> None:
    events = trail()
    events[1], events[2] = events[2], events[1]
    with pytest.raises(ChainBroken, match="event 2"):
        check(events)


def test_an_event_that_was_put_in_between_is_found() -> None:
    events = trail()
    events.insert(2, append(events[1], "p1", "packet:withdrawn", "service", {}, NOW))
    with pytest.raises(ChainBroken, match="event 4: found number 3"):
        check(events)


def test_a_trail_with_a_lost_tail_has_another_head() -> None:
    assert check(trail()[:-1]) != check(trail())


def test_a_name_outside_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="recipient:laughed is not an event"):
        append(None, "p1", "recipient:laughed", "tenant", {}, NOW)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        append(None, "p1", "packet:created", "requester", {}, datetime(2026, 11, 23, 10))  # noqa: DTZ001


def test_an_empty_trail_has_the_start_as_its_head() -> None:
    assert check([]) == START


def test_an_untouched_trail_gives_the_hash_of_its_last_event() -> None:
    events = trail()
    assert check(events) == events[-1].sha256
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]


def test_the_same_moment_in_another_zone_gives_the_same_hash() -> None:
    here = append(None, "p1", "packet:created", "requester", {}, NOW)
    there = append(
        None, "p1", "packet:created", "requester", {}, NOW.astimezone(timezone(timedelta(hours=1)))
    )
    assert here == there
    assert here.at.microsecond == 123_000


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.booleans(), st.none())))
def test_an_event_survives_being_written_as_json_and_read_again(
    data: dict[str, str | int | bool | None],
) -> None:
    event = append(None, "p1", "packet:created", "requester", data, NOW)
    again = replace(
        event, data=json.loads(json.dumps(event.data)), at=datetime.fromisoformat(event.at.isoformat())
    )
    assert check([again]) == event.sha256


def test_anyone_can_recompute_a_hash_from_the_evidence_alone() -> None:
    told = trail()[0].as_dict()
    claimed = told.pop("sha256")
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == claimed


def test_every_event_has_its_dutch_words() -> None:
    assert all(words and words[0].isupper() for words in EVENTS.values())
