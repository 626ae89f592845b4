"""Pages in Dutch, English and Arabic: chosen by the reader, kept by the browser, told to the trail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from signing.links import Purpose
from signing.packet import Packet
from signing.texts import page_texts
from tests.signing.web.desk import Desk, heading, soup

STATEMENT = "U tekent deze Nederlandse zin. Alleen de Nederlandse tekst geldt."


def frame(page: TestResponse) -> tuple[str, str]:
    """Language and direction of a page."""
    html = soup(page).html
    assert html is not None
    return str(html["lang"]), str(html["dir"])


def languages(desk: Desk, packet: Packet) -> list[object]:
    """The languages of the audit trail, oldest first."""
    with desk.services.store.read() as tx:
        return [event.data["language"] for event in tx.trail.of(packet.id) if "language" in event.data]


@pytest.mark.parametrize("language", ["tlh", "NL", "ar/../en", "", "a" * 5000])
def test_a_language_without_pages_is_a_page_that_is_not_there(
    desk: Desk, packet: Packet, language: str
) -> None:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}?taal={language}")
    assert (page.status_code, heading(page)) == (404, "Deze pagina is er niet")
    assert "huurzegel_taal" not in str(page.headers.getlist("Set-Cookie"))


def test_a_cookie_that_was_made_up_is_not_looked_at(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    visitor.client.set_cookie("huurzegel_taal", "tlh")
    assert frame(visitor.get(desk.path(packet, "tenant"))) == ("nl", "ltr")


def test_a_form_that_says_it_stood_in_another_language_is_refused(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    before = desk.events(packet)
    answer = visitor.press(visitor.get(path), shown_in="tlh")
    assert answer.status_code == 404
    assert desk.events(packet) == before


def test_choosing_a_language_changes_nothing_but_a_closed_cookie(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    before = desk.everything()
    page = visitor.get(f"{path}?taal=ar")
    (cookie,) = [each for each in page.headers.getlist("Set-Cookie") if each.startswith("huurzegel_taal=ar")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert desk.everything() == before


def test_a_reader_gets_dutch_and_the_switch_leads_to_the_same_page_in_each_language(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    page = visitor.get(path)
    assert frame(page) == ("nl", "ltr")
    links = soup(page).select(".tongues a")
    assert [(link.get_text(), link["href"]) for link in links] == [
        ("Nederlands", f"{path}?taal=nl"),
        ("English", f"{path}?taal=en"),
        ("العربية", f"{path}?taal=ar"),
    ]
    for language, direction in (("ar", "rtl"), ("en", "ltr")):
        chosen = visitor.get(f"{path}?taal={language}")
        assert frame(chosen) == (language, direction)
        assert heading(chosen) == page_texts(language).count("welcome.title", 2)
        assert frame(visitor.get(f"{path}/lezen")) == (language, direction), "the browser keeps it"


def test_the_packet_knows_the_language_of_its_reader_until_the_reader_chooses(
    desk: Desk, packet: Packet
) -> None:
    desk.change(packet, "tenant", language="ar")
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    assert frame(visitor.get(path)) == ("ar", "rtl")
    assert frame(visitor.get(f"{path}?taal=nl")) == ("nl", "ltr")
    assert frame(visitor.get(path)) == ("nl", "ltr")


def test_a_reader_of_a_language_without_pages_gets_dutch_ones(desk: Desk, packet: Packet) -> None:
    desk.change(packet, "tenant", language="tr")
    assert frame(desk.visitor().get(desk.path(packet, "tenant"))) == ("nl", "ltr")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_way_in_another_language_is_written_down(desk: Desk, packet: Packet, language: str) -> None:
    path, visitor, texts = desk.path(packet, "tenant"), desk.visitor(), page_texts(language)
    visitor.get(f"{path}?taal={language}")
    done = visitor.sign(path)
    assert heading(done) == texts.get("done.title_signed")
    assert set(languages(desk, packet)) == {language}


def test_the_trail_says_the_language_of_the_page_also_when_another_tab_changed_it(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    page = visitor.get(f"{path}?taal=en")
    visitor.get(f"{path}?taal=ar")
    visitor.press(page)
    assert languages(desk, packet) == ["en"]


def test_who_signs_sees_the_translation_beside_the_dutch_that_counts(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.read(path)
    recipient = packet.recipient("tenant")
    for language in ("en", "ar"):
        words = desk.services.catalog.translation(packet.type, language)
        assert words is not None
        page = soup(visitor.get(f"{path}/tekenen?taal={language}"))
        box = page.select_one(".agree-box")
        assert box is not None
        (dutch,) = box.select('[lang="nl"]')
        assert dutch.get_text() == recipient.statement
        assert words.roles["tenant"].statement in box.label.get_text()  # type: ignore[union-attr]
        assert page_texts(language).get("sign.dutch") in box.get_text()
        assert words.roles["tenant"].consequence in page.get_text()
        assert recipient.consequence in page.get_text()
        assert words.titles["core"] in page.get_text()
    assert STATEMENT not in visitor.get(f"{path}/tekenen?taal=nl").text, "a Dutch page has one statement"


def test_a_translation_of_another_statement_is_not_shown(desk: Desk, packet: Packet) -> None:
    """The packet is of before; the template has other words now."""
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.read(path)
    desk.change(packet, "tenant", statement="Ik ga akkoord.")
    page = soup(visitor.get(f"{path}/tekenen?taal=en"))
    box = page.select_one(".agree-box")
    assert box is not None
    assert box.get_text().strip() == "Ik ga akkoord."


def test_the_documents_stay_dutch_and_say_so(desk: Desk, packet: Packet) -> None:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/lezen?taal=ar")
    articles = soup(page).select("article")
    assert articles
    assert {(each["lang"], each["dir"]) for each in articles} == {("nl", "ltr")}


def test_the_explanation_is_in_the_language_of_the_pages_unless_another_is_chosen(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.get(f"{path}?taal=ar")
    for asked, shown in (("", "ar"), ("?taal=tr", "tr")):
        page = visitor.get(f"{path}/in-het-kort{asked}")
        assert frame(page) == ("ar", "rtl")
        text = soup(page).select_one(".document")
        assert text is not None
        assert text["lang"] == shown


def test_refusals_and_copies_speak_the_chosen_language(desk: Desk, packet: Packet) -> None:
    visitor, arabic = desk.visitor(), page_texts("ar")
    visitor.get("/?taal=ar")
    assert heading(visitor.get("/")) == arabic.get("home.title")
    assert heading(visitor.get("/s/nothing")) == arabic.get("error.link_wrong.title")
    assert heading(visitor.get("/nothing")) == arabic.get("error.no_page.title")
    turn = visitor.get(desk.path(packet, "corporation"))
    assert heading(turn) == arabic.get("error.out_of_turn.title")
    assert "المستأجر" in turn.text
    assert "Huurder" not in turn.text
    desk.seal(packet)
    copies = visitor.get(desk.path(packet, "tenant", Purpose.COPY))
    assert heading(copies) == arabic.get("copies.title.many")


def test_after_a_form_without_a_page_the_switch_leads_to_the_first_page(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    page = desk.visitor().client.post(f"{path}/open")
    assert page.status_code == 400
    assert {str(link["href"]) for link in soup(page).select(".tongues a")} == {
        f"{path}?taal={language}" for language in ("nl", "en", "ar")
    }


@pytest.mark.parametrize(
    ("path", "here"), [("//elsewhere.example/x", "/elsewhere.example/x"), ('/a?b"c', "/a%3Fb%22c")]
)
def test_the_switch_never_leads_to_another_host_or_page(desk: Desk, path: str, here: str) -> None:
    page = desk.visitor().client.get("/", environ_overrides={"PATH_INFO": path})
    assert page.status_code == 404
    assert {str(link["href"]).partition("?")[0] for link in soup(page).select(".tongues a")} == {here}


def test_pages_for_who_works_with_the_service_stay_dutch(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    visitor.client.set_cookie("huurzegel_taal", "ar")
    for path in ("/ontwikkeling/post", "/validate"):
        page = visitor.get(path)
        assert frame(page) == ("nl", "ltr")
        assert soup(page).select(".tongues") == []


def test_a_service_behind_https_keeps_the_choice_safely(desk: Desk, packet: Packet) -> None:
    config = desk.services.config.model_copy(update={"base_url": "https://teken.voorbeeld.nl"})
    secure = replace(desk, services=replace(desk.services, config=config))
    page = secure.visitor().client.get("/?taal=en", base_url="https://teken.voorbeeld.nl")
    assert "Secure" in page.headers["Set-Cookie"]
