"""A calendar file that every calendar reads: RFC 5545, judged by a reader of its own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from signing import ics
from signing.ics import Day

STAMP = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAYS = (
    Day("start_date", date(2026, 12, 1), "De begeleiding begint"),
    Day("first_evaluation_on", date(2027, 2, 28), "Eerste gesprek; met koffie, of thee \\ water"),
)


def read(data: bytes) -> list[dict[str, str]]:
    """The events of a file, by the rules of RFC 5545: line ends, folding, nesting, escapes."""
    text = data.decode("utf-8")
    assert text.endswith("\r\n")
    lines = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)
    events, inside = [], []
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert inside.pop() == value
        else:
            plain = re.sub(r"\\(.)", lambda part: "\n" if part[1] == "n" else part[1], value)
            if inside == ["VCALENDAR", "VEVENT"]:
                assert name not in events[-1], f"{name} may come only once"
                events[-1][name] = plain
    assert inside == []
    return events


def made(**given: object) -> bytes:
    """A file of the days above."""
    values: dict[str, object] = {
        "reference": "MTR-0012345678-BGO01-C",
        "note": "Kenmerk: MTR-0012345678-BGO01-C.",
        "stamp": STAMP,
        "domain": "teken.voorbeeld.nl",
        **given,
    }
    return ics.calendar(DAYS, **values)  # type: ignore[arg-type]


def test_a_stamp_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        made(stamp=datetime(2026, 11, 23))  # noqa: DTZ001


def test_each_day_is_a_whole_day_with_what_it_is_for() -> None:
    start, talk = read(made())
    assert (start["DTSTART;VALUE=DATE"], start["DTEND;VALUE=DATE"]) == ("20261201", "20261202")
    assert (talk["DTSTART;VALUE=DATE"], talk["DTEND;VALUE=DATE"]) == ("20270228", "20270301")
    assert [start["SUMMARY"], talk["SUMMARY"]] == [day.title for day in DAYS]
    assert start["DTSTAMP"] == "20261123T090000Z"
    assert start["TRANSP"] == "TRANSPARENT", "nobody is busy all day"


def test_a_long_note_in_any_script_is_folded_between_letters() -> None:
    note = "الرقم المرجعي هو رقم تذكره عندما تتصل. " * 6 + "\nsecond line"
    assert [event["DESCRIPTION"] for event in read(made(note=note))] == [note, note]


def test_the_same_day_has_the_same_name_and_another_packet_another_one() -> None:
    first, second = ({event["UID"] for event in read(made())} for _ in range(2))
    assert first == second
    assert len(first) == 2
    assert first.isdisjoint(event["UID"] for event in read(made(reference="MTR-0012345679-BGO01-A")))
    assert all(re.fullmatch(r"[0-9a-f]{32}@teken\.voorbeeld\.nl", name) for name in first)
