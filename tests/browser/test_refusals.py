"""Every page that says no, each with its reason and what to do: states that take a real service weeks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing import ceremony
from signing.ceremony import Evidence
from signing.links import Purpose
from signing.packet import Status
from tests.browser.conftest import ServedDesk
from tests.browser.referrer import Packet
from tests.browser.visitor import Visitor

SOMEBODY = Evidence("192.0.2.7", "a browser")


@pytest.mark.parametrize("wrong", ["s/nothing", "k/nothing", "s/eyJh.bGci.T2lK"])
def test_a_wrong_link(visitor: Visitor, served: ServedDesk, wrong: str) -> None:
    assert visitor.opens(f"{served.address}/{wrong}") == 404
    visitor.is_at("error.link_wrong.title")


def test_a_link_that_was_replaced(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    link = served.link(packet, "tenant")
    served.desk.change(packet, "tenant", link_serial=2)
    assert visitor.opens(link) == 410
    visitor.is_at("error.link_revoked.title")


def test_a_packet_past_its_term(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    link = served.link(packet, "tenant")
    served.desk.clock.pass_days(30)
    assert visitor.opens(link) == 410
    visitor.is_at("error.packet_expired.title")


def test_a_term_that_passes_while_the_page_is_open(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    visitor.comes_to_the_button(served.link(packet, "tenant"))
    served.desk.clock.pass_days(30)
    visitor.presses("sign.button_sign")
    visitor.is_at("error.packet_expired.title")


def test_a_packet_that_was_taken_back(visitor: Visitor, packet: Packet) -> None:
    link = packet.link("tenant")
    visitor.comes_to_the_button(link)
    packet.service.api("POST", f"/packets/{packet.reference}/withdraw")
    visitor.presses("sign.button_sign")
    visitor.is_at("error.packet_withdrawn.title")
    assert visitor.opens(link) == 410
    assert packet.now()["status"] == "withdrawn"


def test_who_is_not_at_turn(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    assert visitor.opens(served.link(packet, "corporation")) == 409
    visitor.is_at("error.out_of_turn.title")
    assert packet.recipient("tenant").label in visitor.text


def test_a_packet_that_is_finished(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    with served.desk.services.store.write() as tx:
        tx.packets.save(replace(tx.packets.get(packet.id), status=Status.SEALED))
    assert visitor.opens(served.link(packet, "corporation")) == 410
    visitor.is_at("error.packet_finished.title")


def test_a_document_that_is_not_the_one_on_the_screen(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    visitor.comes_to_the_button(served.link(packet, "tenant"))
    visitor.page.evaluate("document.querySelector('[name=on_screen]').value = '0'.repeat(64)")
    visitor.presses("sign.button_sign")
    visitor.is_at("error.shown_otherwise.title")
    visitor.follows("error.read")
    visitor.is_at("read.title", "sign")
    assert served.desk.now(packet.id).recipient("tenant").answer is None


def test_a_link_to_a_copy_that_is_too_old(visitor: Visitor, served: ServedDesk) -> None:
    packet = served.desk.packet()
    served.desk.seal(packet)
    path = served.desk.path(packet, "tenant", Purpose.COPY)
    served.desk.clock.pass_days(91)
    assert visitor.opens(f"{served.address}{path}") == 410
    visitor.is_at("error.link_expired.title")


def test_a_page_that_is_not_there(visitor: Visitor, served: ServedDesk) -> None:
    assert visitor.opens(f"{served.address}/nergens") == 404
    visitor.is_at("error.no_page.title")


def test_a_form_that_is_opened_as_a_page(visitor: Visitor, served: ServedDesk) -> None:
    assert visitor.opens(f"{served.link(served.desk.packet(), 'tenant')}/open") == 405
    visitor.is_at("error.wrong_way.title")


def test_a_fault_of_our_own(visitor: Visitor, served: ServedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    link = served.link(served.desk.packet(), "tenant")

    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(ceremony, "welcome", broken)
    assert visitor.opens(link) == 500
    visitor.is_at("error.inside.title")
    assert "secret" not in visitor.page.content()
