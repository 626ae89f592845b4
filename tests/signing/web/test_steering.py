"""What a referrer does about one recipient at the desk: each act asks first and stands in the audit trail."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import TestResponse

from signing.changes import Act
from signing.packet import Answer, Packet, Status
from signing.web.desk import telling
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Visitor, heading, soup

LIST = "/bureau/pakketten"


def page_of(visitor: Visitor, packet: Packet, role: str, act: str) -> TestResponse:
    return visitor.get(f"{LIST}/{packet.reference}/partij/{role}/{act}")


def last_event(desk: Desk, packet: Packet) -> tuple[str, object]:
    with desk.services.store.read() as tx:
        event = tx.trail.of(packet.id)[-1]
    return event.name, event.data.get("account")


def acts(visitor: Visitor, packet: Packet) -> set[tuple[str, str]]:
    """What the packet's page offers, as role and act."""
    page = soup(visitor.get(f"{LIST}/{packet.reference}"))
    found = [link["href"].split("/partij/")[1].split("/") for link in page.select(".acts a")]
    return {(role, act) for role, act in found}


def test_what_nobody_knows_is_not_there(referrer: Visitor, packet: Packet) -> None:
    for role, act in (("tenant", "nonsense"), ("nobody", "remind"), ("tenant", "%0a")):
        assert page_of(referrer, packet, role, act).status_code == 404


@pytest.mark.parametrize("act", list(Act))
def test_a_get_of_an_act_changes_nothing(desk: Desk, referrer: Visitor, packet: Packet, act: Act) -> None:
    before = desk.everything()
    for role in ("tenant", "referring_org", "corporation"):
        assert page_of(referrer, packet, role, act).status_code == 200
    assert desk.everything() == before


def test_a_reminder_just_after_the_invitation_is_refused_on_the_page(
    desk: Desk, referrer: Visitor, packet: Packet
) -> None:
    page = page_of(referrer, packet, "tenant", "remind")
    assert "Er ging net een bericht uit" in page.text
    assert soup(page).select("main form") == []
    assert ("tenant", "remind") not in acts(referrer, packet)


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(
    desk: Desk, referrer: Visitor, packet: Packet
) -> None:
    page = page_of(referrer, packet, "referring_org", "reassign")
    answer = referrer.press(page, which="main form", name="Kim", function="", email="geen adres")
    assert answer.status_code == 422
    assert len(soup(answer).select(".summary li")) == 2
    assert soup(answer).select_one("#email")["value"] == "geen adres"
    assert soup(answer).select_one("#name")["value"] == "Kim"
    assert desk.now(packet.id) == packet


def test_a_file_that_is_no_scan_is_refused_on_the_page(desk: Desk, referrer: Visitor, packet: Packet) -> None:
    path = f"{LIST}/{packet.reference}/partij/tenant/paper"
    data = {"csrf_token": referrer.csrf(path), "scan": (io.BytesIO(b"tekst"), "scan.txt")}
    answer = referrer.client.post(path, data=data)
    assert answer.status_code == 422
    assert "Kies een PDF, JPEG of PNG" in answer.text


def test_who_answered_has_no_acts_any_more(desk: Desk, referrer: Visitor, packet: Packet) -> None:
    desk.visitor().sign(desk.path(packet, "tenant"))
    assert "tenant" not in {role for role, _ in acts(referrer, packet)}
    assert "Dit kan nu niet" in page_of(referrer, packet, "tenant", "correct").text


def test_an_organisation_is_reassigned_and_a_person_signs_in_person(
    referrer: Visitor, packet: Packet
) -> None:
    found = acts(referrer, packet)
    assert {("referring_org", "reassign"), ("tenant", "host"), ("tenant", "letter")} <= found
    assert {act for role, act in found if role == "corporation"} == {"correct", "reassign"}
    assert not {("tenant", "reassign"), ("referring_org", "host"), ("referring_org", "letter")} & found


def test_a_corrected_address_is_told_with_the_account_that_did_it(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    page = page_of(referrer, packet, "tenant", "correct")
    assert soup(page).select_one("#email")["value"] == packet.recipient("tenant").email
    after = referrer.press(page, which="main form", email="beter@voorbeeld.nl", mobile="")
    assert "Het adres is verbeterd" in after.text
    assert desk.now(packet.id).recipient("tenant").email == "beter@voorbeeld.nl"
    assert last_event(desk, packet) == ("recipient:address:corrected", colleagues.account("referrer").id)
    assert colleagues.account("referrer").name in soup(after).select_one(".timeline").get_text()


@pytest.mark.parametrize(
    ("role", "act", "filled", "event"),
    [
        ("referring_org", "reassign", {"name": "Kim Bakker", "function": "leider", "email": "kim@zorg.nl"},
         "recipient:reassigned"),
        ("tenant", "host", {"name": "Noor Jansen", "email": "noor@voorbeeld.nl"}, "recipient:hosted"),
        ("tenant", "renew", {}, "recipient:link:renewed"),
        ("tenant", "revoke", {}, "recipient:link:revoked"),
    ],
)  # fmt: skip
def test_each_act_is_in_the_audit_trail_with_its_account(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet,
    role: str, act: str, filled: dict[str, str], event: str,
) -> None:  # fmt: skip
    referrer.press(page_of(referrer, packet, role, act), which="main form", **filled)
    assert last_event(desk, packet) == (event, colleagues.account("referrer").id)


def test_a_reminder_that_was_asked_for_goes_out(desk: Desk, colleagues: Colleagues, packet: Packet) -> None:
    desk.clock.pass_days(1)
    late = colleagues.logs_in("referrer")
    late.press(page_of(late, packet, "tenant", "remind"), which="main form")
    assert last_event(desk, packet) == ("recipient:reminder:asked", colleagues.account("referrer").id)
    desk.work()
    assert "recipient:reminded" in desk.events(packet)
    page = late.get(f"{LIST}/{packet.reference}")
    assert "2 berichten" in page.text


def test_a_letter_comes_as_a_file_and_a_scan_is_kept(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    letter = referrer.press(page_of(referrer, packet, "tenant", "letter"), which="main form")
    assert letter.mimetype == "application/pdf"
    assert last_event(desk, packet) == ("recipient:letter:made", colleagues.account("referrer").id)
    path = f"{LIST}/{packet.reference}/partij/tenant/paper"
    data = {"csrf_token": referrer.csrf(path), "scan": (io.BytesIO(b"%PDF-" + b"0" * 200_000), "scan.pdf")}
    answer = referrer.client.post(path, data=data, follow_redirects=True)
    assert "Getekend op papier" in answer.text
    assert desk.now(packet.id).recipient("tenant").answer is Answer.ON_PAPER


def test_a_question_stands_with_who_asked_it(desk: Desk, referrer: Visitor, packet: Packet) -> None:
    visitor = desk.visitor()
    path = desk.path(packet, "tenant")
    visitor.read(path)
    visitor.press(visitor.get(f"{path}/vraag"), question="Mag de kat mee?")
    assert "Mag de kat mee?" in referrer.get(f"{LIST}/{packet.reference}").text


def test_a_stopped_packet_is_made_anew_once(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    assert "niet gestopt" in referrer.get(f"{LIST}/{packet.reference}/opnieuw").text
    referrer.press(referrer.get(f"{LIST}/{packet.reference}/intrekken"), which="main form")
    asks = referrer.get(f"{LIST}/{packet.reference}/opnieuw")
    after = referrer.press(asks, which="main form")
    desk.work()
    assert heading(after) == packet.title
    assert after.request.path != f"{LIST}/{packet.reference}"
    again = referrer.press(asks, which="main form")
    assert again.status_code == 409
    assert "loopt er al een nieuwe versie" in again.text
    assert desk.now(packet.id).status is Status.WITHDRAWN


def test_an_auditor_sees_messages_and_no_acts(colleagues: Colleagues, packet: Packet) -> None:
    auditor = colleagues.logs_in("auditor")
    assert acts(auditor, packet) == set()
    assert "1 bericht" in auditor.get(f"{LIST}/{packet.reference}").text


def test_every_word_of_the_rules_has_its_dutch(desk: Desk) -> None:
    for word in {telling.OTHERWISE, *(word for _, word in telling._WORDS)}:
        assert desk.services.texts.get(f"desk.wrong.{word}")
