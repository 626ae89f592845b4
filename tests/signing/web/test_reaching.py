"""The sender changes how a recipient is reached: every change closes the old link, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from signing.packet import Channel, Packet, Status
from tests.signing.web.desk import OTHER_KEY, Desk, heading

COLLEAGUE = {"name": "Kim Bakker", "function": "teamleider", "email": "kim@zorg.voorbeeld.nl"}
HOST = {"name": "Noor Jansen", "email": "noor@zorg.voorbeeld.nl"}


def _call(desk: Desk, packet: Packet, role: str, what: str, body: Any = None, key: str | None = None) -> Any:
    given = {"json": body} if body is not None else {}
    path = f"/packets/{packet.reference}/recipients/{role}/{what}"
    return desk.call("POST", path, **given, **({"key": key} if key else {}))


@pytest.mark.parametrize("what", ["remind", "revoke", "renew", "letter"])
def test_nobody_changes_the_packet_of_another_client(desk: Desk, packet: Packet, what: str) -> None:
    before = desk.everything()
    assert _call(desk, packet, "tenant", what, key=OTHER_KEY).status_code == 404
    assert desk.everything() == before


@pytest.mark.parametrize(
    ("what", "body", "fields"),
    [
        ("correct", {}, ["email"]),
        ("correct", {"email": "geen adres"}, ["email"]),
        ("correct", {"email": "geen adres", "mobile": "abc"}, ["email", "mobile"]),
        ("reassign", {"name": "", "function": "", "email": ""}, ["name", "email", "function"]),
        ("host", {"name": "", "email": "x"}, ["name", "email"]),
        ("correct", {"e_mail": "a@voorbeeld.nl"}, ["e_mail"]),
    ],
)
def test_all_problems_of_a_change_are_told_at_once(
    desk: Desk, packet: Packet, what: str, body: dict[str, str], fields: list[str]
) -> None:
    before = desk.everything()
    answer = _call(desk, packet, "tenant", what, body)
    assert answer.status_code == 422, answer.text
    assert [problem["field"] for problem in answer.json["problems"]] == fields
    assert desk.everything() == before


def test_a_person_is_not_reassigned_and_an_organisation_not_hosted(desk: Desk, packet: Packet) -> None:
    assert _call(desk, packet, "tenant", "reassign", COLLEAGUE).status_code == 409
    assert _call(desk, packet, "referring_org", "host", HOST).status_code == 409
    assert _call(desk, packet, "referring_org", "letter").status_code == 409
    assert _call(desk, packet, "nobody", "revoke").status_code == 404


def test_who_answered_is_left_alone(desk: Desk, packet: Packet) -> None:
    desk.visitor().sign(desk.path(packet, "tenant"))
    for what, body in (("revoke", None), ("renew", None), ("correct", {"email": "a@voorbeeld.nl"})):
        assert _call(desk, packet, "tenant", what, body).status_code == 409


def test_a_corrected_address_gets_a_new_link_and_the_old_one_explains_itself(
    desk: Desk, packet: Packet
) -> None:
    old = desk.path(packet, "tenant")
    assert _call(desk, packet, "tenant", "correct", {"email": "beter@voorbeeld.nl"}).status_code == 202
    desk.work()
    page = desk.visitor().get(old)
    assert page.status_code == 410
    assert heading(page) == "Deze link is vervangen"
    new = desk.mailed_paths()["beter@voorbeeld.nl"]
    assert desk.visitor().get(new).status_code == 200
    assert "recipient:address:corrected" in desk.events(packet)


def test_what_was_read_with_the_old_link_is_read_again(desk: Desk, packet: Packet) -> None:
    desk.visitor().read(desk.path(packet, "tenant"))
    _call(desk, packet, "tenant", "renew")
    recipient = desk.now(packet.id).recipient("tenant")
    assert recipient.shown_at is None
    assert recipient.opened_at is None
    assert recipient.link_serial == 2


def test_a_colleague_gets_the_link_and_signs(desk: Desk, packet: Packet) -> None:
    assert _call(desk, packet, "referring_org", "reassign", COLLEAGUE).status_code == 202
    desk.work()
    assert "Kim Bakker" in desk.visitor().get(desk.mailed_paths()[COLLEAGUE["email"]]).text
    assert desk.now(packet.id).recipient("referring_org").name == "Kim Bakker"


def test_a_revoked_link_stays_closed_until_it_is_renewed(desk: Desk, packet: Packet) -> None:
    _call(desk, packet, "tenant", "revoke")
    desk.work()
    revoked = desk.now(packet.id)
    assert revoked.recipient("tenant").revoked_at is not None
    assert revoked.recipient("tenant").invited_at is None
    assert desk.visitor().get(desk.path(packet, "tenant")).status_code == 410
    _call(desk, packet, "tenant", "renew")
    desk.work()
    again = desk.now(packet.id)
    assert again.recipient("tenant").invited_at is not None
    assert desk.visitor().get(desk.path(again, "tenant")).status_code == 200


def test_the_sender_sees_every_message_and_what_became_of_it(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    visitor.press(visitor.get(desk.path(packet, "tenant")))
    messages = desk.call("GET", f"/packets/{packet.reference}").json["messages"]
    states = {(m["role"], m["kind"]): m["state"] for m in messages}
    assert states == {("tenant", "invite"): "opened", ("referring_org", "invite"): "sent"}


def test_who_has_a_mobile_and_no_mail_gets_the_link_as_a_text_message(desk: Desk) -> None:
    data = desk.sample()
    del data["tenant"]["email"]
    data["tenant"]["mobile"] = "06 12 34 56 78"
    packet = desk.packet(data=data)
    assert packet.recipient("tenant").channel is Channel.SMS
    (text,) = [file.read_text() for file in (desk.mail.parent / "sms").glob("*.sms")]
    assert desk.path(packet, "tenant") in text
    assert packet.reference not in text
    assert packet.recipient("tenant").name not in text


def test_only_a_stopped_packet_is_made_anew(desk: Desk, packet: Packet) -> None:
    answer = desk.call("POST", f"/packets/{packet.reference}/reopen", json={})
    assert answer.status_code == 409
    assert "Withdraw it first" in answer.json["detail"]


def test_a_new_version_says_which_one_it_follows_and_can_be_made_once(desk: Desk, packet: Packet) -> None:
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    answer = desk.call("POST", f"/packets/{packet.reference}/reopen", json={})
    assert answer.status_code == 202, answer.text
    desk.work()
    again = desk.call("GET", answer.headers["Location"].removeprefix("/api/v1")).json
    assert again["previous"] == packet.reference
    assert again["reference"] != packet.reference
    assert again["status"] == Status.SENT
    assert desk.call("POST", f"/packets/{packet.reference}/reopen", json={}).status_code == 409
    assert desk.now(packet.id).status is Status.WITHDRAWN
