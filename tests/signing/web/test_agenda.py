"""The days of an agreement, on the last page and as a calendar file."""

from __future__ import annotations

import json

from signing.packet import Packet
from signing.texts import page_texts
from tests.signing.test_ics import read
from tests.signing.web.desk import Desk, soup


def test_before_an_answer_and_after_a_no_there_are_no_days(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    assert visitor.get("/s/nothing/agenda.ics").status_code == 404
    assert visitor.get(f"{path}/agenda.ics").status_code == 404
    visitor.read(path)
    done = visitor.press(visitor.get(f"{path}/weigeren"), reason="later")
    assert "agenda.ics" not in done.text
    assert visitor.get(f"{path}/agenda.ics").status_code == 404


def test_who_signed_sees_the_days_and_may_keep_them(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    done = visitor.sign(path)
    (link,) = soup(done).select("main a[href$='.ics']")
    assert link.get_text() == "Zet deze dagen in uw agenda"
    before = desk.everything()
    answer = visitor.get(str(link["href"]))
    assert desk.everything() == before
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=agenda.ics"
    events = read(answer.data)
    assert [event["SUMMARY"] for event in events] == [
        "De begeleiding begint",
        "Eerste evaluatie van de begeleiding",
        "Eindevaluatie van de begeleiding",
        "Uiterlijk vandaag: gesprek over verlenging",
    ]
    shown = [day.get_text() for day in soup(done).select("main dl")[-1].find_all("dd")]
    assert shown == [event["SUMMARY"] for event in events]


def test_the_file_holds_a_reference_and_a_number_to_call_and_nothing_of_anybody(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.sign(path)
    text = visitor.get(f"{path}/agenda.ics").data.decode().replace("\r\n ", "")
    assert f"DESCRIPTION:Kenmerk: {packet.reference}. Vragen? Bel 06" in text
    sample = desk.sample()
    said = json.dumps([sample["tenant"], sample["guide"]["name"], sample["address"]], ensure_ascii=False)
    for word in {word.strip('",.:{}[]') for word in said.split()}:
        if len(word) > 4:
            assert word not in text, word


def test_a_day_that_has_passed_is_left_out(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.sign(path)
    count = len(read(visitor.get(f"{path}/agenda.ics").data))
    desk.clock.pass_days(200)
    assert len(read(visitor.get(f"{path}/agenda.ics").data)) < count


def test_the_days_are_told_in_the_language_of_the_pages(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.get(f"{path}?taal=ar")
    done = visitor.sign(path)
    assert page_texts("ar").get("agenda.title") in done.text
    words = desk.services.catalog.translation(packet.type, "ar")
    assert words is not None
    events = read(visitor.get(f"{path}/agenda.ics").data)
    assert {event["SUMMARY"] for event in events} <= set(words.appointments.values())
