"""The corporation's desk: its queue, its answer with the evidence of the ceremony, and its archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signing.audit import Event, check
from signing.conduct import party
from signing.packet import Answer, Packet, Status
from signing.store import Compared, Outcome
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.desk import NOW, Desk, Visitor, heading, soup
from tests.signing.web.test_following import LIST, another

QUEUE, ARCHIVE = "/bureau/bevestigen", "/bureau/archief"


@pytest.fixture
def archivist(colleagues: Colleagues) -> Visitor:
    """Somebody of the corporation of the sample."""
    return colleagues.logs_in("archivist")


def signed(desk: Desk, packet: Packet) -> Packet:
    """As if all parties had signed now."""
    for role in ("tenant", "referring_org"):
        desk.change(packet, role, answer=Answer.SIGNED, answered_at=desk.clock())
    desk.apply(packet, "tenant", "referring_org")
    return desk.now(packet.id)


def trail(desk: Desk, packet: Packet) -> tuple[Event, ...]:
    with desk.services.store.read() as tx:
        return tx.trail.of(packet.id)


def path(packet: Packet) -> str:
    return f"{LIST}/{packet.reference}/bevestigen"


# The queue


def test_an_empty_queue_says_so_and_a_packet_that_is_still_being_signed_is_not_in_it(
    archivist: Visitor, packet: Packet
) -> None:
    assert "U hoeft nu niets te bevestigen" in archivist.get(QUEUE).text
    assert archivist.get(path(packet)).status_code == 404


def test_the_queue_of_another_corporation_is_empty(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    signed(desk, packet)
    other = colleagues.logs_in("other archivist")
    assert packet.reference not in other.get(QUEUE).text
    assert other.get(path(packet)).status_code == 404


@pytest.mark.parametrize("who", ["corporation auditor", "corporation admin", "referrer"])
def test_only_an_archivist_acknowledges(desk: Desk, colleagues: Colleagues, packet: Packet, who: str) -> None:
    signed(desk, packet)
    visitor = colleagues.logs_in(who)
    assert visitor.get(QUEUE).status_code == 403
    data = {"csrf_token": visitor.csrf_of_session(), "agreed": "yes"}
    assert visitor.client.post(path(packet), data=data).status_code == 403
    assert desk.now(packet.id).recipient("corporation").answer is None


def test_what_ends_first_is_on_top_with_its_term_and_marked_when_that_is_near(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    signed(desk, packet)
    desk.clock.pass_days(12)
    later = signed(desk, another(desk, "0000000010"))
    page = colleagues.logs_in("archivist").get(QUEUE)
    rows = [row.get_text(" ", strip=True) for row in soup(page).select(".list tbody tr")]
    assert [packet.reference in rows[0], later.reference in rows[1]] == [True, True]
    assert "23 november 2026" in rows[0]
    assert "6 december 2026 bijna te laat" in rows[0]
    assert "bijna te laat" not in rows[1]
    desk.clock.pass_days(3)
    assert packet.reference not in colleagues.logs_in("archivist").get(QUEUE).text


# The answer


def test_without_the_tick_nothing_is_acknowledged(desk: Desk, archivist: Visitor, packet: Packet) -> None:
    signed(desk, packet)
    before = trail(desk, packet)
    answer = archivist.press(archivist.get(path(packet)), which="main form")
    assert answer.status_code == 422
    assert "Zet eerst een vinkje" in answer.text
    assert trail(desk, packet) == before


def test_other_bytes_than_were_shown_are_not_acknowledged(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    signed(desk, packet)
    data = {"csrf_token": archivist.csrf_of_session(), "agreed": "yes", "on_screen": "0" * 64}
    page = archivist.client.post(path(packet), data=data, follow_redirects=True)
    assert "Lees het document nog een keer" in page.text
    assert desk.now(packet.id).recipient("corporation").answer is None


def test_a_no_needs_a_reason(desk: Desk, archivist: Visitor, packet: Packet) -> None:
    signed(desk, packet)
    answer = archivist.press(archivist.get(path(packet)), which="main form[action$=niet-bevestigen]")
    assert answer.status_code == 422
    assert desk.now(packet.id).recipient("corporation").answer is None


def test_after_the_term_the_page_of_the_packet_says_that_it_is_too_late(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    signed(desk, packet)
    desk.clock.pass_days(14)
    visitor = colleagues.logs_in("archivist")
    page = visitor.client.get(path(packet), follow_redirects=True)
    assert "kunt dit pakket niet meer bevestigen" in page.text
    assert "Bekijk en bevestig" not in page.text


def test_an_archivist_acknowledges_and_the_trail_says_who_saw_what_and_pressed(
    desk: Desk, archivist: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    packet = signed(desk, packet)
    page = archivist.get(path(packet))
    assert heading(page) == "Bevestig de ontvangst"
    assert packet.recipient("corporation").statement in page.text
    assert "Mijn begeleiding" not in page.text
    assert archivist.get(f"{LIST}/{packet.reference}/origineel/core.pdf").mimetype == "application/pdf"
    assert archivist.get(f"{LIST}/{packet.reference}/origineel/annex.pdf").status_code == 404
    after = archivist.press(page, which="main form", tick=True)
    assert "U hebt de ontvangst bevestigd" in after.text
    recipient = desk.now(packet.id).recipient("corporation")
    assert (recipient.answer, recipient.signatory) == (Answer.ACKNOWLEDGED, "Archivist")
    assert recipient.name != "Archivist"  # who was asked stays in the registry
    events = {event.name: event.data for event in trail(desk, packet) if event.actor == "corporation"}
    account = colleagues.account("archivist").id
    wanted = ("identity:proven", "person:stated", "document:shown", "acknowledged")
    assert all(events[f"recipient:{name}"]["account"] == account for name in wanted)
    given = events["recipient:acknowledged"]
    assert given["statement"] == recipient.statement
    assert given["sha256"] == events["recipient:document:shown"]["sha256"]
    assert {"address", "user_agent", "statement_sha256", "statement_version"} <= given.keys()
    check(trail(desk, packet))
    assert archivist.get(path(packet)).status_code == 303


def test_the_evidence_says_that_an_account_acknowledged_and_not_a_link(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    packet = signed(desk, packet)
    archivist.press(archivist.get(path(packet)), which="main form", tick=True)
    desk.apply(packet, "corporation")
    told = party(desk.services.texts, desk.now(packet.id).recipient("corporation"), (), trail(desk, packet))
    assert str(told["proof"]).startswith("Ingelogd met een eigen account")


def test_an_archivist_withholds_and_the_agreement_stands(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    packet = signed(desk, packet)
    page = archivist.get(path(packet))
    after = archivist.press(page, which="main form[action$=niet-bevestigen]", reason="data_wrong")
    assert "U hebt niet bevestigd" in after.text
    now = desk.now(packet.id)
    assert (now.status, now.recipient("corporation").answer) == (Status.SIGNED, Answer.DECLINED)
    assert trail(desk, packet)[-1].data["reason"] == "data_wrong"


def test_the_link_of_the_contact_still_works_until_somebody_answered(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    packet = signed(desk, packet)
    link = desk.path(packet, "corporation")
    assert desk.visitor().get(link).status_code == 200
    archivist.press(archivist.get(path(packet)), which="main form", tick=True)
    assert "al bevestigd" in desk.visitor().get(link).text


# The archive


def sealed_at(desk: Desk, packet: Packet, at: datetime) -> None:
    finished(desk, packet)
    with desk.services.store.write() as tx:
        tx.packets.save(replace(tx.packets.get(packet.id), signed_at=at))


def found(visitor: Visitor, **asked: str) -> list[str]:
    page = visitor.client.get(ARCHIVE, query_string=asked)
    assert page.status_code == 200
    return [link.get_text() for link in soup(page).select(".list a")]


def test_what_is_not_sealed_or_of_another_corporation_is_not_in_the_archive(
    desk: Desk, archivist: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    signed(desk, packet)
    assert found(archivist) == []
    finished(desk, packet)
    assert found(colleagues.logs_in("other archivist")) == []
    assert found(archivist) == [packet.reference]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"vanaf": "31-12-2026"}, "Vul een datum in die bestaat"),
        ({"vanaf": "2026-12-01", "tot": "2026-11-01"}, "Deze dag ligt voor de eerste dag"),
    ],
)
def test_days_that_cannot_be_are_said(archivist: Visitor, asked: dict[str, str], said: str) -> None:
    page = archivist.client.get(ARCHIVE, query_string=asked)
    assert page.status_code == 422
    assert said in page.text


def test_nothing_of_a_search_comes_back_as_markup(archivist: Visitor) -> None:
    page = archivist.client.get(ARCHIVE, query_string={"zoek": '"><script>', "vanaf": '"><b>'})
    assert soup(page).find("script") is None


@pytest.mark.parametrize(
    "words", ["0012345678", "gravesandestraat 12", "5211 ab", "hertogenbosch", "MTR-0012345678", "BGO01"]
)
def test_the_archive_is_searched_by_number_address_and_reference(
    desk: Desk, archivist: Visitor, packet: Packet, words: str
) -> None:
    finished(desk, packet)
    other = another(
        desk, "0000000010", address__street="Dijk", address__city="Tiel", address__postcode="4001 AA"
    )
    finished(desk, other)
    expected = {packet.reference, other.reference} if words == "BGO01" else {packet.reference}
    assert set(found(archivist, zoek=words)) == expected
    assert found(archivist, zoek=f"{words} zzz") == []


def test_a_tenant_cannot_be_searched_for_by_name_in_the_archive(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    finished(desk, packet)
    assert found(archivist, zoek="Aylin") == []


def test_the_archive_is_searched_by_the_day_of_signing_both_days_included(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    sealed_at(desk, packet, NOW)
    older = another(desk, "0000000010")
    sealed_at(desk, older, NOW - timedelta(days=40))
    assert found(archivist) == [packet.reference, older.reference]
    assert found(archivist, vanaf="2026-11-23") == [packet.reference]
    assert found(archivist, vanaf="2026-11-24") == []
    assert found(archivist, tot="2026-11-22") == [older.reference]
    assert found(archivist, vanaf="2026-10-14", tot="2026-11-23") == [packet.reference, older.reference]


def test_the_archive_turns_pages_and_hides_nothing_old(
    desk: Desk, archivist: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.finding.ON_A_PAGE", 2)
    made = [another(desk, f"00000000{n}0") for n in range(1, 4)]
    for packet in made:
        finished(desk, packet)
    pages = found(archivist), found(archivist, bladzijde="2")
    assert [len(page) for page in pages] == [2, 1]
    assert sorted([*pages[0], *pages[1]]) == sorted(packet.reference for packet in made)


def test_a_packet_of_the_archive_has_its_document_evidence_report_and_clause(
    desk: Desk, archivist: Visitor, packet: Packet
) -> None:
    finished(desk, packet)
    page = archivist.get(f"{LIST}/{packet.reference}")
    links = {link["href"].rpartition(packet.reference)[2] for link in soup(page).select("main a[href]")}
    assert {"/document/core.pdf", "/rapport/core.pdf", "/rapport/core.json"} <= links
    assert "/document/lease-clause.pdf" in links
    assert not [link for link in links if "annex" in link or "summary" in link]
    (clause,) = soup(page).select("textarea[readonly]")
    assert clause.get_text() == f"Bij deze huur hoort {packet.reference}."
    assert archivist.get(f"{LIST}/{packet.reference}/rapport/core.json").json == {"document": "core"}
    assert archivist.get(f"{LIST}/{packet.reference}/rapport/annex.json").status_code == 404
    assert archivist.get(f"{LIST}/{packet.reference}/rapport/annex.pdf").status_code == 404


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (None, "nog niet nagekeken"),
        (Outcome.SAME, "elk bestand is gelijk"),
        (Outcome.DIFFERS, "er is een verschil"),
        (Outcome.UNKNOWN, "niet te lezen"),
        (Outcome.CLOSED, "Alleen het ontvangstbewijs telt"),
    ],
)
def test_a_packet_says_when_it_was_delivered_and_what_the_last_look_found(
    desk: Desk, archivist: Visitor, packet: Packet, outcome: Outcome | None, said: str
) -> None:
    finished(desk, packet)
    if outcome is not None:
        with desk.services.store.write() as tx:
            tx.reconciliations.put([Compared("MTR", packet.reference, desk.clock(), outcome)])
    text = archivist.get(f"{LIST}/{packet.reference}").text
    assert "Afgeleverd op 23 november 2026" in text
    assert said in text
