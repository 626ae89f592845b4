"""The whole ceremony in English and Arabic: every page and state that a person can come to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from signing.links import Purpose
from signing.texts import PAGE_LANGUAGES
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.referrer import Party
from tests.browser.visitor import Visitor

TITLE = "Begeleidingsovereenkomst"
TRANSLATED = pytest.mark.parametrize("language", ["en", "ar"])


@TRANSLATED
def test_signing_in_another_language_from_the_mail_to_the_last_page(
    visitor: Visitor, party: Party, language: str
) -> None:
    visitor.opens(party.link)
    visitor.is_at("welcome.title", "sign")
    visitor.chooses(language)
    visitor.is_at("welcome.title", "sign")
    visitor.presses("welcome.button")
    visitor.is_at("prove.title")
    visitor.hands.fill(visitor.field("prove.label"), "12 34 5")
    visitor.presses("prove.button")
    visitor.is_at("prove.title", "wrong")
    visitor.lets_itself_in(party.link)
    visitor.is_at("read.title", "sign")
    visitor.presses("read.button")
    visitor.is_at("choose.title_sign")
    visitor.follows("choose.yes_sign")
    visitor.is_at("sign.title_sign")
    visitor.presses("sign.button_sign")
    visitor.is_at("sign.title_sign", "not-ticked")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")
    assert party.presses() == 1


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_pages_beside_the_way_in_every_language(
    visitors: Visitors, served: ServedDesk, language: str
) -> None:
    packet = served.desk.packet()
    visitor = visitors()
    link = served.link(packet, "tenant")
    visitor.opens(link)
    visitor.chooses(language)
    visitor.comes_to_the_choice(link)
    visitor.follows("choose.question")
    visitor.is_at("question.title")
    visitor.presses("question.button")
    visitor.is_at("question.title", "empty")
    visitor.hands.fill(visitor.field("question.label"), "?")
    visitor.presses("question.button")
    visitor.is_at("told.title")
    visitor.follows("told.on")
    visitor.follows("choose.no_sign")
    visitor.is_at("decline.title_sign")
    visitor.presses("decline.button_sign")
    visitor.is_at("decline.title_sign", "no-reason")
    visitor.picks("decline.reasons.later")
    visitor.presses("decline.button_sign")
    visitor.is_at("done.title_declined", "sign")
    visitor.opens(served.link(packet, "referring_org"))
    visitor.is_at("error.packet_declined.title")


@TRANSLATED
def test_other_doors_in_another_language(visitor: Visitor, served: ServedDesk, language: str) -> None:
    packet = served.desk.packet()
    visitor.opens(served.address)
    visitor.chooses(language)
    visitor.is_at("home.title")
    visitor.opens(f"{served.address}/s/nothing")
    visitor.is_at("error.link_wrong.title")
    visitor.opens(served.link(packet, "corporation"))
    visitor.is_at("error.out_of_turn.title")
    served.desk.seal(packet)
    visitor.opens(f"{served.address}{served.desk.path(packet, 'tenant', Purpose.COPY)}")
    visitor.is_at("copies.title")


def test_the_pages_of_a_document_as_pictures(visitor: Visitor, party: Party) -> None:
    visitor.comes_to_the_text(party.link)
    visitor.follows("leaves.open", title=TITLE)
    for language in PAGE_LANGUAGES:
        visitor.chooses(language)
        pictures = visitor.page.get_by_role("main").locator("img")
        expect(pictures.first).to_have_js_property("naturalWidth", 820)
        visitor.is_at("leaves.title")
    assert not [address for address in visitor.watch.requests if "/groot/" in address]
    visitor.follows("leaves.back")
    visitor.is_at("read.title", "sign")


def test_who_speaks_arabic_gets_the_explanation_at_once_and_can_hear_it(
    visitor: Visitor, desk_link: str
) -> None:
    visitor.opens(desk_link)
    visitor.chooses("ar")
    visitor.comes_to_the_text(desk_link)
    visitor.follows("leaflet.read", title="In het kort")
    assert visitor.page.locator(".document").get_attribute("lang") == "ar"
    assert not [address for address in visitor.watch.requests if address.endswith(".mp3")]
    heard = visitor.page.evaluate(
        """() => new Promise(resolve => {
          const audio = document.querySelector('audio')
          audio.addEventListener('loadedmetadata', () => resolve(audio.duration))
          audio.addEventListener('error', () => resolve(0))
          audio.preload = 'metadata'
          audio.load()
        })"""
    )
    assert heard > 60, "seconds"
