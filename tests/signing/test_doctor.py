"""The doctor names each thing that is wrong and what to do, and looks on after the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from signing import doctor
from signing.config import Config
from signing.doctor import Finding
from signing.store import Store, inspection
from tests import people
from tests.conftest import Case
from tests.postgres import Postgres

NOTHING = "127.0.0.1:1"  # where nobody listens


def by_name(config: Config, now: datetime, *names: str) -> dict[str, Finding]:
    """What is found; ``names``: no more than these are looked at."""
    found = {each.name: each for each in doctor.examine(config, now)}
    return {name: found[name] for name in names}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice, and without waiting for authorities: other tests look at those."""
    monkeypatch.setattr(doctor, "_seal", lambda config, pki: iter(()))
    monkeypatch.setattr(doctor, "_office", lambda config: "not looked at")


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_reached_is_named_with_its_setting_and_the_rest_is_looked_at(sent: Case) -> None:
    config = sent.services.config.model_copy(
        update={
            "database_url": f"postgresql://huurzegel:geheim@{NOTHING}/registry",
            "mail_url": f"smtp://{NOTHING}",
        }
    )
    for code in config.archives:
        config.archives[code] = config.archives[code].model_copy(update={"url": "file:///nowhere/archive"})
    found = {each.name: each for each in doctor.examine(config, sent.clock())}
    wrong = {name: each.told for name, each in found.items() if not each.well}
    assert {name.partition(" ")[0] for name in wrong} == {"database", "clock", "mail", "archive"}
    assert "HUURZEGEL_DATABASE_URL" in wrong["database"]
    assert "HUURZEGEL_MAIL_URL" in wrong["mail"]
    assert "HUURZEGEL_ARCHIVES" in wrong["archive MTR"]
    assert "geheim" not in "".join(wrong.values())


@pytest.mark.usefixtures("quick")
def test_a_clock_that_went_back_behind_the_audit_trail_is_wrong(sent: Case) -> None:
    found = by_name(sent.services.config, sent.clock() - timedelta(hours=1), "clock")
    assert not found["clock"].well
    assert "later than now" in found["clock"].told


@pytest.mark.usefixtures("quick")
def test_a_clock_that_differs_from_the_database_server_is_wrong(sent: Case, postgres: Postgres) -> None:
    config = sent.services.config.model_copy(update={"database_url": postgres.database()})
    now = datetime.now(UTC)
    assert by_name(config, now, "clock")["clock"].well
    assert "NTP" in by_name(config, now - timedelta(minutes=1), "clock")["clock"].told


@pytest.mark.usefixtures("quick")
def test_a_disk_that_is_nearly_full_is_wrong(sent: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=3 * 1024**2))
    found = by_name(sent.services.config, sent.clock(), "disk")
    assert not found["disk"].well
    assert "make room" in found["disk"].told


@pytest.mark.usefixtures("quick")
def test_tables_of_a_newer_version_are_wrong(sent: Case) -> None:
    with sent.services.store.write() as tx:
        tx.connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    found = by_name(sent.services.config, sent.clock(), "database")
    assert not found["database"].well
    assert "newer version" in found["database"].told


@pytest.mark.usefixtures("quick")
def test_a_look_makes_no_registry(sent: Case, tmp_path: Path) -> None:
    config = sent.services.config.model_copy(update={"data": tmp_path / "new"})
    assert "empty" in by_name(config, sent.clock(), "database")["database"].told
    assert list((tmp_path / "new").iterdir()) == []


def test_all_is_well_with_a_development_service(tmp_path: Path) -> None:
    done = people.command("doctor", "--development", str(tmp_path))
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(line.startswith("ok ") for line in lines)
    looked = " ".join(lines)
    for name in (
        "keys and timestamps",
        "office",
        "database",
        "clock",
        "storage",
        "disk",
        "mail",
        "archive MTR",
    ):
        assert f" {name}: " in looked


def test_the_state_of_a_registry_says_its_version_and_what_is_stuck(url: str) -> None:
    assert inspection.look(url).version is None
    Store(url).close()
    state = inspection.look(url)
    assert (state.version, state.stuck, state.latest) == (state.known[-1], 0, None)
