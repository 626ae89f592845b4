"""What is looked up all day in a registry with many archived packets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dbos import DBOSClient, DBOSPortableJSONSerializer

from signing import finding, progress
from signing.account import Account, Kind, Organisation, Role
from signing.services import Services
from signing.staff import Person
from signing.standing import Filter
from signing.store import Sought, Store, open_work_engine
from signing.work.agenda import APPLICATION
from tests.bench.scale.filling import CLIENT

_NOW = datetime.now(UTC)
_CARE = Organisation(
    "bench", Kind.CARE, "Zorg", "12345678", CLIENT, None, "B", "b@voorbeeld.nl", None, None, None, _NOW
)
PERSON = Person(Account("bench", "bench", "b@voorbeeld.nl", "B", (Role.REFERRER,), _NOW), _CARE, True)

LIST, LEASE = "desk: list, everything", "desk: search by lease number"
_WAITING = ["ENQUEUED", "DELAYED", "PENDING"]


@contextmanager
def looks(services: Services, store: Store, lease: str) -> Iterator[dict[str, Callable[[], object]]]:
    """By name. ``lease``: of a packet in this registry."""
    here = replace(services, store=store)
    engine = open_work_engine(store.url)
    client = DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
    )

    def desk(words: str, wanted: Filter) -> Callable[[], object]:
        return lambda: finding.search(here, PERSON, words, wanted)

    def api(sought: Sought) -> Callable[[], object]:
        return lambda: progress.page(here, CLIENT, sought)

    yield {
        LIST: desk("", Filter.ALL),
        **{f"desk: list, {wanted}": desk("", wanted) for wanted in Filter if wanted is not Filter.ALL},
        LEASE: desk(lease, Filter.ALL),
        "desk: search by name": desk(f"lukasz {lease[3:-1]}", Filter.ALL),
        "API: list": api(Sought()),
        "API: list, by lease number": api(Sought(lease=lease)),
        "API: list, by status and corporation": api(Sought(status="sent", corporation="MTR")),
        "work: what open packets wait for": lambda: _open(store),
        "work: renewals that are due": lambda: _due(store),
        "work: whose process ended": lambda: client.list_workflows(
            status="PENDING", load_input=False, load_output=False
        ),
        "work: what is promised": lambda: client.list_workflows(
            name="perform", status=_WAITING, load_output=False
        ),
    }
    client.destroy()
    engine.dispose()


def _open(store: Store) -> object:
    with store.read() as tx:
        return tx.packets.open()


def _due(store: Store) -> object:
    with store.read() as tx:
        return tx.renewals.ending(datetime.now(UTC) + timedelta(days=30))
