"""Making a packet at the desk: nothing is lost, nothing is asked twice, and what is wrong stands in place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from signing import filling
from signing.agreement import Agreement, Organisation
from signing.packet import Packet, Status
from signing.store import tables_of_desk
from tests import people
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.desk import Desk, Visitor, heading, soup

LIST = "/bureau/pakketten"


def begin(visitor: Visitor, packet_type: str = people.GUIDANCE, lease: str = "") -> TestResponse:
    page = visitor.get("/bureau/nieuw")
    return visitor.press(page, which="#begin", type=packet_type, lease=lease)


def typed(desk: Desk, data: dict[str, Any] | None = None, **more: str) -> dict[str, str]:
    """A whole form of a guidance agreement, as somebody types it."""
    manifest = desk.services.catalog.manifest(people.GUIDANCE)
    return {**filling.written(manifest, filling.carried(manifest, data or desk.sample())), **more}


def send(visitor: Visitor, page: TestResponse, form: dict[str, str], act: str) -> TestResponse:
    """Presses a button of the form of a draft."""
    token = soup(page).select_one("main input[name=csrf_token]")
    assert token is not None
    data = {**form, "csrf_token": token["value"], "act": act}
    return visitor.client.post(page.request.path, data=data, follow_redirects=True)


def made(desk: Desk, page: TestResponse) -> Packet:
    """The packet on whose page somebody came."""
    reference = page.request.path.rpartition("/")[2]
    with desk.services.store.read() as tx:
        return tx.packets.by_reference(reference.replace("-", ""))


def test_a_type_that_is_not_there_and_a_draft_of_somebody_else_are_not_found(
    referrer: Visitor, colleagues: Colleagues
) -> None:
    assert begin(referrer, "nonsense").status_code == 404
    path = begin(referrer).request.path
    other = colleagues.logs_in("other referrer")
    assert other.get(path).status_code == 404
    token = {"csrf_token": other.csrf_of_session()}
    assert other.client.post(path, data=token).status_code == 404
    assert other.client.post(f"{path}/weg", data=token).status_code == 404


def test_an_empty_form_says_all_that_is_missing_in_its_place(referrer: Visitor) -> None:
    answer = send(referrer, begin(referrer), {}, "make")
    assert answer.status_code == 422
    page = soup(answer)
    links = [link["href"].removeprefix("#") for link in page.select(".summary a")]
    assert {"tenant.family_name", "lease_number", "info_exchange"} <= set(links)
    for key in links:
        assert page.find(id=key) is not None, key
    assert "Vul dit in." in page.find(id="tenant.family_name-fout").get_text()
    assert "It is" not in answer.text


def test_what_was_typed_is_kept_however_wrong_it_is(desk: Desk, referrer: Visitor) -> None:
    form = typed(desk, **{"address.postcode": "12345", "tenant.email": "geen adres", "address.number": "x"})
    answer = send(referrer, begin(referrer), form, "make")
    assert answer.status_code == 422
    assert len(soup(answer).select(".summary a")) == 3
    again = soup(referrer.get(answer.request.path))
    for key, value in form.items():
        field = again.find(id=key)
        chosen = field.select_one("option[selected]")
        kept = chosen["value"] if chosen else field.get("value") or field.get_text()
        assert kept.strip() == value, key


def test_a_bsn_and_words_about_health_are_said_in_place(desk: Desk, referrer: Visitor) -> None:
    form = typed(desk, contact_moments="Met de psychiater", programme_name="nummer 123456782")
    page = soup(send(referrer, begin(referrer), form, "make"))
    assert "BSN" in page.find(id="programme_name-fout").get_text()
    assert "gezondheid" in page.find(id="contact_moments-let-op").get_text()


def test_a_form_becomes_a_packet_that_waits_to_be_looked_at(
    desk: Desk, referrer: Visitor, colleagues: Colleagues
) -> None:
    draft = begin(referrer)
    page = send(referrer, draft, typed(desk), "make")
    packet = made(desk, page)
    assert heading(page) == packet.title
    desk.work()
    assert desk.now(packet.id).status is Status.READY
    with desk.services.store.read() as tx:
        assert tx.trail.of(packet.id)[0].data["account"] == colleagues.account("referrer").id
    assert referrer.get(draft.request.path).headers["Location"] == f"{LIST}/{packet.reference}"
    again = send(referrer, draft, {}, "make")
    assert made(desk, again).id == packet.id


def test_the_documents_are_looked_at_and_then_sent(desk: Desk, referrer: Visitor) -> None:
    packet = made(desk, send(referrer, begin(referrer), typed(desk), "make"))
    desk.work()
    look = referrer.get(f"{LIST}/{packet.reference}/bekijk/annex")
    pictures = soup(look).select("img")
    assert len(pictures) == 3
    assert referrer.get(str(pictures[0]["src"])).mimetype == "image/webp"
    assert referrer.get(f"{LIST}/{packet.reference}/bekijk/annex/9.webp").status_code == 404
    assert referrer.get(f"{LIST}/{packet.reference}/bekijk/nonsense").status_code == 404
    referrer.press(referrer.get(f"{LIST}/{packet.reference}"), which="main form[action$='/verstuur']")
    desk.work()
    assert desk.now(packet.id).status is Status.SENT


@pytest.mark.parametrize("day", ["", "gisteren", "2026-11-01T09:00", "2031-01-01T09:00"])
def test_a_moment_that_cannot_be_is_said_on_the_page(desk: Desk, referrer: Visitor, day: str) -> None:
    packet = made(desk, send(referrer, begin(referrer), typed(desk), "make"))
    desk.work()
    page = referrer.get(f"{LIST}/{packet.reference}")
    answer = referrer.press(page, which="main form[action$='/verstuur-later']", day=day)
    assert "in de toekomst" in answer.text
    assert "packet:sending:planned" not in desk.events(packet)


def test_a_packet_that_goes_out_later_says_when(desk: Desk, referrer: Visitor) -> None:
    packet = made(desk, send(referrer, begin(referrer), typed(desk), "make"))
    desk.work()
    page = referrer.get(f"{LIST}/{packet.reference}")
    later = "main form[action$='/verstuur-later']"
    answer = referrer.press(page, which=later, day="2026-12-01T09:00")
    assert "1 december 2026 om 09.00 uur" in answer.text
    assert soup(answer).select(later) == []
    assert referrer.press(page, which=later, day="2026-12-02T09:00").status_code == 409
    assert desk.now(packet.id).status is Status.READY


def test_a_second_packet_about_the_same_says_which_one_runs(desk: Desk, referrer: Visitor) -> None:
    running = desk.packet()
    answer = send(referrer, begin(referrer), typed(desk), "make")
    assert answer.status_code == 409
    assert running.reference in answer.text


def test_what_an_earlier_packet_of_the_lease_said_is_not_asked_again(
    desk: Desk, referrer: Visitor, colleagues: Colleagues
) -> None:
    desk.packet()
    empty, same = soup(begin(referrer)), soup(begin(referrer, lease="0012345678"))
    assert empty.find(id="tenant.family_name").get("value") is None
    assert empty.find(id="corporation.name")["value"] == "Woonstichting Maasterras"
    assert same.find(id="tenant.family_name")["value"] == "Wałęsa-Şahin"
    own = colleagues.person("referrer").organisation
    assert own is not None
    assert same.find(id="referring_org.name")["value"] == own.name
    other = soup(begin(colleagues.logs_in("other referrer"), lease="0012345678"))
    assert other.find(id="tenant.family_name").get("value") is None


def test_a_row_is_added_and_an_empty_one_is_no_row(desk: Desk, referrer: Visitor) -> None:
    first = begin(referrer)
    assert len(soup(first).select("fieldset[id='info_exchange'] .row")) == 1
    page = send(referrer, first, {"info_exchange[0].when": "elke week"}, "save")
    assert "Bewaard." in page.text
    assert len(soup(page).select("fieldset[id='info_exchange'] .row")) == 2
    assert soup(page).find(id="info_exchange[0].when").get_text().strip() == "elke week"


def test_a_draft_is_listed_until_it_is_thrown_away(desk: Desk, referrer: Visitor) -> None:
    send(referrer, begin(referrer), {"tenant.family_name": "De Wit"}, "save")
    listed = referrer.get("/bureau/nieuw")
    assert "De Wit" in listed.text
    gone = referrer.press(listed, which="main form[action$='/weg']")
    assert "Het formulier is weg" in gone.text
    assert "De Wit" not in gone.text


def test_a_stopped_packet_is_changed_and_made_anew(desk: Desk, referrer: Visitor) -> None:
    packet = desk.packet()
    referrer.press(referrer.get(f"{LIST}/{packet.reference}/intrekken"), which="main form")
    asks = referrer.get(f"{LIST}/{packet.reference}/opnieuw")
    draft = referrer.press(asks, which="main form[action$='/aanpassen']")
    assert soup(draft).find(id="tenant.family_name")["value"] == "Wałęsa-Şahin"
    page = send(referrer, draft, typed(desk, **{"tenant.given_names": "Bo"}), "make")
    assert made(desk, page).previous == packet.reference


def test_one_press_on_a_running_agreement_begins_its_transfer(desk: Desk, referrer: Visitor) -> None:
    packet = finished(desk, desk.packet())
    organisation = desk.sample()["referring_org"]
    referring = Organisation(organisation["name"], organisation["kvk"])
    with desk.services.store.write() as tx:
        tx.agreements.save(Agreement(packet.reference, "MTR", packet.lease_number, referring))
    page = referrer.press(
        referrer.get(f"{LIST}/{packet.reference}"), which="main form[action$='/overdracht']"
    )
    assert heading(page) == "Overdrachtsformulier"
    known = {
        "related_agreement_reference": packet.reference,
        "tenant.family_name": "Wałęsa-Şahin",
        "transferring_org.kvk": referring.kvk,
        "referring_org.kvk": referring.kvk,
        "old_guide.name": desk.sample()["guide"]["name"],
    }
    for key, value in known.items():
        assert soup(page).find(id=key)["value"] == value
    assert soup(page).find(id="receiving_org.name").get("value") is None


def test_a_packet_that_is_not_delivered_is_not_transferred(desk: Desk, referrer: Visitor) -> None:
    packet = desk.packet()
    page = referrer.get(f"{LIST}/{packet.reference}")
    assert soup(page).select("form[action$='/overdracht']") == []
    token = {"csrf_token": referrer.csrf_of_session()}
    answer = referrer.client.post(f"{LIST}/{packet.reference}/overdracht", data=token)
    assert answer.status_code == 404


def test_a_form_gives_back_the_data_that_it_shows(desk: Desk) -> None:
    for kind in (people.GUIDANCE, people.TRANSFER):
        manifest = desk.services.catalog.manifest(kind)
        today: date = desk.clock().date() + timedelta()
        data = filling.carried(manifest, people.sample(kind, today))
        assert filling.read(manifest, filling.written(manifest, data)) == data


def choose(visitor: Visitor, words: str) -> TestResponse:
    """Looks for an earlier packet."""
    return visitor.client.get("/bureau/nieuw", query_string={"zoek": words})


def test_an_earlier_packet_that_is_not_there_or_is_of_somebody_else_is_not_offered(
    packet: Packet, referrer: Visitor, colleagues: Colleagues
) -> None:
    page = choose(referrer, "bestaat niet")
    assert soup(page).select("input[type=radio]") == []
    assert "Geen pakket gevonden" in page.text
    other = choose(colleagues.logs_in("other referrer"), packet.reference)
    assert soup(other).select("input[type=radio]") == []
    assert packet.lease_number not in soup(other).select_one("main").get_text()


@pytest.mark.parametrize("words", ["0012345678", "walesa", "Dorpsstraat", "MTR-0012345678"])
def test_an_earlier_packet_is_found_by_number_address_or_tenant(
    desk: Desk, packet: Packet, referrer: Visitor, words: str
) -> None:
    street = desk.sample()["address"]["street"]
    page = choose(referrer, words.replace("Dorpsstraat", street))
    first, none = soup(page).select("input[name=lease]")
    assert (first["value"], none["value"]) == (packet.reference, "")
    assert "Wałęsa-Şahin" in page.text


def test_what_is_known_is_not_asked_again_but_can_be_changed(packet: Packet, referrer: Visitor) -> None:
    page = begin(referrer, lease=packet.reference)
    known = soup(page).select_one("details.known")
    assert "gegevens zijn overgenomen" in known.find("summary").get_text()
    assert known.find(id="tenant.family_name")["value"] == "Wałęsa-Şahin"
    assert known.find(id="address.city") is not None
    # Days and agreements are other ones each time: asked, with what was filled in.
    asked = [key for key in ("lease_start_date", "sharing_agreed", "info_exchange") if known.find(id=key)]
    assert asked == []
    assert soup(page).find(id="lease_start_date")["value"]
    changed = send(referrer, page, {"tenant.family_name": "", "address.city": "Delft"}, "save")
    again = soup(changed)
    assert again.select_one("details.known").find(id="tenant.family_name") is None
    assert again.find(id="tenant.family_name") is not None
    assert again.select_one("details.known").find(id="address.city")["value"] == "Delft"


def test_what_is_wrong_with_what_was_known_is_asked_in_sight(packet: Packet, referrer: Visitor) -> None:
    page = begin(referrer, lease=packet.reference)
    wrong = soup(send(referrer, page, {"address.postcode": "12"}, "make"))
    assert wrong.find(id="address.postcode").find_parent("details") is None


def test_an_empty_form_and_one_to_change_have_nothing_set_aside(
    desk: Desk, packet: Packet, referrer: Visitor
) -> None:
    referrer.press(referrer.get(f"{LIST}/{packet.reference}/intrekken"), which="main form")
    asks = referrer.get(f"{LIST}/{packet.reference}/opnieuw")
    assert soup(referrer.press(asks, which="main form[action$='/aanpassen']")).select("details.known") == []


def test_a_transfer_form_for_a_chosen_agreement_begins_with_its_reference(
    desk: Desk, referrer: Visitor
) -> None:
    packet = finished(desk, desk.packet())
    organisation = desk.sample()["referring_org"]
    referring = Organisation(organisation["name"], organisation["kvk"])
    with desk.services.store.write() as tx:
        tx.agreements.save(Agreement(packet.reference, "MTR", packet.lease_number, referring))
    page = begin(referrer, people.TRANSFER, packet.reference)
    assert soup(page).find(id="related_agreement_reference")["value"] == packet.reference


def test_mail_goes_where_organisations_say_now_and_not_where_it_went_before(
    desk: Desk, packet: Packet, referrer: Visitor
) -> None:
    table = tables_of_desk.organisation
    with desk.services.store.write() as tx:
        for handle, mailbox in (
            ("MTR", "tekenen@maasterras.voorbeeld.nl"),
            ("", "tekenen@opvang.voorbeeld.nl"),
        ):
            which = table.c.corporation == handle if handle else table.c.client == "referrer"
            tx.connection.execute(table.update().where(which).values(mailbox=mailbox))
    anew = soup(begin(referrer))
    assert anew.find(id="corporation_contact.mailbox")["value"] == "tekenen@maasterras.voorbeeld.nl"
    again = soup(begin(referrer, lease=packet.reference))
    assert again.find(id="referring_org.signatory.email")["value"] == "s.oneill@opvang.voorbeeld.nl"


def test_a_form_is_kept_while_somebody_types(referrer: Visitor) -> None:
    page = begin(referrer)
    answer = send(referrer, page, {"tenant.family_name": "De Wit"}, "typed")
    assert (answer.status_code, answer.data) == (204, b"")
    assert soup(referrer.get(page.request.path)).find(id="tenant.family_name")["value"] == "De Wit"
    form = soup(page).find(id="form")
    assert form["data-kept"]
    assert form["data-lost"]


def test_a_reference_with_a_slip_is_suggested_at_the_desk_to_who_may_see_it(
    packet: Packet, referrer: Visitor, colleagues: Colleagues
) -> None:
    slip = packet.reference.replace("0012345678", "0012345687")
    for path in (f"{LIST}?zoek={slip}", f"/bureau/nieuw?zoek={slip}"):
        note = soup(referrer.get(path)).select_one("main .note")
        assert note.get_text().strip() == f"Bedoelt u {packet.reference}"
        assert referrer.get(note.find("a")["href"]).status_code == 200
        other = colleagues.logs_in("other referrer").get(path)
        assert soup(other).select_one("main .note") is None
        assert packet.reference not in other.text


def test_a_slip_in_a_reference_that_a_form_asks_for_is_told(referrer: Visitor) -> None:
    page = begin(referrer, people.TRANSFER)
    told = soup(send(referrer, page, {"related_agreement_reference": "MTR-0O12345678-BGO01-C"}, "make"))
    assert "Bedoelt u MTR-0012345678-BGO01-C?" in told.find(id="related_agreement_reference-fout").get_text()
