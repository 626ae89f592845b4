"""What nobody signs: leaflets and the short explanation, to who may see them and to nobody else."""

import hashlib

import pytest

from signing.links import Purpose
from signing.packet import Packet
from tests.signing.web.desk import OTHER_KEY, Desk, heading, soup

INFORMATION = "Dit is alleen informatie. U tekent dit niet."
ONLY_DUTCH_COUNTS = "Deze uitleg is alleen informatie. Alleen de Nederlandse tekst geldt."


def test_a_leaflet_of_somebody_else_is_not_there(desk: Desk, packet: Packet) -> None:
    tenant, referrer = (desk.path(packet, role) for role in ("tenant", "referring_org"))
    for path in (f"{tenant}/blad/lease-clause", f"{referrer}/blad/summary", f"{tenant}/blad/nothing"):
        assert desk.visitor().get(path).status_code == 404, path
    for path in (f"{tenant}/document/lease-clause.pdf", f"{referrer}/document/summary.pdf"):
        assert desk.visitor().get(path).status_code == 404, path
    copies = desk.path(packet, "referring_org", Purpose.COPY)
    assert desk.visitor().get(f"{copies}/summary.pdf").status_code == 404


@pytest.mark.parametrize("language", ["xx", "NL", "ar/../en", "%00", "a" * 5000])
def test_a_language_that_is_not_there_is_a_page_that_is_not_there(
    desk: Desk, packet: Packet, language: str
) -> None:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/in-het-kort?taal={language}")
    assert (page.status_code, heading(page)) == (404, "Deze pagina is er niet")


def test_a_wrong_link_shows_no_explanation(desk: Desk) -> None:
    assert desk.visitor().get("/s/nothing/in-het-kort").status_code == 404


def test_another_client_gets_no_leaflet(desk: Desk, packet: Packet) -> None:
    path = f"/packets/{packet.reference}/documents/lease-clause.pdf"
    assert desk.call("GET", path, key=OTHER_KEY).status_code == 404
    assert desk.call("GET", path, key=None).status_code == 401


def test_reading_leaflets_changes_nothing(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    before = desk.everything()
    for page in ("", "/in-het-kort", "/in-het-kort?taal=ar", "/blad/contact-card", "/document/summary.pdf"):
        assert desk.visitor().get(f"{path}{page}").status_code == 200
    assert desk.everything() == before


def test_that_a_leaflet_was_fetched_by_a_program_is_all_that_is_noted(desk: Desk, packet: Packet) -> None:
    before = desk.everything(looks=True)
    desk.call("GET", f"/packets/{packet.reference}/documents/summary.pdf")
    after = desk.everything(looks=True)
    assert len(after.pop("access")) == len(before.pop("access")) + 1
    assert after == before


def test_the_tenant_comes_by_the_short_explanation_and_finds_it_again_beside_the_documents(
    desk: Desk, packet: Packet
) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    short = visitor.press(visitor.get(path))
    assert (short.request.path, heading(short)) == (f"{path}/in-het-kort", "In het kort")
    assert f"{path}/in-het-kort?taal=ar" in [str(link["href"]) for link in soup(short).select("main a")]
    reading = visitor.press(short)
    links = [str(link["href"]) for link in soup(reading).select("main a")]
    assert {f"{path}/in-het-kort", f"{path}/blad/contact-card"} <= set(links)


def test_the_trail_says_in_which_language_the_explanation_was_read(desk: Desk, packet: Packet) -> None:
    visitor, path = desk.visitor(), desk.path(packet, "tenant")
    visitor.press(visitor.get(f"{path}/in-het-kort?taal=uk"))
    with desk.services.store.read() as tx:
        event = tx.trail.of(packet.id)[-1]
    assert event.name == "recipient:page:shown"
    assert (event.data["page"], event.data["language"]) == ("summary", "uk")


def test_a_language_that_was_made_up_is_not_written_down(desk: Desk, packet: Packet) -> None:
    visitor, path = desk.visitor(), desk.path(packet, "tenant")
    before = desk.events(packet)
    answer = visitor.press(visitor.get(f"{path}/in-het-kort"), taal="tlh")
    assert answer.status_code == 404
    assert desk.events(packet) == before


def test_the_short_explanation_is_a_page_and_a_pdf_and_says_what_it_is(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    page = desk.visitor().get(f"{path}/in-het-kort")
    assert heading(page) == "In het kort"
    assert INFORMATION in page.text
    (pdf,) = soup(page).select(".files a")
    assert desk.visitor().get(str(pdf["href"])).mimetype == "application/pdf"
    (form,) = soup(page).find_all("form")
    assert form["action"] == f"{path}/in-het-kort", "on to the documents, and nothing to sign"


def test_the_explanation_comes_in_other_languages_in_their_own_direction(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    for language, direction, name in (("ar", "rtl", "العربية"), ("uk", "ltr", "Українська")):
        page = soup(desk.visitor().get(f"{path}/in-het-kort?taal={language}"))
        text = page.select_one(".document")
        assert text is not None
        assert (text["lang"], text["dir"]) == (language, direction)
        assert page.h1 is not None
        assert page.h1["lang"] == language
        assert ONLY_DUTCH_COUNTS in text.get_text()
        chosen = page.select_one(".languages a[aria-current]")
        assert chosen is not None
        assert (chosen.get_text(), chosen["lang"]) == (name, language)
        assert len(page.select(".languages a")) == 7


def test_the_corporation_finds_the_clause_for_the_lease(desk: Desk, packet: Packet) -> None:
    for role in ("tenant", "referring_org"):
        desk.visitor().sign(desk.path(packet, role))
    desk.apply(packet, "tenant", "referring_org")
    path = desk.path(packet, "corporation")
    page = soup(desk.visitor().get(f"{path}/lezen"))
    assert [str(link["href"]) for link in page.select(".files-kept a")] == [f"{path}/blad/lease-clause"]
    assert not page.select(".languages")
    assert heading(desk.visitor().get(f"{path}/blad/lease-clause")) == "Verwijzing voor de huurovereenkomst"


def test_nobody_is_asked_to_sign_a_leaflet(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)
    page = soup(visitor.get(f"{path}/tekenen"))
    told = desk.call("GET", f"/packets/{packet.reference}").get_json()
    shown = [document["sha256"] for document in told["documents"]]
    assert [str(box["value"]) for box in page.find_all("input", {"name": "on_screen"})] == shown
    assert "In het kort" not in page.get_text()


def test_the_requester_follows_and_fetches_leaflets_before_anything_is_sealed(
    desk: Desk, packet: Packet
) -> None:
    told = desk.call("GET", f"/packets/{packet.reference}").get_json()
    leaflets = {leaflet["name"]: leaflet for leaflet in told["leaflets"]}
    assert leaflets["lease-clause"]["roles"] == ["corporation"]
    assert "tenant" in leaflets["summary"]["roles"]
    assert {"core", "annex"} == {document["name"] for document in told["documents"]}
    answer = desk.call("GET", f"/packets/{packet.reference}/documents/lease-clause.pdf")
    assert hashlib.sha256(answer.data).hexdigest() == leaflets["lease-clause"]["sha256"]
    assert desk.call("GET", f"/packets/{packet.reference}/documents/core.pdf").status_code == 409


def test_a_copy_comes_with_the_leaflets_of_its_owner(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)
    path = desk.path(packet, "tenant", Purpose.COPY)
    page = soup(desk.visitor().get(path))
    offered = [str(link["href"]) for link in page.select(".files-kept a")]
    assert f"{path}/summary.pdf" in offered
    for href in offered:
        answer = desk.visitor().get(href)
        assert answer.data.startswith(b"%PDF-")
        assert packet.reference in answer.headers["Content-Disposition"]


def test_the_first_page_asks_to_open_it_together_when_there_is_a_host(desk: Desk, packet: Packet) -> None:
    desk.change(packet, "tenant", email=None, host_name="Fatma Yılmaz", host_email="f@voorbeeld.nl")
    path = desk.path(packet, "tenant")
    page = desk.visitor().get(path)
    assert "Open deze pagina samen met Aylin Zofia van der Wałęsa-Şahin." in page.text
    assert "Fatma Yılmaz helpt u met deze pagina" in page.text
    done = desk.visitor().sign(path)
    assert "Dan krijgt Fatma Yılmaz een mail met uw kopie" in done.text
    told = desk.call("GET", f"/packets/{packet.reference}").get_json()
    assert {r["role"]: r["channel"] for r in told["recipients"]} == {
        "tenant": "on_site",
        "referring_org": "mail",
        "corporation": "mail",
    }
    assert "Fatma" not in str(told)


def test_there_is_no_sound_for_a_stranger_or_in_a_language_nobody_can_say(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    assert desk.visitor().get("/s/nothing/in-het-kort/nl.mp3").status_code == 404
    assert desk.visitor().get(f"{path}/in-het-kort/ti.mp3").status_code == 404
    assert desk.visitor().get(f"{path}/in-het-kort/tlh.mp3").status_code == 404
    assert not soup(desk.visitor().get(f"{path}/in-het-kort?taal=ti")).select("audio")
    referrer = desk.path(packet, "referring_org")
    assert desk.visitor().get(f"{referrer}/in-het-kort/nl.mp3").status_code == 404


def test_the_explanation_can_be_listened_to_a_part_at_a_time_and_is_fetched_only_when_asked(
    desk: Desk, packet: Packet
) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    before = desk.everything()
    for language in ("nl", "uk"):
        audio = soup(visitor.get(f"{path}/in-het-kort?taal={language}")).audio
        assert audio is not None
        assert (audio["preload"], "autoplay" in audio.attrs) == ("none", False)
        assert audio["src"] == f"{path}/in-het-kort/{language}.mp3", "nothing of the packet but its link"
        label = soup(visitor.get(f"{path}/in-het-kort?taal={language}")).find(id=audio["aria-labelledby"])
        assert label is not None
        assert "Luister naar deze uitleg." in label.get_text()
    with visitor.client.get(f"{path}/in-het-kort/nl.mp3", headers={"Range": "bytes=0-99"}) as part:
        assert (part.status_code, part.mimetype, len(part.data)) == (206, "audio/mpeg", 100)
        assert part.headers["Cache-Control"] == "private, max-age=86400"
    assert desk.everything() == before
