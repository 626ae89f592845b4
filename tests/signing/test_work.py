"""Durable work on the real engine: a task is done once; what keeps failing waits for a human."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from signing import visitor
from tests import people
from tests.service import Service


def test_work_that_keeps_failing_is_on_the_list_and_is_done_when_asked_again(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        sample = people.sample(people.GUIDANCE, datetime.now(UTC).date())
        made = service.api("POST", "/packets", json={"type": people.GUIDANCE, "data": sample})
        reference = str(made["reference"])
        for _ in range(2):
            visitor.sign(service.client, service.post.next_link("/s/", 60))
        service.wait_for(reference, "signed")
        # Somebody else's file stands under the reference: that is never overwritten, and no retry helps.
        intruder = tmp_path / "archive" / "MTR" / reference
        intruder.mkdir(parents=True)
        (intruder / "manifest-sha256.txt").write_text("something else")
        visitor.sign(service.client, service.post.next_link("/s/", 60))
        service.wait(
            lambda: service.api("GET", f"/packets/{reference}")["stuck"], "the delivery to get stuck"
        )
        stuck = service.api("GET", f"/packets/{reference}")["stuck"][0]
        assert (stuck["step"], stuck["attempt"]) == ("deliver", 0)
        assert stuck["reason"].startswith("ArchiveConflict")
        assert reference not in stuck["reason"]

        (intruder / "manifest-sha256.txt").unlink()
        intruder.rmdir()
        told = _command(tmp_path, "stuck", "--retry", str(made["id"]), "deliver")
        assert "0 waiting" in told
        packet = service.wait_for(reference, "delivered")
        assert [event["name"] for event in packet["events"]].count("packet:delivered") == 1


def test_a_retry_of_work_that_is_not_stuck_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signing", "stuck", "--development", str(tmp_path), "--retry", "x", "seal"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "has no stuck step" in done.stderr


def _command(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "signing", *arguments, "--development", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
