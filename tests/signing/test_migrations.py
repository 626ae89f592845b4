"""A registry with data of the first release goes through every version since, and nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from signing import audit
from signing.account import Scope
from signing.agreement import Agreement, Organisation, Transfer, transferred
from signing.packet import Action, Answer, Packet, Recipient, Status
from signing.store import Filing, Renewal, RenewedFile, Sought, Store, StoredDocument, Stuck, tables
from signing.store.engine import known_versions, migrate, open_engine

NOW = datetime(2026, 11, 23, 9, 30, 0, 123_456, tzinfo=UTC)
REFERENCE, ID = "MTR-0012345678-BGO01-C", "0191d7a5-3c5e-7cc4-9f7e-000000000001"
FILING = Filing(
    "referrer", "f" * 64, "1.0.0", "a" * 64, "5" * 64, {"tenant": {"prefix": "’t"}}, {"a": 1}, True, "key-1"
)
TENANT = Recipient(
    "tenant", "Huurder", Action.SIGN, 1, ("core",), "Łukasz O'Neill", "a@voorbeeld.nl", "Akkoord.",
    answer=Answer.SIGNED, answered_at=NOW, applied_at=NOW,
)  # fmt: skip
PACKET = Packet(
    ID, REFERENCE, "guidance-agreement", "BGO", "Overeenkomst", Status.SENT, "MTR", "0012345678", NOW,
    (TENANT, replace(TENANT, role="corporation", action=Action.ACKNOWLEDGE, answer=None, answered_at=None)),
    sent_at=NOW, expires_at=NOW,
)  # fmt: skip
AGREEMENT = Agreement(REFERENCE, "MTR", "0012345678", Organisation("Het Huis", "12345678"), ())
TRANSFER = Transfer("MTR-0012345678-OVD01-4", Organisation("De Brug", "87654321"), date(2027, 1, 1))


def fill(store: Store) -> None:
    """Something in every table that the first release had."""
    core = StoredDocument("core", "Overeenkomst", True, 4, "1" * 64, "2" * 64, "3" * 64, 1, ("tenant",))
    leaflet = replace(core, name="in-short", signed=False, roles=("tenant",), archive=False)
    with store.write() as tx:
        tx.packets.add(PACKET, FILING)
        tx.documents.add(ID, (core, leaflet))
        tx.trail.append(ID, "packet:created", "requester", {"client": "referrer", "number": 1}, NOW)
        tx.trail.append(ID, "packet:sent", "service", {"prefix": "’t"}, NOW)
        tx.agreements.save(AGREEMENT)
        tx.agreements.save(transferred(AGREEMENT, TRANSFER))
        tx.renewals.add(
            ID, Renewal(1, NOW, (RenewedFile("core", "4" * 64, "5" * 64, "6" * 64),), {"a": ["b"]})
        )
        tx.attention.put(Stuck(ID, "invite:tenant", 2, NOW, "MailRefused"))
        tx.connection.execute(
            tables.counter.insert().values(corporation="MTR", lease_number="0012345678", code="BGO", last=1)
        )


def seen(store: Store) -> list[object]:
    """What the rules read of it."""
    with store.read() as tx:
        audit.check(tx.trail.of(ID))
        count = sa.select(tables.counter)
        return [
            tx.packets.get(ID),
            tx.packets.by_key("referrer", "key-1"),
            tx.packets.filing(ID),
            tx.documents.of(ID),
            tx.documents.leaflets(ID),
            tx.trail.of(ID),
            tx.agreements.get(REFERENCE),
            tx.renewals.of(ID),
            tx.attention.all(),
            [tuple(row) for row in tx.connection.execute(count)],
        ]


@pytest.fixture
def today(tmp_path: Path) -> Iterator[Store]:
    """The same data in a registry that this version made."""
    store = Store(f"sqlite:///{tmp_path / 'today.sqlite'}")
    fill(store)
    yield store
    store.close()


def as_first_released(today: Store, engine: sa.Engine) -> set[str]:
    """The rows of ``today`` in the tables of the first release; returns the names of those."""
    migrate(engine, to="0001")
    old = sa.MetaData()
    old.reflect(engine)
    names = [table.name for table in tables.METADATA.sorted_tables if table.name in old.tables]
    with today.read() as source, engine.begin() as target:
        for name in names:
            known = old.tables[name].columns.keys()
            rows = source.connection.execute(sa.select(tables.METADATA.tables[name])).mappings().all()
            assert rows, f"nothing in {name}"
            values = [{key: _plain(row[key]) for key in known} for row in rows]
            target.execute(old.tables[name].insert(), values)
    return set(names)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def test_every_version_since_the_first_keeps_all_that_was_there(url: str, today: Store) -> None:
    engine = open_engine(url)
    names = as_first_released(today, engine)
    assert len(names) == 9
    for version in known_versions()[1:]:
        migrate(engine, to=version)
        with engine.connect() as connection:
            for name in names:
                count = sa.select(sa.func.count()).select_from(sa.table(name))
                assert connection.execute(count).scalar_one() > 0, (version, name)
    engine.dispose()
    store = Store(url)
    assert seen(store) == seen(today)
    store.close()


def test_a_registry_of_the_first_release_takes_all_steps_at_one_start_and_works_on(
    url: str, today: Store
) -> None:
    engine = open_engine(url)
    as_first_released(today, engine)
    engine.dispose()
    store = Store(url)
    assert seen(store) == seen(today)
    with store.read() as tx:
        found = tx.overview.packets(Scope(client="referrer"), Sought(words=("12345678", "bgo01")), NOW, 9)
        assert [each.packet.id for each in found] == [ID]
    with store.write() as tx:
        tx.trail.append(ID, "packet:withdrawn", "requester", {}, NOW)
        tx.packets.save(replace(tx.packets.get(ID), status=Status.WITHDRAWN))
    with store.read() as tx:
        audit.check(tx.trail.of(ID))
        assert tx.packets.get(ID).status is Status.WITHDRAWN
    store.close()
