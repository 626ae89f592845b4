"""The desk in a browser: an invitation, the way in with password and telephone, and every page inspected."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from PIL import Image

from signing import staff
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.visitor import Visitor
from tests.signing.web.colleagues import CARE, PASSWORD, Colleagues, finished


@pytest.fixture
def colleagues(served: ServedDesk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(served.desk)


def logs_in(visitor: Visitor, served: ServedDesk, colleagues: Colleagues, name: str) -> None:
    """From the front page of the desk to where this person works."""
    account = colleagues.account(name)
    visitor.opens(f"{served.address}/bureau")
    visitor.is_at("desk.log_in.title")
    visitor.hands.fill(visitor.field("desk.mail"), account.mail)
    visitor.hands.fill(visitor.field("desk.password"), PASSWORD)
    visitor.presses("desk.log_in.button")
    visitor.is_at("desk.code.title")
    visitor.hands.fill(visitor.field("desk.code.label"), colleagues.code(account))
    visitor.presses("desk.code.button")


def test_a_wrong_password_and_a_wrong_code_are_said_on_the_page(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    visitor.opens(f"{served.address}/bureau")
    visitor.hands.fill(visitor.field("desk.mail"), "referrer@voorbeeld.nl")
    visitor.hands.fill(visitor.field("desk.password"), "iets heel anders")
    visitor.presses("desk.log_in.button")
    visitor.is_at("desk.log_in.title", "wrong")
    visitor.hands.fill(visitor.field("desk.password"), PASSWORD)
    visitor.presses("desk.log_in.button")
    visitor.hands.fill(visitor.field("desk.code.label"), "000000")
    visitor.presses("desk.code.button")
    visitor.is_at("desk.code.title", "wrong")


@pytest.mark.parametrize("keyboard", [False, True], ids=["pointer", "keyboard"])
def test_a_referrer_logs_in_looks_withdraws_and_logs_out(
    served: ServedDesk, colleagues: Colleagues, visitors: Visitors, keyboard: bool
) -> None:
    packet = served.desk.packet()
    visitor = visitors(keyboard=keyboard, javascript=not keyboard)
    logs_in(visitor, served, colleagues, "referrer")
    visitor.is_at("desk.packets.title")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=packet.reference))
    visitor.arrives("desk-packet", packet.title)
    visitor.follows("desk.packet.withdraw")
    visitor.is_at("desk.withdraw.title")
    visitor.presses("desk.withdraw.button")
    visitor.arrives("desk-packet-withdrawn", packet.title)
    visitor.follows("desk.menu.own")
    visitor.is_at("desk.own.title")
    visitor.presses("desk.menu.out")
    visitor.is_at("desk.log_in.title", "out")


def test_an_invited_person_couples_a_telephone_by_hand(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    account = colleagues.account("auditor")
    staff.recover(served.desk.services, colleagues.person("admin"), account.id)
    visitor.opens(f"{served.address}{served.desk.mailed_paths()[account.mail]}")
    visitor.is_at("desk.welcome.title")
    visitor.presses("desk.welcome.button")
    visitor.is_at("desk.welcome.title", "wrong")
    for label in ("desk.welcome.password", "desk.welcome.again"):
        visitor.hands.fill(visitor.field(label), PASSWORD)
    visitor.presses("desk.welcome.button")
    visitor.is_at("desk.telephone.title")
    secret = visitor.page.locator(".secret").inner_text().replace(" ", "")
    visitor.hands.fill(visitor.field("desk.code.label"), pyotp.TOTP(secret).at(served.desk.clock()))
    visitor.presses("desk.telephone.button")
    visitor.is_at("desk.packets.title", "empty")


def test_an_admin_invites_a_colleague(served: ServedDesk, colleagues: Colleagues, visitor: Visitor) -> None:
    logs_in(visitor, served, colleagues, "admin")
    visitor.is_at("desk.people.title")
    visitor.presses("desk.people.button")
    visitor.is_at("desk.people.title", "wrong")
    visitor.hands.fill(visitor.field("desk.name"), "Noor de Wit")
    visitor.hands.fill(visitor.field("desk.mail"), "nieuw@voorbeeld.nl")
    visitor.hands.tick(visitor.page.get_by_label(visitor.texts.get("desk.role_help.referrer")))
    visitor.presses("desk.people.button")
    visitor.is_at("desk.people.title", "invited")
    assert "nieuw@voorbeeld.nl" in served.desk.mailed_paths()


def test_an_admin_corrects_the_organisation_and_brings_its_logo(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor, tmp_path: Path
) -> None:
    small, good = tmp_path / "klein.png", tmp_path / "logo.png"
    Image.new("RGB", (100, 20), "navy").save(small)
    Image.new("RGB", (360, 120), "navy").save(good)
    logs_in(visitor, served, colleagues, "admin")
    visitor.follows("desk.menu.house")
    visitor.is_at("desk.house.title")
    visitor.hands.fill(visitor.field("desk.organisations.contact_email"), "noor")
    visitor.presses("desk.house.button")
    visitor.is_at("desk.house.title", "wrong")
    visitor.field("desk.house.file").set_input_files(small)
    visitor.presses("desk.house.logo_button")
    visitor.is_at("desk.house.title", "wrong-logo")
    visitor.field("desk.house.file").set_input_files(good)
    visitor.presses("desk.house.logo_button")
    visitor.is_at("desk.house.title", "logo")
    alt = visitor.texts.get("desk.house.logo_alt", organisation=f"Organisatie {CARE}")
    shown = visitor.page.get_by_role("img", name=alt)
    assert shown.evaluate("picture => picture.naturalWidth") == 360


def test_an_operator_looks_at_the_organisations(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    logs_in(visitor, served, colleagues, "operator")
    visitor.is_at("desk.organisations.title")
    visitor.presses("desk.organisations.button")
    visitor.is_at("desk.organisations.title", "wrong")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name="Organisatie referrer"))
    visitor.arrives("desk-organisation", "Organisatie referrer")
    assert visitor.opens(f"{served.address}/bureau/pakketten") == 403
    visitor.is_at("error.not_allowed.title")


def test_an_archivist_sees_what_was_delivered(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    packet = finished(served.desk, served.desk.packet())
    logs_in(visitor, served, colleagues, "archivist")
    visitor.is_at("desk.queue.title", "nothing")
    visitor.opens(f"{served.address}/bureau/pakketten?toon=all")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=packet.reference))
    visitor.arrives("desk-packet-archivist", packet.title)
    assert "Mijn begeleiding" not in visitor.text
