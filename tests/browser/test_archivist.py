"""An archivist's day in a browser, and the page where a tenant reads who has what; every page inspected."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from signing.links import Purpose
from signing.packet import Answer
from signing.texts import PAGE_LANGUAGES
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.test_desk import logs_in
from tests.browser.visitor import Visitor
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.test_corporation import signed
from tests.signing.web.test_following import another


@pytest.fixture
def colleagues(served: ServedDesk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(served.desk)


def test_an_archivist_acknowledges_searches_and_takes_what_the_lease_needs(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    desk = served.desk
    packet = signed(desk, desk.packet())
    finished(desk, another(desk, "0000000010", address__street="Dijk", address__city="Tiel"))
    logs_in(visitor, served, colleagues, "archivist")
    visitor.is_at("desk.queue.title")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=packet.reference))
    visitor.is_at("desk.receipt.title")
    visitor.presses("desk.receipt.button")
    visitor.is_at("desk.receipt.title", "wrong")
    visitor.ticks()
    visitor.presses("desk.receipt.button")
    visitor.arrives("desk-packet-acknowledged", packet.title)
    expect(visitor.page.get_by_role("status").first).to_contain_text("U hebt de ontvangst bevestigd")
    assert desk.now(packet.id).recipient("corporation").answer is Answer.ACKNOWLEDGED
    visitor.follows("desk.menu.queue")
    visitor.is_at("desk.queue.title", "empty")

    finished(desk, packet)
    visitor.follows("desk.menu.archive")
    visitor.is_at("desk.archive.title")
    expect(visitor.page.get_by_role("status")).to_contain_text("2 pakketten")
    visitor.hands.fill(visitor.field("desk.archive.search"), "gravesandestraat")
    visitor.presses("desk.archive.button")
    visitor.is_at("desk.archive.title", "found")
    expect(visitor.page.get_by_role("status")).to_contain_text("1 pakket")
    visitor.follows("desk.archive.clear")
    visitor.field("desk.archive.since").fill("2026-12-24")
    visitor.presses("desk.archive.button")
    visitor.is_at("desk.archive.title", "none")
    visitor.field("desk.archive.since").fill("2026-11-01")
    visitor.field("desk.archive.until").fill("2026-11-30")
    visitor.presses("desk.archive.button")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=packet.reference))
    visitor.arrives("desk-packet-kept", packet.title)
    assert "Mijn begeleiding" not in visitor.text

    clause = visitor.page.get_by_label("In gewone taal")
    clause.focus()
    visitor.page.keyboard.press("Control+a")
    chosen = "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)"
    assert visitor.page.evaluate(chosen) == f"Bij deze huur hoort {packet.reference}."
    address = f"{served.address}/bureau/pakketten/{packet.reference}"
    for path, kind in (
        ("document/core.pdf", "pdf"),
        ("rapport/core.pdf", "pdf"),
        ("rapport/core.json", "json"),
    ):
        answer = visitor.page.request.get(f"{address}/{path}")
        assert answer.ok
        assert kind in answer.headers["content-type"]


def test_an_auditor_reads_who_looked(served: ServedDesk, colleagues: Colleagues, visitor: Visitor) -> None:
    packet = finished(served.desk, served.desk.packet())
    colleagues.logs_in("referrer").get(f"/bureau/pakketten/{packet.reference}")
    logs_in(visitor, served, colleagues, "auditor")
    visitor.follows("desk.menu.access")
    visitor.is_at("desk.access.title")
    assert "Referrer" in visitor.text


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_a_tenant_reads_who_has_the_documents(
    served: ServedDesk, colleagues: Colleagues, visitors: Visitors, language: str
) -> None:
    packet = finished(served.desk, served.desk.packet())
    colleagues.logs_in("archivist").get(f"/bureau/pakketten/{packet.reference}")
    visitor = visitors(language=language)
    copy = served.desk.path(packet, "tenant", Purpose.COPY)
    visitor.opens(f"{served.address}{copy}?taal={language}")
    visitor.follows("mine.title")
    visitor.is_at("mine.title")
    visitor.follows("mine.back")
    visitor.is_at("copies.title")
