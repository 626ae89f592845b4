"""The page "Who has my data?": behind a person's own links, and never behind an organisation's."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing.links import Purpose
from signing.packet import Packet
from signing.texts import page_texts
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.desk import Desk, heading, open_desk, soup
from tests.signing.web.test_corporation import signed


def page_of(desk: Desk, packet: Packet, query: str = "") -> str:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/gegevens{query}")
    assert page.status_code == 200, page.text
    return " ".join(soup(page).main.get_text(" ", strip=True).split())


@pytest.mark.parametrize("role", ["referring_org", "corporation"])
def test_an_organisation_has_no_such_page(desk: Desk, packet: Packet, role: str) -> None:
    signed(desk, packet)
    assert desk.visitor().get(f"{desk.path(packet, role)}/gegevens").status_code == 404
    finished(desk, packet)
    assert desk.visitor().get(f"{desk.path(packet, role, Purpose.COPY)}/gegevens").status_code == 404


def test_who_did_not_prove_who_it_is_sees_nothing(tmp_path: Path) -> None:
    with open_desk(tmp_path, proof=True) as desk:
        packet = desk.packet()
        answer = desk.visitor().get(f"{desk.path(packet, 'tenant')}/gegevens")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/bewijs")


def test_looking_at_it_changes_nothing(desk: Desk, packet: Packet) -> None:
    before = desk.everything()
    page_of(desk, packet)
    assert desk.everything() == before


def test_it_names_each_holder_once_with_documents_since_why_how_long_and_whom_to_ask(
    desk: Desk, packet: Packet
) -> None:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/gegevens")
    assert heading(page) == "Wie heeft mijn gegevens?"
    found = [" ".join(card.get_text(" ", strip=True).split()) for card in soup(page).select("section.card")]
    sender, corporation, service = found
    assert "Mijn begeleiding" in sender
    assert "23 november 2026" in sender
    assert "Woonstichting Maasterras" in corporation
    assert "Nog niets" in corporation
    assert "Tot twee jaar na het einde van uw huur" in corporation
    assert packet.recipient("corporation").email in corporation
    assert "30 dagen" not in service, "documents stay as long as the rest"
    assert "5 jaar" in service or "vijf jaar" in service
    assert "5 jaar" in service


def test_after_the_signatures_the_corporation_has_the_core_and_never_the_annex(
    desk: Desk, packet: Packet
) -> None:
    signed(desk, packet)
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/gegevens")
    corporation = soup(page).select("section.card")[1].get_text(" ", strip=True)
    assert "Begeleidingsovereenkomst" in corporation
    assert "Mijn begeleiding" not in corporation
    assert "Nog niets" not in corporation


def test_who_looked_is_told_by_organisation_and_work_and_never_by_name(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    assert "Er heeft nog niemand gekeken" in page_of(desk, packet)
    finished(desk, packet)
    for who in ("referrer", "archivist"):
        colleagues.logs_in(who).get(f"/bureau/pakketten/{packet.reference}")
    colleagues.logs_in("archivist").get(f"/bureau/pakketten/{packet.reference}/document/core.pdf")
    desk.call("GET", f"/packets/{packet.reference}")
    text = page_of(desk, packet)
    assert "Organisatie referrer , wie de begeleiding regelt: 1 keer." in text
    assert "Organisatie MTR , wie het archief bijhoudt: 2 keer." in text
    assert "een programma: 1 keer." in text
    assert "Archivist" not in text


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_it_is_there_in_every_language_of_the_pages(desk: Desk, packet: Packet, language: str) -> None:
    page = desk.visitor().get(f"{desk.path(packet, 'tenant')}/gegevens?taal={language}")
    assert heading(page) == page_texts(language).get("mine.title")


def test_a_person_comes_there_from_the_choice_and_from_the_own_copy(desk: Desk, packet: Packet) -> None:
    path, visitor = desk.path(packet, "tenant"), desk.visitor()
    visitor.read(path)
    assert f"{path}/gegevens" in visitor.get(f"{path}/keuze").text
    finished(desk, packet)
    copy = desk.path(packet, "tenant", Purpose.COPY)
    assert f"{copy}/gegevens" in visitor.get(copy).text
    page = visitor.get(f"{copy}/gegevens")
    assert heading(page) == "Wie heeft mijn gegevens?"
    assert soup(page).select_one(f"a[href='{copy}']")


def test_it_stays_when_the_packet_was_stopped(desk: Desk, packet: Packet) -> None:
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    assert "Woonstichting Maasterras" in page_of(desk, packet)
