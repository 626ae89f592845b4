"""Every look at a packet is noted before it is given (NEN 7513), and shown to who watches over it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from signing.packet import Packet
from signing.store import Access, Look, Store
from signing.web.seeing import SHOWN
from tests.signing.test_migrations import ID, NOW, fill
from tests.signing.web.colleagues import Colleagues, finished
from tests.signing.web.desk import OTHER_KEY, Desk, Visitor, soup
from tests.signing.web.test_following import LIST

LOG = "/bureau/inzage"


def lines(desk: Desk, packet: Packet) -> list[Access]:
    """All that was noted, oldest first."""
    with desk.services.store.read() as tx:
        return list(tx.accesses.of(packet.id))[::-1]


def told(desk: Desk, packet: Packet) -> list[tuple[str | None, str, str]]:
    return [(line.name, line.act.value, line.what) for line in lines(desk, packet)]


def test_every_page_and_call_that_shows_a_packet_is_watched(desk: Desk) -> None:
    for route in desk.app.url_map.iter_rules():
        about = "<wanted>" in route.rule and route.endpoint.startswith("desk.")
        about |= "<reference>" in route.rule and route.endpoint.startswith("api.")
        if about and "GET" in (route.methods or ()):
            assert route.endpoint in SHOWN, f"{route.rule} is new: say in seeing.SHOWN what is seen there"


def test_what_was_not_given_is_not_noted(desk: Desk, colleagues: Colleagues, packet: Packet) -> None:
    for who in ("other referrer", "archivist", "admin"):  # not theirs, not theirs yet, no packets at all
        colleagues.logs_in(who).get(f"{LIST}/{packet.reference}")
    colleagues.logs_in("referrer").get(f"{LIST}/{packet.reference}/document/core.pdf")  # not sealed yet
    desk.call("GET", f"/packets/{packet.reference}", OTHER_KEY)
    desk.visitor().get(f"{LIST}/{packet.reference}")
    assert lines(desk, packet) == []


def test_nothing_is_given_that_cannot_be_noted(
    desk: Desk, referrer: Visitor, packet: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("signing.looks._note", fails)
    page = referrer.get(f"{LIST}/{packet.reference}")
    assert page.status_code == 500
    assert "Aylin" not in page.text


@pytest.mark.parametrize("who", ["archivist", "referrer", "operator"])
def test_only_an_admin_and_an_auditor_read_the_log(colleagues: Colleagues, who: str) -> None:
    visitor = colleagues.logs_in(who)
    assert visitor.get(LOG).status_code == 403
    assert visitor.get(f"{LOG}.csv").status_code == 403


def test_a_referrer_does_not_read_who_looked_on_the_page_of_a_packet(
    referrer: Visitor, packet: Packet
) -> None:
    referrer.get(f"{LIST}/{packet.reference}")
    assert "Wie keek er?" not in referrer.get(f"{LIST}/{packet.reference}").text


def test_a_page_is_noted_with_who_of_which_organisation_in_which_role(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    referrer.get(f"{LIST}/{packet.reference}")
    (line,) = lines(desk, packet)
    account = colleagues.account("referrer")
    assert line == Access(
        packet.id,
        desk.clock(),
        "referrer",
        "Organisatie referrer",
        Look.PAGE,
        "packet",
        account_id=account.id,
        name="Referrer",
        roles=("referrer",),
    )


def test_a_page_that_is_loaded_again_is_one_look_and_a_file_is_one_each_time(
    desk: Desk, colleagues: Colleagues, packet: Packet
) -> None:
    finished(desk, packet)
    visitor = colleagues.logs_in("archivist")
    for _ in range(3):
        visitor.get(f"{LIST}/{packet.reference}")
    for _ in range(2):
        visitor.get(f"{LIST}/{packet.reference}/document/core.pdf")
    desk.clock.pass_days(0.01)
    colleagues.logs_in("archivist").get(f"{LIST}/{packet.reference}")
    assert told(desk, packet) == [
        ("Archivist", "page", "packet"),
        ("Archivist", "download", "document:core"),
        ("Archivist", "download", "document:core"),
        ("Archivist", "page", "packet"),
    ]


def test_a_program_is_noted_by_its_key(desk: Desk, packet: Packet) -> None:
    finished(desk, packet)
    for path in ("", "/documents/core.pdf", "/tenant.zip"):
        assert desk.call("GET", f"/packets/{packet.reference}{path}").status_code == 200
    assert [(line.key_id, line.what) for line in lines(desk, packet)] == [
        ("referrer", "packet"),
        ("referrer", "document:core"),
        ("referrer", "tenant"),
    ]


def test_the_admin_of_the_care_organisation_reads_names_of_its_own_people_only(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    finished(desk, packet)
    referrer.get(f"{LIST}/{packet.reference}")
    colleagues.logs_in("archivist").get(f"{LIST}/{packet.reference}")
    admin = colleagues.logs_in("admin")
    page = admin.get(LOG)
    rows = [" ".join(row.get_text(" ", strip=True).split()) for row in soup(page).select(".list tbody tr")]
    assert len(rows) == 2
    assert "Archivist" not in page.text
    assert any("Organisatie MTR" in row for row in rows)
    assert any("Referrer ," in row and "bekeken: het pakket" in row for row in rows)
    with admin.client.get(f"{LOG}.csv") as answer:
        text = answer.data.decode("utf-8-sig")
    assert text.splitlines()[0] == "Wanneer;Kenmerk;Organisatie;Rol;Wie;Wat;Onderdeel"
    assert re.search(r"2026-11-23T09:00:00Z;MTR-[^;]*;Organisatie referrer;[^;]*;Referrer;bekeken", text)
    assert "Archivist" not in text


def test_a_corporation_reads_nothing_of_how_the_parties_work(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    referrer.get(f"{LIST}/{packet.reference}")
    finished(desk, packet)
    colleagues.logs_in("archivist").get(f"{LIST}/{packet.reference}")
    for who in ("corporation admin", "corporation auditor"):
        text = colleagues.logs_in(who).get(LOG).text
        assert "Archivist" in text
        assert "Organisatie referrer" not in text
    page = colleagues.logs_in("corporation auditor").get(f"{LIST}/{packet.reference}").text
    assert "Wie keek er?" in page
    assert "Archivist" in page
    assert "Referrer" not in page


def test_another_organisation_reads_nothing_of_it(
    referrer: Visitor, colleagues: Colleagues, packet: Packet
) -> None:
    referrer.get(f"{LIST}/{packet.reference}")
    for who in ("other admin", "other auditor", "corporation admin"):  # the last: it is still being signed
        page = colleagues.logs_in(who).get(f"{LOG}?kenmerk={packet.reference}")
        assert "Er heeft nog niemand gekeken" in page.text


@pytest.mark.parametrize("odd", ["nonsense", "%0a", "a" * 300, '"><script>'])
def test_a_search_for_no_packet_finds_nothing(
    referrer: Visitor, colleagues: Colleagues, packet: Packet, odd: str
) -> None:
    referrer.get(f"{LIST}/{packet.reference}")
    page = colleagues.logs_in("admin").client.get(LOG, query_string={"kenmerk": odd})
    assert page.status_code == 200
    assert "Er heeft nog niemand gekeken" in page.text
    assert soup(page).find("script") is None


def test_the_log_turns_pages(
    desk: Desk, referrer: Visitor, colleagues: Colleagues, packet: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signing.looks.ON_A_PAGE", 2)
    finished(desk, packet)
    for _ in range(3):
        referrer.get(f"{LIST}/{packet.reference}/document/core.pdf")
    admin = colleagues.logs_in("admin")
    rows = [len(soup(admin.get(f"{LOG}?bladzijde={n}")).select(".list tbody tr")) for n in (1, 2)]
    assert rows == [2, 1]


def test_looks_are_not_in_the_chain_that_the_evidence_holds(
    desk: Desk, referrer: Visitor, packet: Packet
) -> None:
    before = desk.events(packet)
    referrer.get(f"{LIST}/{packet.reference}")
    assert desk.events(packet) == before


def test_the_database_refuses_to_change_or_lose_a_line(url: str) -> None:
    store = Store(url)
    fill(store)
    line = Access(ID, NOW, "referrer", "Het Huis", Look.PAGE, "packet", name="Noor")
    old = Access(ID, datetime(2019, 1, 1, tzinfo=UTC), "referrer", "Het Huis", Look.PAGE, "packet")
    with store.write() as tx:
        tx.accesses.add(line)
        tx.accesses.add(old)
    for sql in ("UPDATE access SET name = 'x'", "DELETE FROM access"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), store.write() as tx:
            tx.connection.execute(sa.text(sql))
    with store.write() as tx:
        assert tx.accesses.drop_before(datetime(2020, 1, 1, tzinfo=UTC)) == 1
    with store.read() as tx:
        assert tx.accesses.of(ID) == (line,)
    store.close()
