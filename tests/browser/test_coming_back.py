"""Nothing is lost: back, reload, another phone, no connection, no cookies."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.referrer import Party
from tests.browser.visitor import Visitor


def test_back_and_forward_lead_where_the_reader_was(visitor: Visitor, desk_link: str) -> None:
    visitor.comes_to_the_choice(desk_link)
    visitor.follows("choose.no_sign")
    visitor.goes_back()
    visitor.is_at("choose.title_sign")
    visitor.goes_back()
    visitor.is_at("read.title", "sign")
    visitor.presses("read.button")
    visitor.follows("choose.yes_sign")
    visitor.is_at("sign.title_sign")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")


def test_back_after_the_answer_says_that_it_was_given(visitor: Visitor, party: Party) -> None:
    visitor.signs(party.link)
    for _ in range(3):
        visitor.goes_back()
        visitor.is_at("done.again_signed")
    assert party.presses() == 1


def test_back_after_a_mistake_that_was_mended_shows_no_error_of_the_browser(
    visitor: Visitor, desk_link: str
) -> None:
    visitor.comes_to_the_choice(desk_link)
    visitor.follows("choose.yes_sign")
    visitor.presses("sign.button_sign")
    visitor.is_at("sign.title_sign", "unticked")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")

    visitor.goes_back()
    visitor.is_at("done.again_signed")


def test_reload_repeats_no_answer(visitor: Visitor, party: Party) -> None:
    visitor.comes_to_the_choice(party.link)
    visitor.page.reload()
    visitor.is_at("choose.title_sign")
    visitor.follows("choose.yes_sign")
    visitor.ticks()
    visitor.page.reload()
    visitor.is_at("sign.title_sign")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.page.reload()
    visitor.is_at("done.title_signed")
    assert party.presses() == 1


def test_who_goes_on_at_another_phone_has_not_lost_the_way(visitors: Visitors, party: Party) -> None:
    link = party.link
    visitors().comes_to_the_choice(link)

    elsewhere = visitors()
    elsewhere.opens(f"{link}/tekenen")
    elsewhere.is_at("prove.title_none")  # another device proves it again, and has lost nothing
    elsewhere.opens(link)
    elsewhere.presses("welcome.button")
    elsewhere.types_the_code(link)
    elsewhere.opens(f"{link}/tekenen")
    elsewhere.is_at("sign.title_sign")
    elsewhere.ticks()
    elsewhere.presses("sign.button_sign")
    elsewhere.is_at("done.title_signed")


def test_who_loses_the_connection_at_the_button_presses_again(visitor: Visitor, party: Party) -> None:
    visitor.comes_to_the_button(party.link)
    visitor.page.context.set_offline(True)
    with visitor.page.expect_event("requestfailed"):
        visitor.button("sign.button_sign").click(no_wait_after=True)
    expect(visitor.heading).not_to_have_text(visitor.texts.get("sign.title_sign"))  # Chromium's own error
    assert party.presses() == 0
    visitor.page.context.set_offline(False)
    visitor.watch.forgive("net::ERR_INTERNET_DISCONNECTED")

    visitor.goes_back()  # the failed press took the place of the page itself in Chromium's history
    visitor.is_at("choose.title_sign")
    visitor.follows("choose.yes_sign")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")


def test_a_browser_that_keeps_no_cookies_is_told_so_and_loses_nothing(
    visitor: Visitor, desk_link: str
) -> None:
    visitor.comes_to_the_button(desk_link)
    visitor.page.context.clear_cookies()
    visitor.presses("sign.button_sign")
    visitor.is_at("error.form_old.title")

    visitor.follows("error.reload")
    visitor.is_at("sign.title_sign")
    visitor.ticks()
    visitor.presses("sign.button_sign")
    visitor.is_at("done.title_signed")


def test_who_skips_the_reading_comes_to_the_text_first(visitor: Visitor, desk_link: str) -> None:
    visitor.opens(f"{desk_link}/tekenen")
    visitor.is_at("read.title", "sign")
