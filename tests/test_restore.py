"""The real service is copied while it runs, its machine is lost, and another one goes on from the backup."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from signing import visitor
from tests import people
from tests.postgres import Postgres
from tests.service import Service


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_packet_half_way_is_delivered_on_another_machine(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, proving_templates: dict[str, str]
) -> None:
    here, there = (_settings(database, request) | proving_templates for _ in range(2))
    kept = tmp_path / "kept"
    with Service(tmp_path / "here", here) as service:
        today = datetime.now(UTC).date()
        made = service.api(
            "POST", "/packets", json={"type": people.GUIDANCE, "data": people.sample(people.GUIDANCE, today)}
        )
        reference = str(made["reference"])
        service.wait_for(reference, "sent")
        links = [service.post.next_link("/s/", 180) for _ in range(2)]
        visitor.sign(service.client, links[0], service.post)
        _run(service, here, "backup", kept)
    for name in ("pki", "trust", "link.secret", "api.key"):  # kept apart, as keys are
        _copy(tmp_path / "here" / name, tmp_path / "there" / name)
    again = Service(tmp_path / "there", there)
    _run(again, there, "restore", kept)
    with again:
        visitor.sign(again.client, links[1].replace(service.bind, again.bind), again.post)
        again.wait_for(reference, "signed")
        visitor.sign(again.client, again.post.next_link("/s/", 180), again.post)
        packet = again.wait_for(reference, "delivered")
        names = [event["name"] for event in packet["events"]]
        assert names.count("recipient:signed") == 2
        assert len(list((again.folder / "archive").glob(f"*/{reference}"))) == 1


def _settings(database: str, request: pytest.FixtureRequest) -> dict[str, str]:
    if database == "sqlite":
        return {}
    server: Postgres = request.getfixturevalue("postgres")
    return {"HUURZEGEL_DATABASE_URL": server.database()}


def _run(service: Service, settings: dict[str, str], command: str, folder: Path) -> None:
    line = [sys.executable, "-m", "signing", command, str(folder), "--development", str(service.folder)]
    done = subprocess.run(
        line, env={**os.environ, **settings}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
