"""The pages of the ceremony: every refusal first, then the way of a person who signs."""

from datetime import timedelta

import pytest

from signing.links import Purpose
from signing.packet import Packet
from tests.signing.web.desk import Desk, heading, soup

PAGES = ("", "/lezen", "/keuze", "/tekenen", "/weigeren")
FORMS = ("/open", "/lezen", "/tekenen", "/weigeren")


def test_a_wrong_link_gets_a_calm_page(desk: Desk) -> None:
    for path in ("/s/nothing", "/s/eyJh.bGci.T2lK", "/k/nothing", f"/s/{'a' * 5000}", "/s/%00%ff"):
        page = desk.visitor().get(path)

        assert (page.status_code, heading(page)) == (404, "Deze link werkt niet"), path


def test_a_changed_link_is_a_wrong_link(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    changed = path[:-3] + ("AAA" if path[-3:] != "AAA" else "BBB")

    assert desk.visitor().get(changed).status_code == 404


def test_a_link_for_one_purpose_is_no_link_for_another(desk: Desk, packet: Packet) -> None:
    sign = desk.path(packet, "tenant").removeprefix("/s/")
    copy = desk.path(packet, "tenant", Purpose.COPY).removeprefix("/k/")

    assert desk.visitor().get(f"/s/{copy}").status_code == 404
    assert desk.visitor().get(f"/k/{sign}").status_code == 404


def test_a_replaced_link_says_that_there_is_a_newer_one(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    desk.change(packet, "tenant", link_serial=2)

    page = desk.visitor().get(path)

    assert (page.status_code, heading(page)) == (410, "Deze link is vervangen")


def test_a_packet_past_its_term_says_so(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    desk.clock.pass_days(30)

    page = desk.visitor().get(path)

    assert (page.status_code, heading(page)) == (410, "De tijd om te antwoorden is voorbij")


def test_a_withdrawn_packet_says_so(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    desk.call("POST", f"/packets/{packet.reference}/withdraw")

    page = desk.visitor().get(path)

    assert (page.status_code, heading(page)) == (410, "Dit document is ingetrokken")


def test_a_packet_that_another_party_declined_cannot_be_signed(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)
    form = visitor.get(f"{path}/tekenen")
    other = desk.visitor()
    other.press(other.get(f"{desk.path(packet, 'referring_org')}/weigeren"), reason="other")

    page = visitor.press(form, tick=True)

    assert (page.status_code, heading(page)) == (410, "Tekenen kan niet meer")
    assert "recipient:signed" not in desk.events(packet)


def test_who_is_not_at_turn_reads_who_is(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "corporation")
    visitor = desk.visitor()

    page = visitor.get(path)
    pressed = visitor.client.post(f"{path}/open", data={"csrf_token": visitor.csrf_of_session()})

    assert (page.status_code, heading(page)) == (409, "U bent nog niet aan de beurt")
    assert "Huurder, Verwijzende organisatie" in page.text
    assert pressed.status_code == 409
    assert "recipient:link:opened" not in desk.events(packet)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("token", ["", "nonsense", "of-another-session"])
def test_a_form_without_its_token_changes_nothing(desk: Desk, packet: Packet, form: str, token: str) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.get(path)
    if token == "of-another-session":
        token = desk.visitor().csrf(path)
    before = desk.everything()

    page = visitor.client.post(
        f"{path}{form}", data={"csrf_token": token, "agreed": "yes", "reason": "other"}
    )

    assert (page.status_code, heading(page)) == (400, "Laad de pagina opnieuw")
    assert "Er is niets veranderd." in page.text
    assert visitor.get(soup(page).select_one("a.button")["href"]).status_code in (200, 303)
    assert desk.everything() == before


def test_nobody_signs_without_ticking_the_box(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)

    page = visitor.press(visitor.get(f"{path}/tekenen"))

    seen = soup(page)
    target = seen.select_one(".summary a")["href"]
    assert (page.status_code, page.request.path) == (200, f"{path}/tekenen")  # gone back to
    assert seen.select_one(str(target))["type"] == "checkbox"
    assert seen.title.string.startswith("Let op:")
    assert "recipient:signed" not in desk.events(packet)
    assert "U hebt getekend" in visitor.press(page, tick=True).text


def test_nobody_signs_what_was_not_shown(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    token = visitor.csrf(path)

    early = visitor.get(f"{path}/tekenen")
    page = visitor.client.post(f"{path}/tekenen", data={"csrf_token": token, "agreed": "yes"})

    assert (early.status_code, early.headers["Location"]) == (303, f"{path}/lezen")
    assert (page.status_code, heading(page)) == (409, "Lees eerst de tekst")
    assert soup(page).select_one("a.button")["href"] == f"{path}/lezen"
    assert "recipient:signed" not in desk.events(packet)


@pytest.mark.parametrize("on_screen", [[], ["0" * 64], ["0" * 64, "1" * 64]])
def test_nobody_signs_another_document_than_was_on_the_screen(
    desk: Desk, packet: Packet, on_screen: list[str]
) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)
    data = {"csrf_token": visitor.csrf(f"{path}/tekenen"), "agreed": "yes", "on_screen": on_screen}

    page = visitor.client.post(f"{path}/tekenen", data=data)

    assert (page.status_code, heading(page)) == (409, "Kijk nog een keer naar de tekst")
    assert "recipient:signed" not in desk.events(packet)


@pytest.mark.parametrize("reason", [None, "", "because", "other'); --"])
def test_saying_no_needs_one_of_the_reasons(desk: Desk, packet: Packet, reason: str | None) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    filled = {} if reason is None else {"reason": reason}

    page = visitor.press(visitor.get(f"{path}/weigeren"), **filled)

    assert (page.status_code, page.request.path) == (200, f"{path}/weigeren")
    assert soup(page).select_one(".summary a")["href"] == "#reden-1"
    assert "recipient:declined" not in desk.events(packet)


def test_pressing_the_button_twice_signs_once(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)
    form = visitor.get(f"{path}/tekenen")

    first, second = visitor.press(form, tick=True), visitor.press(form, tick=True)

    assert (first.status_code, heading(first)) == (200, "U hebt getekend")
    assert (second.status_code, heading(second)) == (409, "U hebt al getekend")
    assert desk.events(packet).count("recipient:signed") == 1


def test_after_the_answer_every_page_says_when_it_was_given(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.sign(path)

    for page in PAGES:
        answer = visitor.get(f"{path}{page}")
        assert (answer.status_code, heading(answer)) == (200, "U hebt al getekend"), page
        assert "23 november 2026 om 10.00 uur" in answer.text  # Amsterdam is an hour ahead of UTC


def test_the_last_page_before_an_answer_leads_to_the_first(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")

    page = desk.visitor().get(f"{path}/klaar")

    assert (page.status_code, page.headers["Location"]) == (303, path)
    assert desk.visitor().client.get("/s/wrong/klaar", follow_redirects=True).status_code == 404


def test_a_form_that_is_too_large_is_refused(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")

    page = desk.visitor().client.post(f"{path}/open", data={"csrf_token": "x" * 70_000})

    assert (page.status_code, heading(page)) == (413, "Dit is te veel")


def test_a_wrong_method_and_a_wrong_address_get_their_status(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    path = desk.path(packet, "tenant")

    wrong_way = visitor.client.delete(path)
    nowhere = visitor.get("/does/not/exist")

    assert (wrong_way.status_code, heading(wrong_way)) == (405, "Zo werkt deze pagina niet")
    assert "GET" in wrong_way.headers["Allow"]
    assert visitor.get(f"{path}/open").status_code == 405
    assert (nowhere.status_code, heading(nowhere)) == (404, "Deze pagina is er niet")


def test_the_corporation_never_gets_the_annex(desk: Desk, packet: Packet) -> None:
    path = _acknowledging(desk, packet)
    visitor = desk.visitor()

    pages = visitor.get(path).text + visitor.get(f"{path}/lezen").text

    assert "Mijn begeleiding" not in pages
    assert visitor.get(f"{path}/document/annex.pdf").status_code == 404
    assert visitor.get(f"{path}/document/core.pdf").status_code == 200


def test_a_fault_inside_shows_nothing_of_the_inside(
    desk: Desk, packet: Packet, caplog: pytest.LogCaptureFixture
) -> None:
    path = desk.path(packet, "tenant")
    for blob in (desk.services.config.data / "documents").rglob("*"):
        if blob.is_file():
            blob.unlink()

    page = desk.visitor().get(path)

    number = page.headers["X-Request-ID"]
    assert (page.status_code, heading(page)) == (500, "Er ging iets mis bij ons")
    assert number in page.text
    assert "Blob" not in page.text
    assert "BlobMissing" in caplog.text
    assert number in caplog.text


def test_the_documents_of_the_mail_are_the_documents_on_the_pages(desk: Desk, packet: Packet) -> None:
    path = desk.mailed_paths()["aylin@huurder.voorbeeld.nl"]
    visitor = desk.visitor()

    page = visitor.get(f"{path}/lezen")

    assert [article.h2.get_text() for article in soup(page).find_all("article")] == [
        "Begeleidingsovereenkomst",
        "Mijn begeleiding",
    ]
    for link in soup(page).select(".files a:not(.second)"):
        answer = visitor.get(str(link["href"]))
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_tenant_opens_reads_and_signs(desk: Desk, packet: Packet) -> None:
    page = desk.visitor().sign(desk.mailed_paths()["aylin@huurder.voorbeeld.nl"])

    assert heading(page) == "U hebt getekend"
    assert packet.reference in page.text
    assert "Wij wachten op: Verwijzende organisatie." in page.text
    assert desk.events(packet)[-4:] == [
        "recipient:link:opened",
        "recipient:page:shown",
        "recipient:document:shown",
        "recipient:signed",
    ]


def test_two_parties_sign_in_any_order(desk: Desk, packet: Packet) -> None:
    desk.visitor().sign(desk.path(packet, "referring_org"))
    page = desk.visitor().sign(desk.path(packet, "tenant"))

    assert "Iedereen heeft getekend." in page.text
    assert desk.events(packet).count("recipient:signed") == 2


def test_a_tenant_says_no_with_a_reason(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)

    page = visitor.press(visitor.get(f"{path}/weigeren"), reason="data_wrong")

    assert heading(page) == "U hebt nee gezegd"
    assert desk.now(packet.id).status == "declined"
    assert heading(visitor.get(path)) == "U hebt al nee gezegd"


def test_yes_a_question_and_no_weigh_the_same(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")
    visitor = desk.visitor()
    visitor.read(path)

    choices = soup(visitor.get(f"{path}/keuze")).select(".choice a")

    assert [choice["href"] for choice in choices] == [
        f"{path}/{way}" for way in ("tekenen", "vraag", "weigeren")
    ]
    assert {tuple(choice["class"]) for choice in choices} == {("button", "equal")}


def test_what_follows_stands_directly_above_the_button(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant")  # R6
    visitor = desk.visitor()
    visitor.read(path)

    button = soup(visitor.get(f"{path}/tekenen")).select_one("main button")

    assert button is not None
    assert button.find_previous_sibling().get_text().strip() == packet.recipient("tenant").consequence


def test_the_corporation_confirms_receipt(desk: Desk, packet: Packet) -> None:
    path = _acknowledging(desk, packet)
    visitor = desk.visitor()
    assert "Het kan tot en met 6 december 2026." in visitor.get(path).text  # fourteen days
    visitor.read(path)
    form = visitor.get(f"{path}/tekenen")

    assert soup(form).select_one("main button").get_text() == "Bevestig ontvangst"
    assert heading(visitor.press(form, tick=True)) == "U hebt de ontvangst bevestigd"
    assert desk.events(packet)[-1] == "recipient:acknowledged"


def test_the_corporation_withholds_its_confirmation_and_the_agreement_stands(
    desk: Desk, packet: Packet
) -> None:
    path = _acknowledging(desk, packet)
    visitor = desk.visitor()

    page = visitor.press(visitor.get(f"{path}/weigeren"), reason="other")

    assert "De afspraak tussen de partijen blijft gelden." in page.text
    assert desk.now(packet.id).status == "signed"


def test_everyone_fetches_their_own_sealed_copy(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)
    tenant, corporation = (desk.path(packet, role, Purpose.COPY) for role in ("tenant", "corporation"))
    visitor = desk.visitor()

    links = [str(link["href"]) for link in soup(visitor.get(tenant)).select(".files a")]

    assert links == [f"{tenant}/core.pdf", f"{tenant}/annex.pdf"]
    assert b"sealed annex" in visitor.get(links[1]).data
    assert packet.reference in visitor.get(links[0]).headers["Content-Disposition"]
    assert visitor.get(f"{corporation}/annex.pdf").status_code == 404
    assert "annex" not in visitor.get(corporation).text


def test_a_copy_that_is_not_sealed_yet_is_not_there(desk: Desk, packet: Packet) -> None:
    path = desk.path(packet, "tenant", Purpose.COPY)

    assert desk.visitor().get(f"{path}/core.pdf").status_code == 404


def test_a_link_to_a_copy_grows_old(desk: Desk, packet: Packet) -> None:
    desk.seal(packet)
    path = desk.path(packet, "tenant", Purpose.COPY)
    desk.clock.now += timedelta(days=400)

    page = desk.visitor().get(path)

    assert (page.status_code, heading(page)) == (410, "Deze link is te oud")


def test_the_page_about_validation_tells_strangers_nothing(desk: Desk, packet: Packet) -> None:
    visitor = desk.visitor()
    real = visitor.get(f"/validatie/{packet.reference}")
    other = visitor.get("/validatie/ABC-0099887766-BGO01-Z")
    wrong = visitor.get("/validatie/%3Cscript%3E")

    assert real.status_code == other.status_code == wrong.status_code == 200
    assert "Dit kenmerk is goed geschreven." in real.text
    assert "Dit kenmerk is niet goed geschreven." in wrong.text
    assert "<script>" not in wrong.text
    assert "Wałęsa" not in real.text


def _acknowledging(desk: Desk, packet: Packet) -> str:
    """The path of the corporation's link, when the parties have signed."""
    for role in ("tenant", "referring_org"):
        desk.visitor().sign(desk.path(packet, role))
    desk.apply(packet, "tenant", "referring_org")
    return desk.path(packet, "corporation")
