"""The overview and the packet page of the desk: what waits on whom, search, file, timeline, actions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signing.packet import Packet, Status
from signing.store import Stuck
from tests import people
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.desk import OTHER_KEY, Desk, Visitor, heading, soup

LIST = "/bureau/pakketten"


def another(desk: Desk, lease: str, key: str | None = None, send: bool = True, **more: object) -> Packet:
    """A packet for another lease."""
    data = people.changed(desk.sample(), lease_number=lease, **more)
    body = {"type": "guidance-agreement", "data": data, "send": send}
    answer = desk.post(body) if key is None else desk.post(body, key)
    assert answer.status_code == 202, answer.text
    desk.work()
    return desk.now(answer.json["id"])


def listed(visitor: Visitor, **asked: str) -> list[str]:
    """The references in the overview."""
    page = visitor.client.get(LIST, query_string=asked)
    return [link.get_text() for link in soup(page).select(".list a")]


def set_status(desk: Desk, packet: Packet, status: Status) -> None:
    with desk.services.store.write() as tx:
        tx.packets.save(replace(tx.packets.get(packet.id), status=status))


def test_a_packet_that_is_not_there_is_not_found(referrer: Visitor) -> None:
    for reference in ("MTR-0012345678-BGO01-C", "nonsense", "%0a"):
        assert referrer.get(f"{LIST}/{reference}").status_code == 404


def test_an_empty_overview_says_so(referrer: Visitor) -> None:
    assert "0 pakketten gevonden." in referrer.get(LIST).text


def test_nothing_of_a_search_comes_back_as_markup(referrer: Visitor, packet: Packet) -> None:
    page = referrer.client.get(LIST, query_string={"zoek": '"><script>alert(1)</script>', "toon": "<b>"})
    assert page.status_code == 200
    assert soup(page).find("script") is None


def test_the_overview_says_on_whom_a_packet_waits(referrer: Visitor, packet: Packet) -> None:
    row = soup(referrer.get(LIST)).select_one(".list tbody tr").get_text(" ", strip=True)
    assert "Aylin Zofia van der Wałęsa-Şahin" in row
    assert "Wacht op : " in row or "Wacht op: " in row
    for recipient in packet.recipients[:2]:
        assert recipient.label in row
    assert "te laat" not in row


def test_after_a_week_it_is_late_and_can_be_filtered(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    assert listed(referrer, toon="overdue") == []
    desk.clock.pass_days(8)
    late = colleagues.logs_in("referrer")
    assert listed(late, toon="overdue") == [packet.reference]
    assert "te laat" in late.get(LIST).text


def test_stuck_work_is_seen_by_its_own_organisation(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    with desk.services.store.write() as tx:
        tx.attention.put(Stuck(packet.id, "invite", 0, desk.clock(), "MailRefused"))
    assert listed(referrer, toon="stuck") == [packet.reference]
    assert "Vastgelopen" in referrer.get(f"{LIST}/{packet.reference}").text


def test_filters_tell_running_finished_and_stopped_packets_apart(desk: Desk, referrer: Visitor) -> None:
    packets = [another(desk, f"00000000{n}0") for n in range(1, 5)]
    waiting = another(desk, "0000000090", send=False)
    statuses = (Status.SENT, Status.DELIVERED, Status.DECLINED, Status.WITHDRAWN)
    for packet, status in zip(packets, statuses, strict=True):
        set_status(desk, packet, status)
    sent, done, *stopped = [packet.reference for packet in packets]
    assert set(listed(referrer)) == {sent, waiting.reference}
    assert listed(referrer, toon="parties") == [sent]
    assert listed(referrer, toon="own") == [waiting.reference]
    assert listed(referrer, toon="done") == [done]
    assert set(listed(referrer, toon="stopped")) == set(stopped)
    assert len(listed(referrer, toon="all")) == 5
    assert set(listed(referrer, toon="nonsense")) == set(listed(referrer))


@pytest.mark.parametrize(
    "words", ["walesa sahin", "GRAVESANDE 12", "0012345678", "maasterras aylin", "bgo01"]
)
def test_a_search_finds_by_name_address_number_and_reference(
    referrer: Visitor, packet: Packet, words: str
) -> None:
    assert listed(referrer, zoek=words) == [packet.reference]
    assert listed(referrer, zoek=f"{words} zzz") == []


def test_the_file_holds_what_the_list_holds_and_no_formula(desk: Desk, referrer: Visitor) -> None:
    kept = another(desk, "0000000010", tenant__given_names="Bo")
    with desk.services.store.write() as tx:
        values = dict(tx.packets.filing(kept.id).values)
        tx.packets.set_facts(kept.id, values={**values, "tenant": {"full_name": '=HYPERLINK("x")'}})
    with referrer.client.get(f"{LIST}.csv") as answer:
        text = answer.data.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("Kenmerk;Soort;Huurder")
    assert len(lines) == 2
    assert kept.reference in lines[1]
    assert ";\"'=HYPERLINK" in lines[1]


def test_pages_turn(desk: Desk, referrer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.finding.ON_A_PAGE", 2)
    made = [another(desk, f"00000000{n}0").reference for n in range(1, 6)]
    pages, path = [], LIST
    for _ in range(3):
        page = soup(referrer.get(path))
        pages.append([link.get_text() for link in page.select(".list a")])
        path = page.select(".turn a")[-1]["href"]
    assert [len(each) for each in pages] == [2, 2, 1]
    assert sorted(pages[0] + pages[1] + pages[2]) == sorted(made)
    for expected in (pages[1], pages[0]):
        page = soup(referrer.get(path))
        assert [link.get_text() for link in page.select(".list a")] == expected
        path = page.select(".turn a")[0]["href"]
    assert "nieuwer" not in path  # the list begins here


def test_a_page_after_a_packet_that_is_not_there_is_the_first_one(referrer: Visitor, packet: Packet) -> None:
    for odd in ("0", "99", "-1", "x", "MTR-0000000000-BGO01-Q"):
        assert listed(referrer, ouder=odd) == listed(referrer, nieuwer=odd) == [packet.reference]


def test_no_more_than_a_thousand_are_counted(
    desk: Desk, referrer: Visitor, packet: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.finding.COUNTED", 1)
    assert "1 pakket gevonden." in referrer.get(LIST).text
    another(desk, "0000000010")
    assert "Meer dan 1 pakketten gevonden." in referrer.get(LIST).text


def test_the_packet_page_tells_what_happened_in_words(referrer: Visitor, packet: Packet) -> None:
    page = referrer.get(f"{LIST}/{packet.reference}")
    timeline = soup(page).select_one(".timeline").get_text(" ", strip=True)
    assert heading(page) == packet.title
    for words in ("Gegevens ontvangen en gecontroleerd", "Uitnodiging met persoonlijke link verstuurd"):
        assert words in timeline
    assert "packet:" not in timeline
    assert "Te downloaden na het verzegelen" in page.text
    assert not soup(page).select("a[href$='/core.pdf']")


def test_documents_come_after_the_seal(desk: Desk, referrer: Visitor, packet: Packet) -> None:
    assert referrer.get(f"{LIST}/{packet.reference}/document/core.pdf").status_code == 409
    finished(desk, packet)
    answer = referrer.get(f"{LIST}/{packet.reference}/document/core.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert referrer.get(f"{LIST}/{packet.reference}/document/nonsense.pdf").status_code == 404
    assert referrer.get(f"{LIST}/{packet.reference}/bewijs.zip").status_code == 409


def test_the_evidence_is_a_document_for_the_corporation_too(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    finished(desk, packet)
    archivist = colleagues.logs_in("archivist")
    path = f"{LIST}/{packet.reference}/bewijs.pdf"
    assert archivist.get(path).status_code == 409
    with desk.services.store.write() as tx:
        sha256 = desk.services.blobs.put(b"%PDF evidence")
        tx.packets.set_facts(packet.id, package={"evidence_sha256": sha256})
    assert path in archivist.get(f"{LIST}/{packet.reference}").text
    assert archivist.get(path).data == referrer.get(path).data == b"%PDF evidence"
    assert archivist.get(f"{LIST}/{packet.reference}/bewijs.zip").status_code == 403


def test_withdrawing_asks_first_and_says_whose_account_did(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    page = referrer.get(f"{LIST}/{packet.reference}/intrekken")
    assert desk.now(packet.id).status is Status.SENT
    after = referrer.press(page, which="main form")
    assert "Ingetrokken" in after.text
    assert desk.now(packet.id).status is Status.WITHDRAWN
    with desk.services.store.read() as tx:
        last = tx.trail.of(packet.id)[-1]
    assert last.data == {"account": colleagues.account("referrer").id}
    late = referrer.get(f"{LIST}/{packet.reference}/intrekken")
    assert "kan niet meer" in late.text
    assert soup(late).select("main form") == []


def test_a_packet_that_waits_is_sent_from_its_page(desk: Desk, referrer: Visitor) -> None:
    waiting = another(desk, "0000000010", send=False)
    page = referrer.get(f"{LIST}/{waiting.reference}")
    referrer.press(page, which="main form")
    desk.work()
    assert desk.now(waiting.id).status is Status.SENT


def test_an_auditor_sees_no_button(colleagues: Colleagues, packet: Packet) -> None:
    page = colleagues.logs_in("auditor").get(f"{LIST}/{packet.reference}")
    assert soup(page).select("main form, main .button") == []


def test_each_organisation_has_its_own_overview(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    theirs = another(desk, "0000000010", key=OTHER_KEY)
    assert listed(referrer) == [packet.reference]
    assert listed(colleagues.logs_in("other referrer")) == [theirs.reference]
    finished(desk, theirs)
    assert listed(colleagues.logs_in("archivist"), toon="all") == [theirs.reference]
