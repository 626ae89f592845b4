"""Every night the registry is laid beside the archives, as durable work; differences are told."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from signing.alerts import open_alarm
from signing.work import working
from tests import people
from tests.conftest import Case
from tests.signing.engine import durable, wait_for, workflows


def alarmed(case: Case, folder: Path) -> tuple[Case, Path]:
    """The same with a program that keeps what it is told."""
    program, told = folder / "alarm", folder / "told"
    program.write_text(f"#!/bin/sh\ncat > {told}\n")
    program.chmod(0o755)
    services = durable(replace(case.services, alarm=open_alarm(program.as_uri().replace("file", "exec"))))
    return replace(case, services=services), told


# The engine leaves connections for the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("lost", [True, False])
def test_a_lost_package_is_told_and_the_next_night_is_promised(
    delivered: Case, tmp_path: Path, lost: bool
) -> None:
    if lost:
        shutil.rmtree(people.archived(delivered.services, delivered.packet))
    case, told = alarmed(delivered, tmp_path)
    case.clock.now = case.clock.now.replace(hour=23)
    today = case.clock.now.astimezone(UTC).date()
    with working(case.services):
        wait_for(
            lambda: workflows(case.services).get(f"archives:{today}") == "SUCCESS", "the archives' night"
        )
        assert workflows(case.services)[f"archives:{today + timedelta(days=1)}"] == "DELAYED"
    assert told.exists() is lost
    if lost:
        facts = json.loads(told.read_text())
        assert (facts["event"], facts["differences"]) == ("archives-differ", {"MTR": 1})
        assert delivered.packet.reference not in told.read_text()
