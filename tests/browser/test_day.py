"""A referrer's whole day: a new colleague, two packets, a bounce, a list, a withdrawal and a transfer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

from signing import filling, mailbox
from signing.agreement import Agreement, Organisation
from signing.packet import Packet
from signing.steps import take_bounce
from tests import people
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.test_desk import logs_in
from tests.browser.test_desk_lists import works, written
from tests.browser.test_desk_work import fills_in
from tests.browser.visitor import Visitor
from tests.signing.web.colleagues import PASSWORD, Colleagues, finished
from tests.signing.web.desk import Desk

NEW = "noor@voorbeeld.nl"


@pytest.fixture
def colleagues(served: ServedDesk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(served.desk)


def newest(desk: Desk, visitor: Visitor) -> Packet:
    """The packet whose page is open."""
    with desk.services.store.read() as tx:
        return tx.packets.by_reference(visitor.page.url.rpartition("/")[2].replace("-", ""))


def makes(visitor: Visitor, desk: Desk, packet_type: str, data: dict[str, Any]) -> None:
    """Fills in what is empty of the form that is open, and has the packet made."""
    manifest = desk.services.catalog.manifest(packet_type)
    form = filling.written(manifest, filling.carried(manifest, data))
    visitor.page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
    fills_in(visitor, {key: text for key, text in form.items() if "[" not in key or "[0]" in key})
    visitor.presses("desk.draft.make")
    visitor.arrives("day-making", manifest.title)
    desk.work()
    visitor.page.reload()


def comes_in_for_the_first_time(visitor: Visitor, served: ServedDesk) -> None:
    """From the invitation to the desk."""
    visitor.opens(f"{served.address}{served.desk.mailed_paths()[NEW]}")
    for label in ("desk.welcome.password", "desk.welcome.again"):
        visitor.hands.fill(visitor.field(label), PASSWORD)
    visitor.presses("desk.welcome.button")
    secret = visitor.page.locator(".secret").inner_text().replace(" ", "")
    visitor.hands.fill(visitor.field("desk.code.label"), pyotp.TOTP(secret).at(served.desk.clock()))
    visitor.presses("desk.telephone.button")
    visitor.is_at("desk.packets.title", "first-day")


def test_a_new_colleague_has_a_whole_day(
    served: ServedDesk, colleagues: Colleagues, visitors: Visitors, tmp_path: Path
) -> None:
    desk = served.desk
    admin = visitors()
    logs_in(admin, served, colleagues, "admin")
    admin.hands.fill(admin.field("desk.name"), "Noor de Wit")
    admin.hands.fill(admin.field("desk.mail"), NEW)
    admin.hands.tick(admin.page.get_by_label(admin.texts.get("desk.role_help.referrer")))
    admin.presses("desk.people.button")

    noor = visitors()
    comes_in_for_the_first_time(noor, served)

    first = _a_packet(noor, desk, desk.sample())
    noor.presses("desk.packet.send")
    desk.work()

    second = _a_packet(noor, desk, people.changed(desk.sample(), lease_number="0000777777"))
    noor.presses("desk.packet.send")
    desk.work()

    _the_mail_of_the_first_comes_back(noor, served, first)
    _a_list_with_wrong_rows(noor, desk, tmp_path)
    _the_second_is_withdrawn(noor, served, second)
    _the_first_is_transferred(noor, served, first)


def _a_packet(noor: Visitor, desk: Desk, data: dict[str, Any]) -> Packet:
    noor.follows("desk.menu.packets")
    noor.follows("desk.packets.new")
    noor.presses("desk.new.button")
    noor.arrives("day-form", "Begeleidingsovereenkomst")
    makes(noor, desk, people.GUIDANCE, data)
    noor.arrives("day-ready", "Begeleidingsovereenkomst")
    return newest(desk, noor)


def _the_mail_of_the_first_comes_back(noor: Visitor, served: ServedDesk, packet: Packet) -> None:
    desk = served.desk
    with desk.services.store.read() as tx:
        sent = next(m for m in tx.messages.of(packet.id) if m.role == "tenant")
    take_bounce(desk.services, sent.id, "5.1.1")
    desk.work()
    noor.opens(f"{served.address}/bureau/pakketten/{packet.reference}")
    noor.arrives("day-bounced", packet.title)
    expect(noor.page.get_by_text(noor.texts.get("desk.packet.unreached"))).to_be_visible()
    with noor.page.expect_navigation():
        noor.hands.press(noor.page.get_by_role("link", name=re.compile("Verbeter het adres")).first)
    noor.page.locator("#email").fill("beter@voorbeeld.nl")
    noor.presses("desk.act.button.correct")
    desk.work()
    noor.page.reload()
    noor.arrives("day-corrected", packet.title)
    expect(noor.page.get_by_text(noor.texts.get("desk.packet.unreached"))).to_be_hidden()
    assert any("beter@voorbeeld.nl" in mail.to for mail in mailbox.read_folder(desk.mail))


def _a_list_with_wrong_rows(noor: Visitor, desk: Desk, folder: Path) -> None:
    noor.follows("desk.menu.packets")
    noor.follows("desk.batch.link")
    noor.field("desk.batch.file").set_input_files(written(folder, desk))
    noor.presses("desk.batch.button")
    noor.arrives("day-list", "Uw lijst is nagekeken")
    assert "2 rijen kloppen. 2 rijen kloppen niet." in noor.text
    with noor.page.expect_navigation():
        noor.hands.press(noor.page.get_by_role("button", name="Maak de 2 pakketten die kloppen"))
    works(desk, most=9)
    noor.page.reload()
    noor.arrives("day-list-done", "Uw lijst is klaar")
    desk.work()
    noor.follows("desk.menu.packets")
    noor.is_at("desk.packets.title", "busy")


def _the_second_is_withdrawn(noor: Visitor, served: ServedDesk, packet: Packet) -> None:
    noor.opens(f"{served.address}/bureau/pakketten/{packet.reference}")
    noor.follows("desk.packet.withdraw")
    noor.presses("desk.withdraw.button")
    noor.arrives("day-withdrawn", packet.title)


def _the_first_is_transferred(noor: Visitor, served: ServedDesk, packet: Packet) -> None:
    desk = served.desk
    desk.apply(desk.now(packet.id), "tenant", "referring_org")
    finished(desk, packet)
    organisation = desk.sample()["referring_org"]
    referring = Organisation(organisation["name"], organisation["kvk"])
    with desk.services.store.write() as tx:
        tx.agreements.save(Agreement(packet.reference, "MTR", packet.lease_number, referring))
    noor.opens(f"{served.address}/bureau/pakketten/{packet.reference}")
    noor.presses("desk.packet.transfer")
    title = desk.services.catalog.manifest(people.TRANSFER).title
    noor.arrives("day-transfer", title)
    for key, known in (("related_agreement_reference", packet.reference), ("old_guide.name", "Selin Şahin")):
        expect(noor.page.locator(f'[id="{key}"]')).to_have_value(known)
