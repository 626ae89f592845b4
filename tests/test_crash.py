"""The service is killed in the middle of its work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from signing import mailbox, visitor
from signing.audit import check
from signing.pades import TrustRoots, validate
from signing.store import Store
from tests import people
from tests.service import Service, offices_of


def test_a_service_killed_at_any_moment_finishes_its_packets_once(
    tmp_path: Path, proving_templates: dict[str, str]
) -> None:
    with Service(tmp_path, proving_templates) as service:
        made = [
            service.api("POST", "/packets", json={"type": people.GUIDANCE, "data": _sample(name)})
            for name in ("sample", "sample-2")
        ]
        _kill_and_start(service)  # while the documents are made
        references = [str(packet["reference"]) for packet in made]
        for reference in references:
            service.wait_for(reference, "sent")
        links = [service.post.next_link("/s/", 180) for _ in range(4)]
        for number, link in enumerate(links):
            visitor.sign(service.client, link, service.post)
            if number in (0, 2):
                _kill_and_start(service)  # a press was committed, its signature is not in the PDF yet
        _kill_and_start(service)
        for reference in references:
            service.wait_for(reference, "signed")
        for _ in references:
            visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
            time.sleep(0.7)
            _kill_and_start(service)  # in seal, evidence or delivery
        for reference in references:
            _check_archive(service, reference)
        for _ in range(6):
            visitor.fetch_copies(service.client, service.post.next_link("/k/", 180))
        _check_mails(service)
        _check_trails(service)
    _wait_until_no_office_is_left(tmp_path)


def _sample(name: str) -> dict[str, object]:
    return people.sample(people.GUIDANCE, datetime.now(UTC).date(), name)


def _kill_and_start(service: Service) -> None:
    service.kill()
    service.start()


def _check_archive(service: Service, reference: str) -> None:
    packet = service.wait_for(reference, "delivered")
    (folder,) = (service.folder / "archive").glob(f"*/{reference}")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    manifest = (folder / "manifest-sha256.txt").read_text().splitlines()
    assert found == {line.split("  ")[1] for line in manifest} | {"manifest-sha256.txt"}
    pdf = (folder / f"{reference}.pdf").read_bytes()
    core = next(document for document in packet["documents"] if document["archive"])
    assert hashlib.sha256(pdf).hexdigest() == core["sealed_sha256"]
    trust = TrustRoots.read([service.folder / "trust" / "root.pem"])
    report = validate(pdf, trust, at=datetime.now(UTC))
    assert report.valid, report.problems
    fields = {signature.field for signature in report.signatures}
    assert fields == {"tenant", "referring_org", "corporation", "seal"}
    assert list((service.folder / "archive").rglob(".incoming-*")) == []


def _check_mails(service: Service) -> None:
    links = Counter(link for mail in mailbox.read_folder(service.folder / "mail") for link in mail.links)
    assert set(links.values()) == {1}
    assert len(links) == 12  # three invitations and three copies for each of two packets


def _check_trails(service: Service) -> None:
    store = Store(f"sqlite:///{service.folder / 'data' / 'registry.sqlite'}")
    with sqlite3.connect(service.folder / "data" / "registry.sqlite") as connection:
        ids = [row[0] for row in connection.execute("select id from packet")]
    connection.close()
    assert len(ids) == 2
    with store.read() as tx:
        for packet_id in ids:
            trail = tx.trail.of(packet_id)
            check(trail)
            happened = Counter((event.name, event.actor) for event in trail)
            assert set(happened.values()) == {1}, happened
        assert tx.attention.all() == ()
    store.close()


def _wait_until_no_office_is_left(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while offices_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert offices_of(folder) == []
