"""Stuck work at the desk: the operator's list of all of it, and another try by who sent the packet."""

from __future__ import annotations

from typing import cast

import pytest

from signing.packet import Packet
from signing.store import Stuck
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Notebook, Visitor, heading, soup

LIST, STEP, REASON = "/bureau/vastgelopen", "copy:tenant", "MailRefused: 550"


@pytest.fixture
def stuck(desk: Desk, packet: Packet) -> Packet:
    """A packet with one step that waits for a human."""
    with desk.services.store.write() as tx:
        tx.attention.put(Stuck(packet.id, STEP, 7, desk.clock(), REASON))
    cast(Notebook, desk.services.agenda).tasks.clear()
    return packet


def waiting(desk: Desk, *, given_up: bool = False) -> list[str]:
    with desk.services.store.read() as tx:
        return [each.step for each in tx.attention.all(given_up=given_up)]


def promised(desk: Desk) -> list[str]:
    """Names of the steps that are to be done."""
    return [task.name for task in cast(Notebook, desk.services.agenda).tasks]


def test_nobody_gives_up_what_is_not_stuck(desk: Desk, packet: Packet, colleagues: Colleagues) -> None:
    operator = colleagues.logs_in("operator")
    assert operator.get(f"{LIST}/{packet.id}/{STEP}/opgeven").status_code == 404
    data = {"csrf_token": operator.csrf_of_session()}
    for act in ("opnieuw", "opgeven"):
        assert operator.client.post(f"{LIST}/{packet.id}/{STEP}/{act}", data=data).status_code == 404
    assert "Er is niets vastgelopen." in operator.get(LIST).text


def test_another_organisation_cannot_try_again(desk: Desk, stuck: Packet, colleagues: Colleagues) -> None:
    for who in ("other referrer", "archivist", "admin", "auditor"):
        visitor = colleagues.logs_in(who)
        path = f"/bureau/pakketten/{stuck.reference}/vastgelopen/{STEP}/opnieuw"
        answer = visitor.client.post(path, data={"csrf_token": visitor.csrf_of_session()})
        assert answer.status_code in (403, 404), who
    assert waiting(desk) == [STEP]


def test_the_list_says_reason_and_since_and_nothing_of_the_packet(
    desk: Desk, stuck: Packet, colleagues: Colleagues
) -> None:
    page = colleagues.logs_in("operator").get(LIST)
    assert heading(page) == "Vastgelopen werk"
    row = soup(page).select_one(".list tbody tr").get_text(" ", strip=True)
    for said in (STEP, stuck.id, REASON, "november"):
        assert said in row
    assert stuck.reference not in page.text
    assert "Aylin" not in page.text


def test_the_operator_has_it_tried_again(desk: Desk, stuck: Packet, colleagues: Colleagues) -> None:
    operator = colleagues.logs_in("operator")
    after = operator.press(operator.get(LIST), which="main form")
    assert "De dienst probeert het nu opnieuw." in after.text
    assert waiting(desk) == []
    assert promised(desk) == [STEP]


def test_giving_up_asks_first_and_says_whose_account_did(
    desk: Desk, stuck: Packet, colleagues: Colleagues
) -> None:
    operator = colleagues.logs_in("operator")
    page = operator.get(f"{LIST}/{stuck.id}/{STEP}/opgeven")
    assert waiting(desk) == [STEP]
    after = operator.press(page, which="main form")
    assert "Het werk is opgegeven." in after.text
    assert waiting(desk) == []
    assert waiting(desk, given_up=True) == [STEP]
    assert promised(desk) == []
    with desk.services.store.read() as tx:
        last = tx.trail.of(stuck.id)[-1]
    account = colleagues.account("operator").id
    assert (last.name, dict(last.data)) == (
        "packet:work:abandoned", {"step": STEP, "failure": "MailRefused", "account": account}
    )  # fmt: skip


def test_a_referrer_has_the_own_packet_tried_again(
    desk: Desk, stuck: Packet, referrer: Visitor, colleagues: Colleagues
) -> None:
    page = referrer.get(f"/bureau/pakketten/{stuck.reference}")
    assert "Probeer opnieuw" in page.text
    auditor = colleagues.logs_in("auditor").get(f"/bureau/pakketten/{stuck.reference}")
    assert "Probeer opnieuw" not in auditor.text
    after = referrer.press(page, which="main form")
    assert "Vastgelopen" not in soup(after).select_one("main").get_text()
    assert promised(desk) == [STEP]
