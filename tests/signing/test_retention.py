"""How long the service keeps a packet, with a clock that moves: what stays, what goes, and what is left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from signing import audit, dossier, following, looks, progress, steering
from signing.config import Retention
from signing.packet import Packet, Status
from signing.retention import Going, Holding, Part, Terms, Wait, going
from signing.steps import STEPS, planned, sweep
from signing.steps.terms import lay_aside
from signing.store import Access, ContentErased, Look, Stuck, Transaction
from tests import people
from tests.conftest import Case
from tests.signing.web.colleagues import CARE, Colleagues, finished
from tests.signing.web.desk import KEY, NOW, Desk, open_desk
from tests.signing.web.test_following import another

TERMS = Terms(timedelta(days=90), timedelta(days=30), timedelta(days=30), 5)
TENANT = "Aylin"


@pytest.fixture(autouse=True)
def thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a partnership may agree on: documents go a month after the last receipt."""
    monkeypatch.setenv("HUURZEGEL_RETENTION", '{"documents_days": 30}')


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty service; nothing of it goes by itself."""
    with open_desk(tmp_path) as opened:
        yield opened


def note_fetched(desk: Desk, packet: Packet, handle: str = CARE) -> None:
    with desk.services.store.write() as tx:
        tx.accesses.add(Access(packet.id, desk.clock(), handle, handle, Look.DOWNLOAD, "evidence"))


def go(desk: Desk) -> list[str]:
    """One night: what is due is promised, and done. The references of what went."""
    swept = [each for each in planned(desk.services) if each.going.now(desk.clock())]
    sweep(desk.services)
    for each in swept:
        STEPS["erase"](desk.services, each.packet_id, each.going.part)
    return [each.reference for each in swept]


def blobs_of(desk: Desk, packet: Packet) -> set[str]:
    """The documents that are on the disk and belong to a packet."""
    with desk.services.store.read() as tx:
        kept = (*tx.documents.of(packet.id), *tx.documents.leaflets(packet.id))
    named = {
        h for d in kept for h in (d.shown_sha256, d.html_sha256, d.revision_sha256, d.sealed_sha256) if h
    }
    return named & set(desk.services.blobs.keys())


def erased_of(desk: Desk, packet: Packet) -> str | None:
    with desk.services.store.read() as tx:
        found = tx.packets.erased(packet.id)
    return None if found is None else found.what


def everything(desk: Desk, *but: str) -> str:
    return repr({name: rows for name, rows in desk.everything().items() if name not in but})


# The rules


def holding(status: Status, **given: object) -> Holding:
    packet = Packet("1", "R", "t", "BGO", "T", status, "MTR", "1", NOW, ())
    plain = Holding(packet, None, NOW, True, None, date(2028, 12, 5), True, False, None)
    return replace(plain, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "status", [Status.DRAFT, Status.READY, Status.SENT, Status.SIGNED, Status.SEALED, Status.ARCHIVED]
)
def test_what_is_on_its_way_never_goes(status: Status) -> None:
    assert going(holding(status), TERMS) is None


def test_documents_stay_as_long_as_the_links_to_copies_work() -> None:
    until = NOW + timedelta(days=90)
    assert going(holding(Status.DELIVERED, copies_until=until), TERMS) == Going(Part.DOCUMENTS, until, ())


def test_what_is_not_delivered_or_not_fetched_or_stuck_waits() -> None:
    held = holding(Status.DELIVERED, complete=False, fetched=False, stuck=True)
    found = going(held, TERMS)
    assert found is not None
    assert found.waits == (Wait.RECEIPT, Wait.EVIDENCE, Wait.WORK)
    assert not found.now(NOW + timedelta(days=9999))


def test_without_a_term_for_documents_they_go_with_all_the_rest() -> None:
    found = going(holding(Status.DELIVERED), replace(TERMS, documents=None))
    assert found == Going(Part.ALL, datetime(2033, 12, 6, tzinfo=UTC), ())


@pytest.mark.parametrize(
    ("ends", "years", "at"),
    [
        (date(2028, 12, 5), 5, datetime(2033, 12, 6, tzinfo=UTC)),
        (date(2028, 2, 29), 5, datetime(2033, 3, 1, tzinfo=UTC)),
        (date(2028, 12, 5), 0, datetime(2028, 12, 6, tzinfo=UTC)),
    ],
)
def test_the_rest_goes_some_years_after_the_agreement(ends: date, years: int, at: datetime) -> None:
    held = holding(Status.DELIVERED, ends_on=ends, erased=Part.DOCUMENTS)
    assert going(held, replace(TERMS, years=years)) == Going(Part.ALL, at, ())


def test_of_a_packet_that_was_erased_whole_nothing_goes_again() -> None:
    assert going(holding(Status.WITHDRAWN, stopped_at=NOW, erased=Part.ALL), TERMS) is None


@pytest.mark.parametrize("setting", [{"access_years": 4}, {"stopped_days": 0}, {"for_ever": 1}])
def test_a_term_that_cannot_be_is_no_setting(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        Retention(**setting)  # type: ignore[arg-type]


# A night


def test_a_packet_that_was_stopped_goes_after_a_month_and_not_a_day_before(desk: Desk) -> None:
    packet = desk.packet()
    link = desk.path(packet, "tenant")
    assert desk.call("POST", f"/packets/{packet.reference}/withdraw").status_code == 200
    with desk.services.store.read() as tx:
        head = audit.check(tx.trail.of(packet.id))
    desk.clock.pass_days(29.99)
    assert go(desk) == []
    assert TENANT in everything(desk)
    desk.clock.pass_days(0.01)
    assert go(desk) == [packet.reference]
    assert TENANT not in everything(desk)
    assert blobs_of(desk, packet) == set()
    with desk.services.store.read() as tx:
        left = tx.packets.erased(packet.id)
        assert left is not None
        assert (left.what, left.head, left.blobs) == ("all", head, ())
        assert tx.trail.of(packet.id) == ()
        assert tx.documents.get(packet.id, "core").shown_sha256  # the tombstone has hashes
    assert desk.now(packet.id).status is Status.WITHDRAWN
    assert desk.visitor().get(link).status_code == 410
    assert go(desk) == []


def test_what_is_running_is_not_touched_by_a_night_of_years_later(desk: Desk) -> None:
    packet = desk.packet()
    desk.clock.pass_days(4000)
    assert go(desk) == []
    assert len(blobs_of(desk, packet)) > 3


def test_a_delivered_packet_stays_until_its_requester_has_the_evidence(desk: Desk) -> None:
    packet = finished(desk, desk.packet())
    desk.clock.pass_days(5000)
    assert go(desk) == []
    note_fetched(desk, packet, "MTR")  # the corporation does not have the annex
    assert go(desk) == []
    assert erased_of(desk, packet) is None


def test_documents_go_a_month_after_the_receipt_and_the_trail_says_so(desk: Desk) -> None:
    packet = finished(desk, desk.packet())
    note_fetched(desk, packet)
    desk.clock.pass_days(29)
    assert go(desk) == []
    desk.clock.pass_days(1)
    kept = blobs_of(desk, packet)
    assert kept
    assert go(desk) == [packet.reference]
    assert blobs_of(desk, packet) == set()
    with desk.services.store.read() as tx:
        trail = tx.trail.of(packet.id)
        audit.check(trail)
        assert trail[-1].name == "packet:documents:erased"
        assert set(trail[-1].data["sha256"].values()) <= kept  # type: ignore[union-attr]
        assert tx.messages.of(packet.id) == ()
    assert TENANT in everything(desk)  # the desk still knows whose lease it is


def test_what_went_is_said_at_the_desk_over_the_api_and_behind_an_old_link(desk: Desk) -> None:
    colleagues, packet = Colleagues(desk), finished(desk, desk.packet())
    note_fetched(desk, packet)
    old = desk.path(packet, "tenant")
    desk.clock.pass_days(30)
    go(desk)
    person = colleagues.person("referrer")
    page = colleagues.logs_in("referrer").get(f"/bureau/pakketten/{packet.reference}")
    assert "De dienst heeft de documenten gewist" in page.text
    assert "core.pdf" not in page.text.partition("In het archief")[0]
    for call in ("documents/core.pdf", "evidence.zip"):
        assert desk.call("GET", f"/packets/{packet.reference}/{call}").status_code in (409, 410)
    for ask in (
        lambda: progress.document(desk.services, CARE, packet.reference, "core"),
        lambda: following.evidence_pdf(desk.services, person, packet.reference),
        lambda: dossier.export(desk.services, CARE, packet.reference),
    ):
        with pytest.raises(ContentErased):
            ask()
    assert desk.visitor().get(old).status_code == 410


def test_all_the_rest_goes_five_years_after_the_agreement(desk: Desk) -> None:
    packet = finished(desk, desk.packet())
    note_fetched(desk, packet)
    desk.clock.pass_days(30)
    go(desk)
    desk.clock.now = datetime(2033, 11, 22, tzinfo=UTC)  # the sample's agreement ends before, in 2028
    with desk.services.store.read() as tx:
        end = tx.packets.filing(packet.id).values["end_date"]
    last = date.fromisoformat(str(end)).replace(year=2033)
    desk.clock.now = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    assert go(desk) == []
    desk.clock.pass_days(1)
    assert go(desk) == [packet.reference]
    assert TENANT not in everything(desk)
    assert packet.reference in everything(desk)


def test_a_stuck_packet_waits_for_a_human(desk: Desk) -> None:
    packet = desk.packet()
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    with desk.services.store.write() as tx:
        tx.attention.put(Stuck(packet.id, "tell:tenant", 0, NOW, "MailRefused"))
    desk.clock.pass_days(40)
    assert go(desk) == []
    assert [each.going.waits for each in planned(desk.services)] == [(Wait.WORK,)]


def test_an_erasure_that_was_promised_too_early_does_nothing(desk: Desk) -> None:
    packet = desk.packet()
    for part in Part:
        STEPS["erase"](desk.services, packet.id, part)
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    STEPS["erase"](desk.services, packet.id, Part.ALL)
    assert erased_of(desk, packet) is None
    assert blobs_of(desk, packet)


def test_a_crash_between_registry_and_disk_leaves_no_document_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = desk.packet()
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    desk.clock.pass_days(30)
    removed, counter = desk.services.blobs.remove, itertools.count()

    def dies(key: str) -> None:
        if next(counter) == 2:
            raise OSError("the power went")
        removed(key)

    monkeypatch.setattr(desk.services.blobs, "remove", dies)
    with pytest.raises(OSError, match="power"):
        STEPS["erase"](desk.services, packet.id, Part.ALL)
    assert blobs_of(desk, packet)
    STEPS["erase"](desk.services, packet.id, Part.ALL)
    assert blobs_of(desk, packet) == set()


def test_a_document_of_another_packet_stays(desk: Desk) -> None:
    gone, stays = desk.packet(), another(desk, "0000000010")
    with desk.services.store.write() as tx:
        sheet = tx.documents.of(stays.id)[0]
        tx.trail.append(gone.id, "packet:withdrawn", "requester", {"also": sheet.shown_sha256}, NOW)
        tx.packets.save(replace(tx.packets.get(gone.id), status=Status.WITHDRAWN))
    desk.clock.pass_days(30)
    assert go(desk) == [gone.reference]
    assert sheet.shown_sha256 in blobs_of(desk, stays)


def test_drafts_that_nobody_changed_go(desk: Desk) -> None:
    colleagues = Colleagues(desk)
    visitor = colleagues.logs_in("referrer")
    visitor.client.post(
        "/bureau/nieuw", data={"csrf_token": visitor.csrf_of_session(), "type": "guidance-agreement"}
    )
    desk.clock.pass_days(89)
    assert sweep(desk.services).drafts == 0
    desk.clock.pass_days(2)
    assert sweep(desk.services).drafts == 1


def test_a_packet_that_nobody_sent_stops_as_old_as_a_draft_may_be_and_goes_a_month_later(desk: Desk) -> None:
    packet = desk.packet(send=False)
    desk.clock.pass_days(90)
    assert sweep(desk.services).unsent == 0
    desk.clock.pass_days(0.01)
    assert sweep(desk.services).unsent == 1
    assert desk.now(packet.id).status is Status.EXPIRED
    with desk.services.store.read() as tx:
        trail = tx.trail.of(packet.id)
    audit.check(trail)
    assert (trail[-1].name, trail[-1].data) == ("packet:expired", {"sent": False})
    assert desk.call("POST", f"/packets/{packet.reference}/send").status_code == 409
    desk.clock.pass_days(30)
    assert go(desk) == [packet.reference]
    assert TENANT not in everything(desk)
    assert blobs_of(desk, packet) == set()


def test_a_packet_that_is_sent_by_itself_on_a_later_day_does_not_stop_before(desk: Desk) -> None:
    colleagues, packet = Colleagues(desk), desk.packet(send=False)
    desk.clock.pass_days(80)
    steering.send_at(
        desk.services, colleagues.person("referrer"), packet.reference, desk.clock() + timedelta(days=80)
    )
    desk.clock.pass_days(79)
    assert sweep(desk.services).unsent == 0
    assert desk.now(packet.id).status is Status.READY


def test_a_new_packet_or_one_that_was_sent_meanwhile_is_not_laid_aside(desk: Desk) -> None:
    waiting, sent = desk.packet(send=False), another(desk, "0000000010")
    assert lay_aside(desk.services, waiting.id, desk.clock() - timedelta(days=90)) is False
    desk.clock.pass_days(0.01)
    assert lay_aside(desk.services, sent.id, desk.clock()) is False
    assert desk.now(waiting.id).status is Status.READY
    assert desk.now(sent.id).status is Status.SENT


def test_an_erased_packet_is_still_in_lists_and_logs(desk: Desk) -> None:
    colleagues, packet = Colleagues(desk), desk.packet()
    colleagues.logs_in("referrer").get(f"/bureau/pakketten/{packet.reference}")
    desk.call("POST", f"/packets/{packet.reference}/withdraw")
    desk.clock.pass_days(30)
    go(desk)
    visitor = colleagues.logs_in("referrer")
    assert packet.reference in visitor.get("/bureau/pakketten?toon=all").text
    page = visitor.get(f"/bureau/pakketten/{packet.reference}")
    assert "De dienst heeft alle gegevens gewist" in page.text
    assert "Maak een nieuwe versie" not in page.text
    assert desk.call("GET", f"/packets/{packet.reference}").json["status"] == "withdrawn"
    assert desk.call("POST", f"/packets/{packet.reference}/reopen", json={}).status_code == 409
    log = looks.log(desk.services, colleagues.person("admin"), packet.reference, 1)
    assert log.total >= 2


# The log of looks


def test_the_database_itself_keeps_the_log_of_looks(desk: Desk) -> None:
    packet = desk.packet()
    old = Access(packet.id, datetime(2020, 1, 1, tzinfo=UTC), CARE, CARE, Look.PAGE, "packet")
    with desk.services.store.write() as tx:
        tx.accesses.add(old)
        tx.accesses.add(replace(old, at=NOW))

    def changed(tx: Transaction, sql: str) -> None:
        tx.connection.execute(sa.text(sql))

    for sql in ("UPDATE access SET name = 'x'", "DELETE FROM access"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), desk.services.store.write() as tx:
            changed(tx, sql)
    assert sweep(desk.services).looks == 1
    with desk.services.store.read() as tx:
        assert [line.at for line in tx.accesses.of(packet.id)] == [NOW]


def test_a_key_of_the_api_still_follows_what_went(desk: Desk) -> None:
    packet = finished(desk, desk.packet())
    note_fetched(desk, packet)
    desk.clock.pass_days(30)
    go(desk)
    found = desk.call("GET", f"/packets/{packet.reference}", KEY)
    assert found.status_code == 200
    assert found.json["events"][-1]["name"] == "packet:documents:erased"


def test_a_link_of_before_is_not_a_way_in(desk: Desk) -> None:
    packet = finished(desk, desk.packet())
    note_fetched(desk, packet)
    serial = packet.recipient("tenant").link_serial
    desk.clock.pass_days(30)
    go(desk)
    assert desk.now(packet.id).recipient("tenant").link_serial == serial + 1


def test_of_a_real_packet_no_document_is_left(delivered: Case) -> None:
    services, packet, clock = delivered.services, delivered.packet, delivered.clock
    before = set(services.blobs.keys())
    with services.store.write() as tx:
        client = tx.overview.client_of(packet.id)
        tx.accesses.add(Access(packet.id, clock(), client, client, Look.DOWNLOAD, "evidence"))
    clock.move(days=89)
    assert not [each for each in planned(services) if each.going.now(clock())]  # links to copies still work
    clock.move(days=2)
    people.run_due(services)
    assert sweep(services).promised == 1
    people.run_due(services)
    assert before
    assert set(services.blobs.keys()) == set()
    assert people.archived(services, packet).is_dir()  # the corporation has it
