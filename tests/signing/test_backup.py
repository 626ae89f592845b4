"""A backup is whole or is none, and a restore goes nowhere but to an empty place."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import docgen
from signing.backup import BackupFailed, NotRestorable, backup, restore
from signing.config import Config
from signing.packet import Status
from signing.services import open_services
from signing.store import Store
from signing.store.copying import CopyFailed, copy_in, copy_out, vacant
from tests import people
from tests.agenda import PromisedWork
from tests.conftest import Case
from tests.postgres import Postgres


def elsewhere(config: Config, place: Path) -> Config:
    return config.model_copy(update={"data": place})


@pytest.fixture
def kept(sent: Case, tmp_path: Path) -> Path:
    """A backup that was made while the tenant had signed and the work of that was still promised."""
    people.press(sent.services, sent.packet, "tenant")
    backup(sent.services.config, tmp_path / "kept", sent.clock())
    return tmp_path / "kept"


def a_document(folder: Path) -> Path:
    return next(path for path in sorted((folder / "documents").rglob("*")) if path.is_file())


def test_a_backup_is_not_written_over_something_else(sent: Case, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("of somebody")
    for folder in (tmp_path / "full", tmp_path / "full" / "letter"):
        with pytest.raises(BackupFailed, match="name a new one"):
            backup(sent.services.config, folder, sent.clock())
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]


def test_a_damaged_document_is_named_and_what_was_copied_is_no_backup(sent: Case, tmp_path: Path) -> None:
    damaged = a_document(sent.services.config.data)
    damaged.write_bytes(b"something else")
    with pytest.raises(BackupFailed, match=damaged.name):
        backup(sent.services.config, tmp_path / "kept", sent.clock())
    with pytest.raises(NotRestorable, match="no whole backup"):
        restore(elsewhere(sent.services.config, tmp_path / "new"), tmp_path / "kept")


def test_without_a_registry_there_is_nothing_to_copy(sent: Case, tmp_path: Path) -> None:
    with pytest.raises(CopyFailed, match="no registry"):
        backup(elsewhere(sent.services.config, tmp_path / "new"), tmp_path / "kept", sent.clock())


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "registry": (lambda kept: (kept / "registry.copy").write_bytes(b"SQLite"), "registry.copy is not what"),
    "document": (lambda kept: a_document(kept).write_bytes(b""), "is not what was copied"),
    "missing": (lambda kept: a_document(kept).unlink(), "is missing"),
    "stranger": (
        lambda kept: (kept / "documents" / "x").write_bytes(b""),
        "documents/x is not of the backup",
    ),
    "manifest": (lambda kept: (kept / "manifest-sha256.txt").unlink(), "no whole backup"),
    "words": (lambda kept: (kept / "manifest-sha256.txt").write_text("hallo"), "no whole backup"),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_backup_that_changed_restores_nothing(change: str, kept: Path, sent: Case, tmp_path: Path) -> None:
    spoil, told = CHANGES[change]
    spoil(kept)
    config = elsewhere(sent.services.config, tmp_path / "new")
    with pytest.raises(NotRestorable, match=told):
        restore(config, kept)
    assert not config.data.exists()


def test_all_that_changed_is_named_at_once(kept: Path, sent: Case, tmp_path: Path) -> None:
    a_document(kept).unlink()
    (kept / "registry.copy").write_bytes(b"SQLite")
    with pytest.raises(NotRestorable) as caught:
        restore(elsewhere(sent.services.config, tmp_path / "new"), kept)
    assert len(caught.value.problems) == 2


def test_a_restore_over_a_registry_or_documents_is_refused(kept: Path, sent: Case) -> None:
    with pytest.raises(NotRestorable) as caught:
        restore(sent.services.config, kept)
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "a registry is there already",
        "documents are there already",
    ]


def test_a_backup_of_one_kind_of_database_does_not_go_into_the_other(
    kept: Path, sent: Case, tmp_path: Path, postgres: Postgres
) -> None:
    config = elsewhere(sent.services.config, tmp_path / "new")
    with pytest.raises(NotRestorable, match="the backup is of sqlite"):
        restore(config.model_copy(update={"database_url": postgres.database()}), kept)


def test_a_password_never_stands_on_a_command_line_or_in_an_error(postgres: Postgres, tmp_path: Path) -> None:
    url = f"postgresql+psycopg://huurzegel:geheim@127.0.0.1:{postgres.port}/nowhere"
    with pytest.raises(CopyFailed, match="pg_dump stopped") as caught:
        copy_out(url, tmp_path / "copy")
    assert "geheim" not in str(caught.value)


def test_coreutils_can_check_a_backup(kept: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt"], cwd=kept)
    assert done.returncode == 0


def test_a_packet_half_way_goes_on_after_the_restore(
    kept: Path, sent: Case, tmp_path: Path, office: docgen.Office
) -> None:
    # What came after the backup is not in it.
    people.press_all(sent.services, sent.packet, ("referring_org",))
    config = elsewhere(sent.services.config, tmp_path / "new")
    assert restore(config, kept).documents > 0
    with open_services(config, lambda store: PromisedWork(store, sent.clock), sent.clock) as opened:
        services = replace(opened, generator=sent.services.generator)
        assert people.now(services, sent.packet).status is Status.SENT
        people.run_due(services)
        packet = people.press_all(services, sent.packet, ("referring_org", "corporation"))
        assert packet.status is Status.DELIVERED
        names = people.events(services, sent.packet)
        assert names.count("recipient:signed") == 2


def test_a_copy_of_the_database_holds_one_moment_and_comes_back_whole(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = Store(url)
    with store.write() as tx:
        tx.connection.exec_driver_sql("insert into counter values ('MTR', '0012345678', 'BGO', 7)")
    copy_out(url, tmp_path / "copy")
    assert not vacant(url)
    with store.write() as tx:
        tx.connection.exec_driver_sql("update counter set last = 8")
    store.close()
    if url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'other' / 'registry.sqlite'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        other = server.database()
    assert vacant(other)
    copy_in(other, tmp_path / "copy")
    again = Store(other)
    with again.read() as tx:
        assert tx.connection.exec_driver_sql("select last from counter").scalar_one() == 7
    again.close()
    with pytest.raises(CopyFailed):
        copy_in(other, tmp_path / "copy")
