"""Ways that are not an own mailbox: in person, a letter, a colleague, a link that was replaced."""

from __future__ import annotations

import re

import pytest

from tests import people
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.referrer import Packet
from tests.browser.visitor import Visitor
from tests.service import Service

HOST = {"name": "Noor Jansen", "email": "noor.jansen@post.voorbeeld.nl"}


def _change(
    service: Service, packet: Packet, role: str, what: str, body: dict[str, str] | None = None
) -> None:
    service.api("POST", f"/packets/{packet.reference}/recipients/{role}/{what}", json=body or {})


def _letter_code(service: Service, packet: Packet) -> str:
    answer = service.client.post(
        f"/api/v1/packets/{packet.reference}/recipients/tenant/letter",
        headers={"Authorization": f"Bearer {service.key}"},
    )
    assert answer.is_success, answer.text
    found = re.search(r"(?:[A-Z2-9]{4}-){2}[A-Z2-9]{4}", people.text_of(answer.content))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("keyboard", [False, True], ids=["pointer", "keyboard without scripts"])
def test_a_tenant_signs_in_person_on_the_device_of_a_worker(
    visitors: Visitors, service: Service, packet: Packet, keyboard: bool
) -> None:
    host = {**HOST, "email": f"host.{packet.reference.lower()}@post.voorbeeld.nl"}
    _change(service, packet, "tenant", "host", host)
    packet.addresses["tenant"] = host["email"]
    link = packet.link("tenant")
    visitor = visitors(keyboard=keyboard, javascript=not keyboard)
    visitor.opens(link)
    visitor.presses("welcome.button")
    visitor.presses("together.button")
    visitor.is_at("together.title", "wrong")
    visitor.says_who_is_there()
    visitor.opens(service.client.base_url.join("/brief").__str__())
    visitor.is_at("error.screen_locked.title")
    visitor.follows("together.on")
    visitor.signs(link)
    visitor.presses("together.done_button")
    visitor.is_at("together.back_title")
    assert ("recipient:identity:attested", "tenant") in packet.events()


def test_a_letter_opens_the_document_at_any_device(
    visitor: Visitor, service: Service, packet: Packet
) -> None:
    code = _letter_code(service, packet)
    visitor.opens(f"{service.client.base_url}/brief")
    visitor.is_at("letter_page.title")
    visitor.hands.fill(visitor.field("letter_page.label"), "abcd-efgh-jkmn")
    visitor.presses("letter_page.button")
    visitor.is_at("letter_page.title", "wrong")
    visitor.opens(f"{service.client.base_url}/brief?code={code}")
    visitor.presses("letter_page.button")
    visitor.signs(visitor.page.url)
    assert ("recipient:letter:made", "tenant") in packet.events()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_other_ways_are_whole_in_every_language(
    visitors: Visitors, served: ServedDesk, language: str
) -> None:
    desk = served.desk
    packet = desk.packet()
    desk.call("POST", f"/packets/{packet.reference}/recipients/tenant/host", json=HOST)
    visitor = visitors(language=language)
    visitor.opens(f"{served.address}/brief?taal={language}")
    visitor.is_at("letter_page.title")
    visitor.presses("letter_page.button")
    visitor.is_at("letter_page.title", "wrong")
    link = served.link(desk.now(packet.id), "tenant")
    visitor.opens(f"{link}/samen")
    visitor.is_at("together.title")
    visitor.presses("together.button")
    visitor.is_at("together.title", "wrong")
    visitor.says_who_is_there()
    visitor.opens(f"{served.address}/brief")
    visitor.is_at("error.screen_locked.title")
    visitor.follows("together.on")
    visitor.signs(link)
    visitor.presses("together.done_button")
    visitor.is_at("together.back_title")


def test_a_colleague_takes_over_and_the_old_link_explains_itself(
    visitors: Visitors, service: Service, packet: Packet
) -> None:
    old = packet.link("referring_org")
    colleague = {"name": "Kim Bakker", "function": "teamleider", "email": "kim.bakker@post.voorbeeld.nl"}
    _change(service, packet, "referring_org", "reassign", colleague)
    visitor = visitors()
    visitor.opens(old)
    visitor.is_at("error.link_revoked.title")
    packet.addresses["referring_org"] = colleague["email"]
    visitors().signs(packet.link("referring_org"))
    assert ("recipient:reassigned", "referring_org") in packet.events()


def test_a_link_that_was_taken_back_says_so(visitor: Visitor, service: Service, packet: Packet) -> None:
    link = packet.link("tenant")
    _change(service, packet, "tenant", "revoke")
    assert visitor.opens(link) == 410
    visitor.is_at("error.link_revoked.title")


def test_who_signed_on_paper_reads_that_it_was_received(
    visitor: Visitor, service: Service, packet: Packet
) -> None:
    link = packet.link("tenant")
    answer = service.client.post(
        f"/api/v1/packets/{packet.reference}/recipients/tenant/paper",
        content=b"%PDF-1.4\n% a scan\n%%EOF\n",
        headers={"Authorization": f"Bearer {service.key}", "Content-Type": "application/pdf"},
    )
    assert answer.is_success, answer.text
    visitor.opens(link)
    visitor.is_at("done.again_on_paper")
