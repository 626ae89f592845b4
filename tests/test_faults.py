"""The real service while what it stands on is gone for a while: nothing is lost, and it goes on by itself."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import visitor
from tests import people
from tests.postgres import Postgres
from tests.service import Service

SETTING = "HUURZEGEL_DATABASE_URL"
AWAY = 8.0  # seconds: more than a beat of a working process, and than its first tries


def create(service: Service, name: str = "sample", *, send: bool = True) -> str:
    """A packet that the service takes in; its reference."""
    data = people.sample(people.GUIDANCE, datetime.now(UTC).date(), name)
    asked = {"type": people.GUIDANCE, "data": data, "send": send}
    return str(service.api("POST", "/packets", json=asked)["reference"])


def next_one_signs(service: Service) -> None:
    """Whoever gets the next link presses the button."""
    visitor.sign(service.client, service.post.next_link("/s/", service.patience), service.post)


def signed_by_all(service: Service, reference: str) -> None:
    """Both parties, then the corporation, as soon as each has its link."""
    next_one_signs(service)
    next_one_signs(service)
    service.wait_for(reference, "signed")
    next_one_signs(service)


def limit_files(service: Service, most: int) -> None:
    """How large a file may be that any process of the service writes; as a disk without room."""
    for group in service.groups:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and _group_of(process) == group:
                hard = resource.prlimit(int(process.name), resource.RLIMIT_FSIZE)[1]
                resource.prlimit(int(process.name), resource.RLIMIT_FSIZE, (most, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """As the system makes a disk that it no longer trusts: what is there can be read, nothing is written."""
    if os.geteuid() != 0:
        with _closed(folder):
            yield
        return
    assert folder.is_dir(), f"{folder} is not where the documents are"
    mount = ["mount", "--bind", str(folder), str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"root may not mount here, and no other lock holds for root: {done.stderr}")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _closed(folder: Path) -> Iterator[None]:
    inside = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in inside:
        path.chmod(0o500)
    try:
        yield
    finally:
        for path in inside:
            path.chmod(0o700)


def _group_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[2])
    except OSError:
        return None


def test_while_the_database_is_gone_nothing_is_taken_and_all_goes_on_when_it_is_back(
    tmp_path: Path, postgres: Postgres
) -> None:
    with Service(tmp_path, {SETTING: postgres.database()}) as service:
        reference = create(service)
        postgres.stop()
        try:
            deadline = time.monotonic() + AWAY
            while time.monotonic() < deadline:
                assert not service.client.get("/readyz").is_success
                answer = service.client.get(
                    f"/api/v1/packets/{reference}", headers={"Authorization": f"Bearer {service.key}"}
                )
                assert answer.status_code == 503, answer.text
                time.sleep(0.5)
        finally:
            postgres.start()
        service.wait(lambda: service.client.get("/readyz").is_success, "the service to be ready again")
        service.wait_for(reference, "sent")
        signed_by_all(service, reference)
        service.wait_for(reference, "delivered")


def test_while_no_document_can_be_written_work_waits_and_is_done_when_there_is_room(
    tmp_path: Path, postgres: Postgres
) -> None:
    with Service(tmp_path, {SETTING: postgres.database()}) as service:
        limit_files(service, 4096)
        reference = create(service)
        time.sleep(AWAY)
        packet = service.api("GET", f"/packets/{reference}")
        assert (packet["status"], packet["stuck"]) == ("draft", [])
        limit_files(service, resource.RLIM_INFINITY)
        service.wait_for(reference, "sent")
        signed_by_all(service, reference)
        service.wait_for(reference, "delivered")


def test_on_a_disk_that_lets_itself_be_read_only_work_waits_and_is_done_when_it_may_write(
    tmp_path: Path, postgres: Postgres
) -> None:
    with Service(tmp_path, {SETTING: postgres.database()}) as service:
        sent = create(service)
        service.wait_for(sent, "sent")
        with read_only(tmp_path / "data" / "documents"):
            next_one_signs(service)  # a press is kept where the packets are, and its signature is made later
            next_one_signs(service)
            made = create(service, "sample-2", send=False)
            time.sleep(AWAY)
            for reference, status in ((sent, "sent"), (made, "draft")):
                packet = service.api("GET", f"/packets/{reference}")
                assert (packet["status"], packet["stuck"]) == (status, [])
        service.wait_for(sent, "signed")
        next_one_signs(service)
        service.wait_for(sent, "delivered")
        service.wait_for(made, "ready")
