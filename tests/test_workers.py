"""Pages in one process, work in others, on PostgreSQL: workers are killed, nothing is lost or doubled."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import sqlalchemy as sa

from signing import mailbox, visitor
from signing.audit import check
from signing.pades import TrustRoots, validate
from signing.store import Store
from tests import people
from tests.postgres import Postgres
from tests.service import Service, Worker

SETTING = "HUURZEGEL_DATABASE_URL"


def test_two_workers_are_killed_and_every_packet_is_delivered_once(
    tmp_path: Path, postgres: Postgres, proving_templates: dict[str, str]
) -> None:
    url = postgres.database()
    settings = {SETTING: url.replace("postgresql+psycopg://", "postgres://"), **proving_templates}
    with Service(tmp_path, settings, ["--web-only"]) as service:
        service.patience = 180.0  # every new worker starts its own LibreOffice and Java
        workers = [service.worker(), service.worker()]
        try:
            references = _create(service)
            _kill_while(service, url, workers, _busy(url))
            for reference in references:
                service.wait_for(reference, "sent")
            for _ in range(4):
                visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
            for reference in references:
                service.wait_for(reference, "signed")
            for _ in references:
                visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
            _kill_while(service, url, workers, _busy(url))
            for reference in references:
                _check_archive(service, reference)
            links = [service.post.next_link("/k/", 180) for _ in range(6)]
            assert len(set(links)) == 6
            _check_mails_and_trails(service, url)
            assert [worker.stop() for worker in workers] == [0, 0]
            assert _holders(url) == 0
        finally:
            for worker in workers:
                worker.kill()


def _create(service: Service) -> list[str]:
    today = datetime.now(UTC).date()
    made = [
        service.api(
            "POST",
            "/packets",
            json={"type": people.GUIDANCE, "data": people.sample(people.GUIDANCE, today, name)},
        )
        for name in ("sample", "sample-2")
    ]
    return [str(packet["reference"]) for packet in made]


def _kill_while(service: Service, url: str, workers: list[Worker], busy: Callable[[], bool]) -> None:
    """Both workers die in the middle of something; two others take over."""
    service.wait(busy, "a worker to be in the middle of something")
    for number, worker in enumerate(workers):
        worker.kill()
        workers[number] = service.worker()
    service.wait(lambda: _holders(url) == 2, "two workers to hold a slot")


def _busy(url: str) -> Callable[[], bool]:
    def busy() -> bool:
        return _count(url, "select count(*) from dbos.workflow_status where status = 'PENDING'") > 0

    return busy


def _holders(url: str) -> int:
    return _count(url, "select count(*) from slot")


def _count(url: str, query: str) -> int:
    address = sa.make_url(url)
    try:
        with psycopg.connect(
            host=address.host, port=address.port, user=address.username, dbname=address.database
        ) as connection:
            row = connection.execute(query.encode()).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0  # nobody started yet
    assert row is not None
    return int(row[0])


def _check_archive(service: Service, reference: str) -> None:
    packet = service.wait_for(reference, "delivered")
    (folder,) = (service.folder / "archive").glob(f"*/{reference}")
    pdf = (folder / f"{reference}.pdf").read_bytes()
    core = next(document for document in packet["documents"] if document["archive"])
    assert hashlib.sha256(pdf).hexdigest() == core["sealed_sha256"]
    trust = TrustRoots.read([service.folder / "trust" / "root.pem"])
    report = validate(pdf, trust, at=datetime.now(UTC))
    assert report.valid, report.problems
    assert list((service.folder / "archive").rglob(".incoming-*")) == []


def _check_mails_and_trails(service: Service, url: str) -> None:
    mails = mailbox.read_folder(service.folder / "mail")
    links = Counter(link for mail in mails for link in mail.links)
    assert (set(links.values()), len(links)) == ({1}, 12)
    store = Store(url)
    with store.read() as tx:
        packets = tx.connection.exec_driver_sql("select id from packet").scalars().all()
        assert len(packets) == 2
        for packet in packets:
            trail = tx.trail.of(packet)
            check(trail)
            happened = Counter((event.name, event.actor) for event in trail)
            assert set(happened.values()) == {1}, happened
        assert tx.attention.all() == ()
    store.close()


def test_two_parties_who_press_at_the_same_moment_both_sign(
    tmp_path: Path, postgres: Postgres, proving_templates: dict[str, str]
) -> None:
    url = postgres.database()
    with Service(tmp_path, {SETTING: url, **proving_templates}) as service:
        today = datetime.now(UTC).date()
        made = service.api(
            "POST", "/packets", json={"type": people.GUIDANCE, "data": people.sample(people.GUIDANCE, today)}
        )
        links = [service.post.next_link("/s/", 180) for _ in range(2)]
        _press_together(service, links)
        packet = service.wait_for(str(made["reference"]), "signed")
        names = Counter(event["name"] for event in packet["events"])
        assert (names["recipient:signed"], names["recipient:signature:applied"]) == (2, 2)
        assert names["packet:signed"] == 1


def _press_together(service: Service, links: list[str]) -> None:
    """Each party in a browser of its own, up to the button; then both at once."""
    together, there = threading.Barrier(2), threading.Event()

    def hold(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith("/tekenen"):
            there.set()
            together.wait(60)

    def sign(link: str) -> None:
        browser = httpx.Client(
            base_url=f"http://{service.bind}",
            timeout=30,
            follow_redirects=True,
            event_hooks={"request": [hold]},
        )
        with browser:
            visitor.sign(browser, link, service.post)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(sign, links[0])
        assert there.wait(60)
        second = threads.submit(sign, links[1])
        first.result(60)
        second.result(60)
