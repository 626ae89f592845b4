"""A referrer with a list in a browser: an empty one, one with good and bad rows, and the way to packets."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import expect

from signing.steps import STEPS
from tests.browser.conftest import ServedDesk, Visitors
from tests.browser.test_desk import logs_in
from tests.browser.visitor import Visitor
from tests.signing import lists
from tests.signing.web.colleagues import Colleagues
from tests.signing.web.desk import Desk, Notebook


@pytest.fixture
def colleagues(served: ServedDesk) -> Colleagues:
    """Everybody who works at the desk."""
    return Colleagues(served.desk)


def written(folder: Path, desk: Desk) -> Path:
    """A file with two good rows, one to look at again, and two that are wrong."""
    rows = [
        lists.row(desk, 1),
        lists.row(desk, 2, address__postcode="12", tenant__email="geen adres", guide__name=""),
        lists.row(desk, 3, contact_moments="Met de psychiater"),
        lists.row(desk, 1),
    ]
    file = folder / "lijst van november.csv"
    file.write_bytes(lists.as_csv(lists.table(rows)))
    return file


def works(desk: Desk, *, most: int) -> None:
    """Does some of what was promised."""
    notebook = cast(Notebook, desk.services.agenda)
    for _ in range(most):
        if notebook.tasks:
            task = notebook.tasks.pop(0)
            STEPS[task.step](desk.services, task.packet_id, task.role)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_list_with_good_and_bad_rows_becomes_packets(
    served: ServedDesk, colleagues: Colleagues, visitors: Visitors, tmp_path: Path, javascript: bool
) -> None:
    visitor = visitors(javascript=javascript)
    logs_in(visitor, served, colleagues, "referrer")
    visitor.follows("desk.batch.link")
    visitor.is_at("desk.batch.title")
    visitor.presses("desk.batch.button")
    visitor.is_at("desk.batch.title", "wrong")
    visitor.field("desk.batch.file").set_input_files(written(tmp_path, served.desk))
    visitor.presses("desk.batch.button")
    visitor.arrives("desk-batch-checked", "Uw lijst is nagekeken")
    assert "2 rijen kloppen. 2 rijen kloppen niet." in visitor.text
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("button", name="Maak de 2 pakketten die kloppen"))
    visitor.arrives("desk-batch-running", "Uw pakketten worden gemaakt")
    works(served.desk, most=2)
    if javascript:
        expect(visitor.page.get_by_text("1 van de 2 klaar")).to_be_visible()
    visitor.page.reload()
    visitor.arrives("desk-batch-running", "Uw pakketten worden gemaakt")
    expect(visitor.page.get_by_text("1 van de 2 klaar")).to_be_visible()
    works(served.desk, most=9)
    if not javascript:
        visitor.follows("desk.batch.reload")
    visitor.arrives("desk-batch-done", "Uw lijst is klaar")
    with visitor.page.expect_download() as download:
        visitor.hands.press(visitor.link("desk.batch.correct"))
    assert len(lists.lines(download.value.path().read_bytes())) == 3
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name="MTR-00000001-BGO01"))
    visitor.arrives("desk-packet-of-list", "Begeleidingsovereenkomst")


def test_a_form_with_what_is_known_keeps_itself_while_somebody_types(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    packet = served.desk.packet()
    logs_in(visitor, served, colleagues, "referrer")
    visitor.follows("desk.packets.new")
    visitor.hands.fill(visitor.field("desk.new.search"), "walesa")
    visitor.presses("desk.packets.button")
    visitor.is_at("desk.new.title", "found")
    visitor.presses("desk.new.button")
    visitor.arrives("desk-draft-known", packet.title)
    visitor.page.locator("[id='programme_name']").evaluate("e => e.closest('details').open = true")
    visitor.page.locator("[id='programme_name']").fill("Onder dak")
    expect(visitor.page.locator("#bewaard")).to_have_text(visitor.texts.get("desk.draft.kept"))
    visitor.page.reload()
    expect(visitor.page.locator("[id='programme_name']")).to_have_value("Onder dak")


def test_a_slip_in_a_reference_leads_to_the_packet(
    served: ServedDesk, colleagues: Colleagues, visitor: Visitor
) -> None:
    packet = served.desk.packet()
    logs_in(visitor, served, colleagues, "referrer")
    visitor.hands.fill(visitor.field("desk.packets.search"), packet.reference.replace("12345", "12354"))
    visitor.presses("desk.packets.button")
    visitor.is_at("desk.packets.title", "meant")
    with visitor.page.expect_navigation():
        visitor.hands.press(visitor.page.get_by_role("link", name=packet.reference))
    expect(visitor.page.get_by_text("1 pakket gevonden.")).to_be_visible()
