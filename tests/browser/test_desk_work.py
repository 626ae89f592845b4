"""A referrer at work in a browser: a packet made, looked at and steered; every page inspected."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from signing import filling
from signing.packet import Status
from tests import people
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.test_desk import logs_in
from tests.browser.visitor import Visitor
from tests.signing.web.colleagues import Colleagues, finished


@pytest.fixture
def colleagues(served: ServedDesk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(served.desk)


def fills_in(visitor: Visitor, form: dict[str, str]) -> None:
    """Types or chooses a value for every key."""
    for key, text in form.items():
        field = visitor.page.locator(f'[id="{key}"]')
        if field.evaluate("e => e.localName") == "select":
            field.select_option(text)
        else:
            field.fill(text)


def test_a_referrer_makes_a_packet_looks_at_it_and_sends_it(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    desk = served.desk
    logs_in(visitor, served, colleagues, "referrer")
    visitor.follows("desk.packets.new")
    visitor.is_at("desk.new.title")
    visitor.presses("desk.new.button")
    visitor.arrives("desk-draft", "Begeleidingsovereenkomst")
    visitor.presses("desk.draft.make")
    visitor.arrives("desk-draft-wrong", "Begeleidingsovereenkomst")
    manifest = desk.services.catalog.manifest(people.GUIDANCE)
    form = filling.written(manifest, filling.carried(manifest, desk.sample()))
    first = {key: text for key, text in form.items() if "[" not in key or "[0]" in key}
    visitor.hands.press(visitor.page.locator("details.known summary"))
    fills_in(visitor, first)
    visitor.presses("desk.draft.make")
    visitor.arrives("desk-packet-making", "Begeleidingsovereenkomst")
    desk.work()
    visitor.page.reload()
    visitor.arrives("desk-packet-ready", "Begeleidingsovereenkomst")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name="Bekijk Mijn begeleiding"))
    visitor.arrives("desk-look", "Mijn begeleiding")
    visitor.follows("desk.withdraw.back")
    visitor.presses("desk.packet.send_at_button")
    visitor.arrives("desk-packet-moment-wrong", "Begeleidingsovereenkomst")
    visitor.presses("desk.packet.send")
    desk.work()
    visitor.page.reload()
    visitor.arrives("desk-packet-sent", "Begeleidingsovereenkomst")


@pytest.mark.parametrize("act", ["correct", "reassign", "paper", "letter", "revoke"])
def test_a_referrer_comes_to_the_page_of_an_act(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor, act: str
) -> None:
    packet = served.desk.packet()
    role = "referring_org" if act == "reassign" else "tenant"
    logs_in(visitor, served, colleagues, "referrer")
    visitor.opens(f"{served.address}/bureau/pakketten/{packet.reference}/partij/{role}/{act}")
    title = visitor.texts.get(f"desk.act.title.{act}")
    visitor.arrives(f"desk-act-{act}", title)


def test_a_wrong_address_is_corrected_with_the_keyboard(
    served: ServedDesk, colleagues: Colleagues, visitors: Visitors
) -> None:
    packet = served.desk.packet()
    visitor = visitors(keyboard=True, javascript=False)
    logs_in(visitor, served, colleagues, "referrer")
    visitor.opens(f"{served.address}/bureau/pakketten/{packet.reference}")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=re.compile("Verbeter het adres")).first)
    visitor.page.locator("#email").fill("geen adres")
    visitor.presses("desk.act.button.correct")
    visitor.is_at("desk.act.title.correct", "wrong")
    visitor.page.locator("#email").fill("beter@voorbeeld.nl")
    visitor.presses("desk.act.button.correct")
    visitor.arrives("desk-packet-corrected", packet.title)
    expect(visitor.page.get_by_role("status").first).to_contain_text("Het adres is verbeterd")


def test_a_stopped_packet_is_made_anew_and_a_delivered_one_can_be_transferred(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    packet = served.desk.packet()
    logs_in(visitor, served, colleagues, "referrer")
    visitor.opens(f"{served.address}/bureau/pakketten/{packet.reference}/intrekken")
    visitor.presses("desk.withdraw.button")
    visitor.follows("desk.packet.reopen")
    visitor.is_at("desk.reopen.title")
    visitor.presses("desk.reopen.button")
    visitor.arrives("desk-packet-anew", packet.title)
    again = visitor.page.url.rpartition("/")[2]
    served.desk.work()
    with served.desk.services.store.read() as tx:
        found = tx.packets.by_reference(again.replace("-", ""))
    assert found.status is Status.SENT
    finished(served.desk, found)
    visitor.page.reload()
    visitor.arrives("desk-packet-delivered", packet.title)
    expect(visitor.button("desk.packet.transfer")).to_be_visible()
