"""Durable work on the real engine: a task is done once; what keeps failing waits for a human."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import visitor
from signing.store import Store
from tests import people
from tests.service import Service


def test_work_that_keeps_failing_is_on_the_list_and_is_done_when_asked_again(
    tmp_path: Path, proving_templates: dict[str, str]
) -> None:
    with Service(tmp_path, proving_templates) as service:
        sample = people.sample(people.GUIDANCE, datetime.now(UTC).date())
        made = service.api("POST", "/packets", json={"type": people.GUIDANCE, "data": sample})
        reference = str(made["reference"])
        for _ in range(2):
            visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
        service.wait_for(reference, "signed")
        # Somebody else's file stands under the reference: that is never overwritten, and no retry helps.
        intruder = tmp_path / "archive" / "MTR" / reference
        intruder.mkdir(parents=True)
        (intruder / "manifest-sha256.txt").write_text("something else")
        visitor.sign(service.client, service.post.next_link("/s/", 180), service.post)
        service.wait(
            lambda: service.api("GET", f"/packets/{reference}")["stuck"], "the delivery to get stuck"
        )
        stuck = service.api("GET", f"/packets/{reference}")["stuck"][0]
        assert (stuck["step"], stuck["attempt"]) == ("deliver", 0)
        assert stuck["reason"].startswith("ArchiveConflict")
        assert reference not in stuck["reason"]

        (intruder / "manifest-sha256.txt").unlink()
        intruder.rmdir()
        told = _command(tmp_path, "stuck", "--retry-all")
        assert "0 waiting" in told
        packet = service.wait_for(reference, "delivered")
        assert [event["name"] for event in packet["events"]].count("packet:delivered") == 1


def test_work_that_fails_for_a_while_is_done_by_itself_and_the_engine_keeps_its_own_tables(
    tmp_path: Path, proving_templates: dict[str, str]
) -> None:
    with Service(tmp_path, proving_templates) as service:
        sample = people.sample(people.GUIDANCE, datetime.now(UTC).date())
        mails, away = tmp_path / "mail", tmp_path / "mail.away"
        mails.write_text("no folder can be made here")
        made = service.api("POST", "/packets", json={"type": people.GUIDANCE, "data": sample})
        reference = str(made["reference"])
        service.wait(lambda: service.log.count("MailDelayed") >= 2, "the mail to be refused for now")
        # What an error says may name people: of its text nothing is in the log, of its place everything is.
        service.wait(lambda: "signing/mail.py" in service.log, "the engine to say where it failed")
        assert "It is tried again" not in service.log
        mails.rename(away)
        links = [service.post.next_link("/s/", 180) for _ in range(2)]
        assert len(set(links)) == 2
        packet = service.wait_for(reference, "sent")
        names = [event["name"] for event in packet["events"]]
        assert names.count("packet:generated") == 1
        service.wait(lambda: _invited(service, reference) == 2, "both invitations to be noted")
    before = _rows(tmp_path)
    assert before["workflow_status"] >= 4
    Store(f"sqlite:///{tmp_path / 'data' / 'registry.sqlite'}").close()
    assert _rows(tmp_path) == before


@pytest.mark.parametrize("decision", ["--retry", "--give-up"])
def test_a_decision_about_work_that_is_not_stuck_is_refused(tmp_path: Path, decision: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signing", "stuck", "--development", str(tmp_path), decision, "x", "seal"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert ("has no stuck step" if decision == "--retry" else "There is no packet x.") in done.stderr


def test_the_look_for_renewals_is_promised_for_every_night_once(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    for _ in range(2):
        with Service(tmp_path) as service:
            service.wait(lambda: _status(tmp_path, f"daily:{today}") == "SUCCESS", "today's look")
            service.wait(lambda: _status(tmp_path, f"daily:{today + timedelta(days=1)}"), "the promise")
    with closing(sqlite3.connect(tmp_path / "data" / "registry.sqlite")) as connection:
        days = connection.execute("select workflow_uuid from workflow_status where name = 'daily'").fetchall()
    assert len(days) == 2


def _status(folder: Path, workflow: str) -> str | None:
    with closing(sqlite3.connect(folder / "data" / "registry.sqlite")) as connection:
        query = "select status from workflow_status where workflow_uuid = ?"
        found = connection.execute(query, (workflow,)).fetchone()
    return None if found is None else str(found[0])


def _invited(service: Service, reference: str) -> int:
    events = service.api("GET", f"/packets/{reference}")["events"]
    return [event["name"] for event in events].count("recipient:invited")


def _rows(folder: Path) -> dict[str, int]:
    """How many rows each table of the registry's file has, also the engine's own."""
    with closing(sqlite3.connect(folder / "data" / "registry.sqlite")) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        return {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}  # noqa: S608  # names of the file itself


def _command(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "signing", *arguments, "--development", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
