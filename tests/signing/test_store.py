"""The registry on both databases: what it refuses, what two at once cannot break, what it gives back."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from signing import audit
from signing.agreement import Agreement, Organisation, Transfer, transferred
from signing.duties import Open
from signing.errors import NotFound, RevisionConflict
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.store import Filing, Store, StoredDocument, Stuck, tables
from signing.store.engine import migrate, open_engine

NOW = datetime(2026, 11, 23, 9, 30, 0, 123_456, tzinfo=UTC)
FILING = Filing(
    client="referrer",
    request_sha256="f" * 64,
    template_version="1.0.0",
    template_sha256="a" * 64,
    subject="5" * 64,
    data={"tenant": {"prefix": "’t"}},
    values={"tenant": {"prefix": "’t", "full_name": "’t Hof"}},
    send_when_ready=True,
    idempotency_key="key-1",
)
DOCUMENT = StoredDocument("core", "Begeleidingsovereenkomst", True, 4, "1" * 64, "2" * 64, "1" * 64)
ANNEX = replace(DOCUMENT, name="annex", title="Mijn begeleiding", archive=False)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


def recipient(role: str, action: Action = Action.SIGN) -> Recipient:
    return Recipient(role, role.title(), action, 1, ("core",), "Łukasz O'Neill", "a@voorbeeld.nl", "Akkoord.")


def packet(number: int = 1, **more: object) -> Packet:
    made = Packet(
        id=f"0191d7a5-3c5e-7cc4-9f7e-{number:012d}",
        reference={1: "MTR-0012345678-BGO01-C", 2: "MTR-0012345678-OVD01-4"}[number],
        type="guidance-agreement",
        code="BGO",
        title="Begeleidingsovereenkomst",
        status=Status.DRAFT,
        corporation="MTR",
        lease_number="0012345678",
        created_at=NOW,
        recipients=(recipient("tenant"), recipient("corporation", Action.ACKNOWLEDGE)),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def add(store: Store, made: Packet, filing: Filing = FILING) -> Packet:
    with store.write() as tx:
        tx.packets.add(made, filing)
        tx.documents.add(made.id, (DOCUMENT, ANNEX))
    return made


def at_once(work: Callable[[int], object], times: int) -> list[object]:
    """The results of ``work`` in four threads that start together."""
    start = threading.Barrier(4)

    def each(number: int) -> object:
        if number < 4:
            start.wait(10)
        return work(number)

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(each, range(times)))


@pytest.mark.parametrize("moment", ["created_at", "sent_at"])
def test_a_time_without_a_zone_never_enters_the_registry(store: Store, moment: str) -> None:
    with pytest.raises(sa.exc.StatementError, match="without a zone"):
        add(store, packet(**{moment: NOW.replace(tzinfo=None)}))
    with store.read() as tx, pytest.raises(NotFound):
        tx.packets.get(packet().id)


@pytest.mark.parametrize(
    "look",
    [
        lambda tx: tx.packets.get("nobody"),
        lambda tx: tx.packets.by_reference("MTR0012345678BGO01C"),
        lambda tx: tx.packets.filing("nobody"),
        lambda tx: tx.documents.get("nobody", "core"),
    ],
)
def test_what_is_not_there_is_not_found(store: Store, look: Callable[[object], object]) -> None:
    with store.read() as tx, pytest.raises(NotFound):
        look(tx)


def test_another_client_does_not_find_a_packet_by_its_reference(store: Store) -> None:
    add(store, packet())
    with store.read() as tx:
        assert tx.packets.by_reference("MTR0012345678BGO01C", "referrer")
        with pytest.raises(NotFound):
            tx.packets.by_reference("MTR0012345678BGO01C", "mallory")


def test_an_idempotency_key_belongs_to_one_packet_of_a_client(store: Store) -> None:
    add(store, packet())
    with pytest.raises(sa.exc.IntegrityError):
        add(store, packet(2))
    add(store, packet(2), replace(FILING, client="another"))
    with store.read() as tx:
        found = tx.packets.by_key("referrer", "key-1")
        assert found is not None
        assert (found[0].reference, found[1]) == (packet().reference, FILING.request_sha256)
        assert tx.packets.by_key("mallory", "key-1") is None


def test_a_reference_is_given_once(store: Store) -> None:
    add(store, packet())
    with pytest.raises(sa.exc.IntegrityError):
        add(store, packet(2, reference=packet().reference), replace(FILING, idempotency_key=None))


def test_a_document_or_event_of_no_packet_is_refused(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.write() as tx:
        tx.documents.add("nobody", (DOCUMENT,))
    with pytest.raises(sa.exc.IntegrityError), store.write() as tx:
        tx.trail.append("nobody", "packet:created", "requester", {}, NOW)


def test_a_change_that_raises_is_not_kept_at_all(store: Store) -> None:
    made = add(store, packet())

    def halfway() -> None:
        with store.write() as tx:
            tx.packets.save(replace(made, status=Status.READY))
            tx.trail.append(made.id, "packet:generated", "service", {}, NOW)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    with store.read() as tx:
        assert tx.packets.get(made.id) == made
        assert tx.trail.of(made.id) == ()


def test_who_revises_a_document_second_loses_loudly(store: Store) -> None:
    made = add(store, packet())
    with store.read() as tx:
        before = tx.documents.get(made.id, "core")
    with store.write() as tx:
        tx.documents.revise(made.id, before, "3" * 64, "tenant")
    with pytest.raises(RevisionConflict, match="core got another revision"), store.write() as tx:
        tx.documents.revise(made.id, before, "4" * 64, "referring_org")
    with store.read() as tx:
        after = tx.documents.get(made.id, "core")
        assert (after.revision, after.revision_sha256, after.applied) == (1, "3" * 64, ("tenant",))
        assert tx.documents.get(made.id, "annex").revision == 0


def test_a_document_has_one_sealed_file(store: Store) -> None:
    made = add(store, packet())
    for _ in range(2):
        with store.write() as tx:
            tx.documents.set_sealed(made.id, "core", "5" * 64, {"valid": True})
    with pytest.raises(RevisionConflict, match="sealed meanwhile"), store.write() as tx:
        tx.documents.set_sealed(made.id, "core", "6" * 64, {})
    with store.read() as tx:
        sealed = tx.documents.get(made.id, "core")
        assert (sealed.sealed_sha256, sealed.validation) == ("5" * 64, {"valid": True})


def test_of_four_that_revise_at_once_one_wins_and_three_are_told(store: Store) -> None:
    made = add(store, packet())
    with store.read() as tx:
        before = tx.documents.get(made.id, "core")

    def revise(number: int) -> bool:
        try:
            with store.write() as tx:
                tx.documents.revise(made.id, before, str(number) * 64, f"role{number}")
        except RevisionConflict:
            return False
        return True

    assert sorted(at_once(revise, 4)) == [False, False, False, True]  # type: ignore[type-var]


def test_a_number_is_never_given_twice(store: Store) -> None:
    def take(_: int) -> int:
        with store.write() as tx:
            return tx.packets.next_number("MTR", "0012345678", "BGO")

    assert sorted(at_once(take, 40)) == list(range(1, 41))  # type: ignore[type-var]


def test_every_lease_and_type_counts_for_itself(store: Store) -> None:
    with store.write() as tx:
        assert [
            tx.packets.next_number(*key)
            for key in [("MTR", "1", "BGO"), ("MTR", "1", "OVD"), ("MTR", "2", "BGO"), ("MTR", "1", "BGO")]
        ] == [1, 1, 1, 2]


def test_events_that_are_written_at_once_form_one_unbroken_chain(store: Store) -> None:
    made = add(store, packet())

    def write(number: int) -> None:
        with store.write() as tx:
            tx.packets.get(made.id)
            tx.trail.append(made.id, "recipient:link:opened", "tenant", {"number": number}, NOW)

    at_once(write, 40)
    with store.read() as tx:
        events = tx.trail.of(made.id)
    assert audit.check(events) == events[-1].sha256
    assert sorted(event.data["number"] for event in events) == list(range(40))  # type: ignore[type-var]


def test_changes_of_two_parties_at_once_are_both_kept(store: Store) -> None:
    made = add(store, packet())

    def change(number: int) -> None:
        role = ("tenant", "corporation")[number % 2]
        with store.write() as tx:
            at = tx.packets.get(made.id)
            moved = tuple(replace(r, link_serial=r.link_serial + (r.role == role)) for r in at.recipients)
            tx.packets.save(replace(at, recipients=moved))

    at_once(change, 40)
    with store.read() as tx:
        assert [r.link_serial for r in tx.packets.get(made.id).recipients] == [21, 21]


def test_a_look_neither_waits_for_a_writer_nor_holds_one_up(store: Store) -> None:
    made = add(store, packet())
    with store.write() as writing:
        writing.packets.save(replace(made, status=Status.READY))
        with store.read() as looking:
            assert looking.packets.get(made.id).status is Status.DRAFT
    with store.read() as looking:
        assert looking.packets.get(made.id).status is Status.READY
        with store.write() as writing:
            writing.packets.save(replace(made, status=Status.SENT))
        assert looking.packets.get(made.id).status is Status.READY


def test_a_packet_comes_back_as_it_was_put_in(store: Store) -> None:
    answered = replace(
        recipient("tenant"),
        answer=Answer.SIGNED,
        answered_at=NOW,
        shown_at=NOW,
        organisation="Ş & Zn",
        term_days=3,
    )
    made = packet(
        recipients=(answered,), status=Status.SENT, sent_at=NOW, expires_at=NOW + timedelta(days=30)
    )
    add(store, made)
    with store.read() as tx:
        assert tx.packets.get(made.id) == made
        assert tx.packets.filing(made.id) == FILING
        assert tx.documents.of(made.id) == (DOCUMENT, ANNEX)


def test_a_time_in_another_zone_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    add(store, packet(created_at=NOW.astimezone(timezone(timedelta(hours=1)))))
    with store.read() as tx:
        assert tx.packets.get(packet().id).created_at.isoformat() == NOW.isoformat()


def test_a_trail_comes_back_in_order_with_its_hashes(store: Store) -> None:
    made = add(store, packet())
    with store.write() as tx:
        for number in range(12):
            tx.trail.append(made.id, "recipient:link:opened", "tenant", {"n": number, "á": ["x"]}, NOW)
    with store.read() as tx:
        events = tx.trail.of(made.id)
    assert [event.data["n"] for event in events] == list(range(12))
    assert audit.check(events) == events[-1].sha256


def test_a_stopped_packet_no_longer_runs(store: Store) -> None:
    made = add(store, packet())
    with store.write() as tx:
        assert tx.packets.running(FILING.subject, "BGO") == made.reference
        assert tx.packets.running(FILING.subject, "OVD") is None
        tx.packets.save(replace(made, status=Status.DELIVERED))
        assert tx.packets.running(FILING.subject, "BGO") == made.reference
        assert tx.packets.running(FILING.subject, "BGO", past=(Status.DELIVERED,)) is None
        tx.packets.save(replace(made, status=Status.WITHDRAWN))
        assert tx.packets.running(FILING.subject, "BGO") is None


def test_an_agreement_keeps_its_transfers_in_their_order(store: Store) -> None:
    agreement = Agreement("MTR-0012345678-BGO01-C", "MTR", "0012345678", Organisation("A", "90000023"))
    once = transferred(agreement, Transfer("R1", Organisation("B", "90000056"), date(2028, 1, 1)))
    twice = transferred(once, Transfer("R2", Organisation("C", "90000078"), date(2027, 1, 1)))
    for version in (agreement, once, once, twice):
        with store.write() as tx:
            tx.agreements.save(version)
    with store.read() as tx:
        assert tx.agreements.get(agreement.reference) == twice
        assert tx.agreements.get("MTR-0012345678-BGO02-A") is None


def test_stuck_work_is_on_the_list_once_until_it_is_taken_off(store: Store) -> None:
    made = add(store, packet())
    with store.write() as tx:
        for attempt in range(2):
            tx.attention.put(Stuck(made.id, "invite:tenant", attempt, NOW, "MailRefused"))
        assert tx.attention.all(made.id) == (Stuck(made.id, "invite:tenant", 1, NOW, "MailRefused"),)
        tx.attention.clear(made.id, "invite:tenant")
        assert tx.attention.all() == ()


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, tables.METADATA)
    # The search has tables of SQLite's own beside it, or an index of an extension of PostgreSQL.
    own = [found for found in differences if "packet_search" not in str(found)]
    assert [found for found in own if "alembic_version" not in str(found)] == []


def test_a_second_start_leaves_what_stands_beside_our_tables_alone(store: Store) -> None:
    add(store, packet())
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE workflow_status (workflow_uuid TEXT PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO workflow_status VALUES ('w1')")
    migrate(store.engine)
    with store.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT * FROM workflow_status").scalars().all() == ["w1"]
        assert tx.packets.get(packet().id) == packet()


def test_four_that_start_at_once_migrate_once(url: str) -> None:
    def start(_: int) -> None:
        Store(url).close()

    at_once(start, 4)
    opened = Store(url)
    add(opened, packet())
    opened.close()


def test_a_registry_of_the_first_release_comes_forward_with_all_that_is_in_it(url: str) -> None:
    engine = open_engine(url)
    migrate(engine, to="0001")
    old = sa.MetaData()
    old.reflect(engine)
    made, filing = packet(recipients=(recipient("tenant"),)), asdict(FILING)
    facts = {**{name: getattr(made, name) for name in ("id", "reference", "type", "code", "title")}, **filing}
    rest = {"compact": "MTR0012345678BGO01C", "status": "draft", "corporation": "MTR"}
    with engine.begin() as connection:
        at = NOW.isoformat(timespec="microseconds")
        connection.execute(
            old.tables["packet"].insert().values(**facts, **rest, lease_number="0012345678", created_at=at)
        )
        known = {column.name for column in old.tables["recipient"].columns}
        row = {name: value for name, value in asdict(made.recipients[0]).items() if name in known}
        row["documents"] = ["core"]
        connection.execute(old.tables["recipient"].insert().values(**row, packet_id=made.id, position=0))
        stuck = {"packet_id": made.id, "step": "generate", "attempt": 2, "since": at, "reason": "KeyError"}
        connection.execute(old.tables["stuck"].insert().values(**stuck))
    engine.dispose()
    store = Store(url)
    with store.read() as tx:
        assert tx.packets.get(made.id) == made
        assert tx.packets.filing(made.id) == FILING
        assert tx.packets.open() == (Open(made),)
        assert tx.attention.all() == (Stuck(made.id, "generate", 2, NOW, "KeyError"),)
    store.close()
