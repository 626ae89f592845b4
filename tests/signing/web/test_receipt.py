"""The corporation's page after delivery: what its archive has, and a button that says so."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from signing import archive
from signing.archive import Settings
from signing.links import Purpose
from signing.packet import Status
from signing.services import Services
from signing.steps import STEPS
from signing.web import create_app
from tests import people
from tests.conftest import Case
from tests.signing.web.desk import Desk, Visitor, soup


def by_contact(services: Services) -> Services:
    """The same service, for a corporation whose archive no machine can reach."""
    return replace(services, archives={"MTR": archive.open_destination(Settings("contact:"))})


def page_of(case: Case) -> str:
    return f"/k/{people.token(case.services, case.packet, 'corporation', 'k')}"


def visitor(services: Services) -> Visitor:
    client: FlaskClient = create_app(services).test_client()
    return Visitor(client)


def waiting(signed: Case) -> Case:
    """Archived, and handed over to the contact."""
    case = replace(signed, services=by_contact(signed.services))
    people.press_all(case.services, case.packet, ("corporation",))
    return case


def test_nobody_else_sees_fetches_or_confirms_the_package(delivered: Case) -> None:
    tenant = f"/k/{people.token(delivered.services, delivered.packet, 'tenant', 'k')}"
    browser = visitor(delivered.services)
    page = browser.get(tenant)
    assert page.status_code == 200
    assert "archief" not in soup(page).main.get_text()
    token = browser.csrf_of_session()
    assert browser.client.post(f"{tenant}/ontvangst", data={"csrf_token": token}).status_code == 404
    assert browser.get(f"{tenant}/archiefpakket.zip").status_code == 404
    assert "recipient:receipt:confirmed" not in people.events(delivered.services, delivered.packet)


def test_a_link_to_sign_confirms_nothing(delivered: Case) -> None:
    token = people.token(delivered.services, delivered.packet, "corporation")
    assert visitor(delivered.services).get(f"/k/{token}/archiefpakket.zip").status_code == 404


def test_there_is_nothing_to_confirm_before_the_delivery(desk: Desk) -> None:
    packet = desk.packet()
    desk.seal(packet)
    path = desk.path(packet, "corporation", Purpose.COPY)
    browser = desk.visitor()
    assert soup(browser.get(path)).find("form") is None
    token = browser.csrf_of_session()
    assert browser.client.post(f"{path}/ontvangst", data={"csrf_token": token}).status_code == 404
    assert browser.get(f"{path}/archiefpakket.zip").status_code == 404


def test_without_the_token_of_the_form_nothing_is_confirmed(delivered: Case) -> None:
    path = page_of(delivered)
    assert visitor(delivered.services).client.post(f"{path}/ontvangst").status_code in (400, 403)
    assert "recipient:receipt:confirmed" not in people.events(delivered.services, delivered.packet)


def test_the_mail_has_a_link_and_neither_a_file_nor_a_name_of_the_tenant(delivered: Case) -> None:
    address = delivered.packet.recipient("corporation").address
    mail = [mail for mail in people.mails(delivered.services) if address in mail["To"]][-1]
    assert "ontvangstbewijs" in mail["Subject"]
    assert delivered.packet.reference not in mail["Subject"]
    assert list(mail.iter_attachments()) == []
    assert "/k/" in people.body(mail)
    assert delivered.packet.recipient("tenant").name not in people.body(mail)


def test_the_page_says_what_is_there_since_when_and_how_that_was_seen(delivered: Case) -> None:
    seen = soup(visitor(delivered.services).get(page_of(delivered))).main
    assert "Het document is afgeleverd op 24 november 2025" in seen.get_text()
    assert "teruggelezen" in seen.get_text()
    with delivered.services.store.read() as tx:
        receipt = tx.packets.facts(delivered.packet.id)["receipt"]
    assert len(receipt["files"]) == 9
    for file in receipt["files"]:
        assert file["name"] in seen.get_text()
        assert file["sha256"] in seen.get_text()


def test_a_corporation_that_never_acknowledged_hears_of_the_delivery_too(signed: Case) -> None:
    signed.clock.move(days=15)
    people.run_due(signed.services)
    assert people.now(signed.services, signed.packet).status is Status.DELIVERED
    page = visitor(signed.services).get(page_of(signed))
    assert "afgeleverd" in soup(page).main.get_text()


def test_the_contact_confirms_once_and_the_trail_says_who_and_what(delivered: Case) -> None:
    browser, path = visitor(delivered.services), page_of(delivered)
    pressed = browser.press(browser.get(path))
    assert pressed.status_code == 200
    assert "bevestigde de ontvangst op" in soup(pressed).main.get_text()
    assert soup(pressed).main.find("form") is None
    token = browser.csrf_of_session()
    assert browser.client.post(f"{path}/ontvangst", data={"csrf_token": token}).status_code == 303
    people.run_due(delivered.services)
    with delivered.services.store.read() as tx:
        (event,) = [e for e in tx.trail.of(delivered.packet.id) if e.name == "recipient:receipt:confirmed"]
        kept = tx.packets.facts(delivered.packet.id)["receipt"]
    assert event.actor == "corporation"
    assert event.data["address"] == "127.0.0.1"
    assert event.data["sha256"] == {file["name"]: file["sha256"] for file in kept["files"]}
    assert kept["proof"] == "read-back", "a receipt that is there stays as it is"


def test_the_zip_is_what_the_archive_has_and_no_annex(delivered: Case) -> None:
    answer = visitor(delivered.services).get(f"{page_of(delivered)}/archiefpakket.zip")
    folder = people.archived(delivered.services, delivered.packet)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        held = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    assert held == {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_where_only_a_person_takes_it_the_packet_waits_for_the_button(signed: Case) -> None:
    case = waiting(signed)
    assert people.now(case.services, case.packet).status is Status.ARCHIVED
    assert people.events(case.services, case.packet).count("packet:handed:over") == 1
    page = visitor(case.services).get(page_of(case))
    assert "Haal hieronder het pakket" in soup(page).main.get_text()
    assert "is afgeleverd op" not in soup(page).main.get_text()
    people.run_due(case.services)
    assert people.now(case.services, case.packet).status is Status.ARCHIVED


def test_the_button_makes_it_delivered_and_everybody_gets_the_copy(signed: Case) -> None:
    case = waiting(signed)
    browser = visitor(case.services)
    browser.press(browser.get(page_of(case)))
    people.run_due(case.services)
    packet = people.now(case.services, case.packet)
    assert packet.status is Status.DELIVERED
    with case.services.store.read() as tx:
        receipt = tx.packets.facts(packet.id)["receipt"]
        done = next(e for e in tx.trail.of(packet.id) if e.name == "packet:delivered")
    assert (receipt["proof"], len(receipt["files"])) == ("contact", 9)
    assert done.data["proof"] == "contact"
    assert "Uw organisatie heeft dat bevestigd" in soup(browser.get(page_of(case))).main.get_text()
    assert people.token(case.services, packet, "tenant", "k")


@pytest.mark.parametrize("step", ["deliver", "conclude"])
def test_no_step_makes_it_delivered_before_the_button(signed: Case, step: str) -> None:
    case = waiting(signed)
    before = people.events(case.services, case.packet)
    STEPS[step](case.services, case.packet.id, "corporation")
    assert people.events(case.services, case.packet) == before
