"""Saying yes and no in a real browser, against the real service."""

from __future__ import annotations

import hashlib
from urllib.parse import urljoin

import pytest

from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.referrer import Packet, Party
from tests.browser.visitor import Visitor


def test_nobody_signs_without_ticking_the_box(visitor: Visitor, party: Party) -> None:
    visitor.comes_to_the_choice(party.link)
    visitor.follows("choose.yes_sign")
    visitor.presses("sign.button_sign")
    visitor.is_at("sign.title_sign", "unticked")

    visitor.page.get_by_role("link", name=visitor.texts.get("sign.tick")).click()
    visitor.page.keyboard.press("Space")  # the message leads to the box
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")


def test_nobody_says_no_without_a_reason_from_the_list(visitor: Visitor, open_packet: Packet) -> None:
    visitor.comes_to_the_choice(open_packet.link("tenant"))
    visitor.follows("choose.no_sign")
    visitor.presses("decline.button_sign")
    visitor.is_at("decline.title_sign", "no-reason")
    assert open_packet.now()["status"] == "sent"


def test_a_second_tab_pressed_at_the_same_second_signs_once(visitors: Visitors, party: Party) -> None:
    first = visitors()
    first.comes_to_the_button(party.link)
    second = visitors.tab(first)
    second.opens(first.page.url)
    second.ticks()

    for tab in (first, second):  # neither waits for its answer
        tab.button("sign.button_sign").click(no_wait_after=True)

    headings = {tab.waits_for("done.title_signed", "done.again_signed") for tab in (first, second)}
    assert headings == {"done.title_signed", "done.again_signed"}
    assert party.presses() == 1


def test_two_parties_who_press_at_the_same_second_both_sign(visitors: Visitors, packet: Packet) -> None:
    parties = {role: visitors() for role in ("tenant", "referring_org")}
    for role, party in parties.items():
        party.comes_to_the_button(packet.link(role))
    for party in parties.values():
        party.button("sign.button_sign").click(no_wait_after=True)

    for party in parties.values():
        party.is_at("done.title_signed")
    packet.wait_for("signed")
    assert {actor for name, actor in packet.events() if name == "recipient:signed"} == set(parties)


def test_a_question_is_sent_and_the_way_goes_on(visitor: Visitor, party: Party) -> None:
    visitor.comes_to_the_choice(party.link)
    visitor.follows("choose.question")
    visitor.is_at("question.title")
    visitor.presses("question.button")
    visitor.is_at("question.title", "empty")
    visitor.hands.fill(visitor.field("question.label"), "Mag mijn zus hier logeren?")
    visitor.presses("question.button")
    visitor.is_at("told.title")
    visitor.follows("told.on")
    visitor.follows("choose.yes_sign")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")
    assert ("recipient:question:asked", party.role) in party.packet.events()


def test_a_no_may_come_with_words(visitor: Visitor, desk_link: str) -> None:
    visitor.comes_to_the_choice(desk_link)
    visitor.follows("choose.no_sign")
    visitor.picks("decline.reasons.data_wrong")
    visitor.hands.fill(visitor.field("decline.words"), "Mijn BSN is 123456782")
    visitor.presses("decline.button_sign")
    visitor.is_at("decline.title_sign", "number")
    visitor.hands.fill(visitor.field("decline.words"), "Mijn naam is Zofia.")
    visitor.presses("decline.button_sign")
    visitor.is_at("done.title_declined", "sign")


def test_one_party_says_no_and_the_other_reads_that_it_stopped(visitors: Visitors, packet: Packet) -> None:
    visitors().declines(packet.link("tenant"), "later")

    other = visitors()
    assert other.opens(packet.link("referring_org")) == 410
    other.is_at("error.packet_declined.title")
    again = visitors()
    assert again.opens(packet.link("tenant")) == 200
    again.is_at("done.again_declined")
    assert packet.now()["status"] == "declined"


def test_the_corporation_may_withhold_its_confirmation(visitors: Visitors, served: ServedDesk) -> None:
    packet = served.desk.packet()
    served.desk.apply(packet, "tenant", "referring_org")

    visitors("acknowledge").declines(served.link(packet, "corporation"), "data_wrong")

    assert served.desk.events(packet)[-1] == "recipient:declined"
    assert served.desk.now(packet.id).status == "signed"


def test_two_parties_sign_the_corporation_confirms_and_all_get_their_copy(
    visitors: Visitors, packet: Packet
) -> None:
    for role in ("tenant", "referring_org"):
        visitors().signs(packet.link(role))
    visitors("acknowledge").signs(packet.link("corporation"))
    sealed = _hashes(packet.wait_for("delivered"), "sealed_sha256")

    owner = visitors()
    assert owner.opens(packet.link("tenant", "k")) == 200
    owner.is_at("copies.title")
    copies = [href for href in owner.hrefs() if href.endswith(".pdf")]
    assert {sealed["core"], sealed["annex"]} <= {_sha256(owner, copy) for copy in copies}

    anyone, (file,) = visitors(), (copy for copy in copies if _sha256(owner, copy) == sealed["core"])
    genuine = _fetched(owner, file)
    _hands_in(anyone, packet, genuine)
    anyone.arrives("validated-genuine", "Controlerapport")
    assert "Dit document is echt en niet veranderd" in anyone.text
    _hands_in(anyone, packet, genuine.replace(b"/Producer", b"/Producex", 1))
    anyone.arrives("validated-changed", "Controlerapport")
    assert "Dit document is niet geldig" in anyone.text


def test_the_pdf_behind_the_link_is_the_one_that_is_signed(visitor: Visitor, open_packet: Packet) -> None:
    visitor.comes_to_the_choice(open_packet.link("tenant"))
    visitor.follows("choose.yes_sign")

    shown = [_sha256(visitor, href) for href in visitor.hrefs() if href.endswith(".pdf")]

    assert set(shown) == set(_hashes(open_packet.now(), "sha256").values())


@pytest.mark.parametrize("keyboard", [False, True], ids=["pointer", "keyboard"])
def test_the_whole_way_works_without_scripts(visitors: Visitors, party: Party, keyboard: bool) -> None:
    visitors(javascript=False, keyboard=keyboard).signs(party.link)

    assert party.presses() == 1


def test_saying_no_works_with_nothing_but_a_keyboard(visitors: Visitors, desk_link: str) -> None:
    visitors(keyboard=True).declines(desk_link, "other")


def test_the_first_tab_stop_leads_past_everything_to_the_page_itself(
    visitor: Visitor, open_packet: Packet
) -> None:
    visitor.opens(open_packet.link("tenant"))
    visitor.page.keyboard.press("Tab")
    assert visitor.focused() == visitor.texts.get("site.skip")

    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")

    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


def _hands_in(visitor: Visitor, packet: Packet, pdf: bytes) -> None:
    """Gives a file to the page behind the QR code of a packet."""
    visitor.opens(f"http://{packet.service.bind}/validatie/{packet.reference}")
    given = {"name": "overeenkomst.pdf", "mimeType": "application/pdf", "buffer": pdf}
    visitor.page.locator("#bestand").set_input_files(given)  # type: ignore[arg-type]
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("button", name="Controleer", exact=True))


def _hashes(told: dict[str, object], kind: str) -> dict[str, str]:
    documents = told["documents"]
    assert isinstance(documents, list)
    return {document["name"]: document[kind] for document in documents}


def _sha256(visitor: Visitor, href: str) -> str:
    """Of a PDF behind a link, fetched with the visitor's own cookies."""
    return hashlib.sha256(_fetched(visitor, href)).hexdigest()


def _fetched(visitor: Visitor, href: str) -> bytes:
    answer = visitor.page.context.request.get(urljoin(visitor.page.url, href))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()
