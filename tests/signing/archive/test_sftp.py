"""SFTP against OpenSSH: who answers, who may write, and a line or disk that gives up in the middle."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing.archive import (
    ArchiveConflict,
    ArchiveRefused,
    ArchiveUnavailable,
    Receipt,
    Settings,
    open_destination,
)
from signing.archive.sftp import SftpDestination
from tests.chaos.flaky import FlakyLine, Odds
from tests.signing.archive import servers
from tests.signing.archive.samples import NOW, PDF, package

REFERENCE = "MTR-0012345678-BGO01-C"
LARGE = package(pdf=PDF + b"%" * 600_000)  # several packets of SSH


@pytest.fixture
def archive(empty: Callable[[str], Settings]) -> Settings:
    return empty("sftp")


def folder_of(settings: Settings) -> Path:
    return Path(settings.root)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def deliver(settings: Settings, made: object = None) -> Receipt:
    receipt = open_destination(settings).deliver(made or package(), NOW)  # type: ignore[arg-type]
    assert isinstance(receipt, Receipt)
    return receipt


def test_another_host_key_than_the_pinned_one_gets_nothing_not_even_a_login(
    archive: Settings, sshd: servers.Sshd, tmp_path: Path
) -> None:
    with servers.sshd(tmp_path / "other") as other:
        wrong = replace(archive, host_key=other.settings.host_key)
        with pytest.raises(ArchiveRefused, match=r"another host key.*Nothing was sent"):
            deliver(wrong)
    assert everything(folder_of(archive)) == {}


def test_a_key_that_the_server_does_not_know_is_final(archive: Settings, tmp_path: Path) -> None:
    with servers.sshd(tmp_path / "other") as other:
        stranger = replace(archive, private_key=other.settings.private_key)
        with pytest.raises(ArchiveRefused, match="does not let us in"):
            deliver(stranger)


def test_a_password_where_only_keys_are_taken_is_final(archive: Settings) -> None:
    with pytest.raises(ArchiveRefused, match="does not let us in"):
        deliver(replace(archive, private_key=None, secret="guess"))


def test_a_server_that_is_down_is_tried_again(archive: Settings) -> None:
    port = servers.free_port()
    with pytest.raises(ArchiveUnavailable, match="tried again"):
        deliver(replace(archive, url=f"sftp://127.0.0.1:{port}/in"))


def test_a_server_that_takes_the_line_and_says_nothing_is_given_up_in_time(archive: Settings) -> None:
    port = archive.parts.port or 0
    with FlakyLine(("127.0.0.1", port), Odds(0, 1.0, 0, 0), seed=1) as line:
        began = time.monotonic()
        with pytest.raises(ArchiveUnavailable, match="tried again"):
            deliver(replace(archive, url=f"sftp://127.0.0.1:{line.port}{archive.root}", timeout=0.5))
        assert time.monotonic() - began < 10


def test_a_folder_that_is_not_there_is_not_made_because_it_may_be_a_lost_mount(archive: Settings) -> None:
    with pytest.raises(ArchiveUnavailable, match="Mount or make it"):
        deliver(replace(archive, url=f"{archive.url}/lost"))
    assert list(folder_of(archive).iterdir()) == []


def test_a_server_that_only_lets_read_is_final_and_the_reference_is_not_told(tmp_path: Path) -> None:
    with servers.sshd(tmp_path, read_only=True) as server:
        with pytest.raises(ArchiveRefused, match="forbids writing") as refusal:
            deliver(server.settings)
        assert REFERENCE not in str(refusal.value)
        assert everything(server.root) == {}


def test_a_full_disk_is_tried_again_and_shows_nothing_under_the_final_name(tmp_path: Path) -> None:
    with servers.sshd(tmp_path, largest_file=100_000) as server:
        with pytest.raises(ArchiveUnavailable, match="Look at its space"):
            deliver(server.settings, LARGE)
        assert not (server.root / "MTR" / REFERENCE).exists()
    with servers.sshd(tmp_path) as server:
        assert deliver(server.settings, LARGE).proof == "read-back"


def test_a_line_that_is_cut_in_the_middle_of_a_file_is_gone_on_with_where_it_was(archive: Settings) -> None:
    """Every connection is cut after at most 120,000 bytes, and the document alone has 600,000."""
    target = ("127.0.0.1", archive.parts.port or 0)
    with FlakyLine(target, Odds(0, 0, 1.0, 0), seed=4) as line:
        flaky = replace(archive, url=f"sftp://127.0.0.1:{line.port}{archive.root}", timeout=2)
        for _ in range(30):
            with pytest.raises(ArchiveUnavailable):
                deliver(flaky, LARGE)
            shown = [name for name in everything(folder_of(archive)) if "/.incoming-" not in name]
            assert shown == []
            if sum(map(len, everything(folder_of(archive)).values())) > 200_000:
                break
    (incoming,) = (folder_of(archive) / "MTR").iterdir()
    half = next(path for path in incoming.iterdir() if path.name == f"{REFERENCE}.pdf")
    kept, made_at = half.stat().st_ino, half.stat().st_size
    assert made_at > 200_000
    deliver(archive, LARGE)
    whole = folder_of(archive) / "MTR" / REFERENCE / f"{REFERENCE}.pdf"
    assert whole.stat().st_ino == kept, "the rest was added to what was there"
    assert everything(folder_of(archive) / "MTR" / REFERENCE) == {f.name: f.data for f in LARGE.files}


def test_an_answer_that_got_lost_makes_no_second_package(archive: Settings) -> None:
    """What the server did before the line was cut stays done."""
    target, receipts = ("127.0.0.1", archive.parts.port or 0), []
    with FlakyLine(target, Odds(0.1, 0, 0.2, 0.7), seed=11) as line:
        flaky = replace(archive, url=f"sftp://127.0.0.1:{line.port}{archive.root}", timeout=2)
        for _ in range(12):
            with contextlib.suppress(ArchiveUnavailable):
                receipts.append(deliver(flaky))
    assert line.counts["cut_back"] > 3
    assert {receipt.files for receipt in receipts} <= {deliver(archive).files}
    assert [path.name for path in (folder_of(archive) / "MTR").iterdir()] == [REFERENCE]


def test_another_beginning_under_the_hidden_name_is_told_and_kept(archive: Settings) -> None:
    deliver(archive)
    (folder_of(archive) / "MTR" / REFERENCE).rename(folder_of(archive) / "kept")
    destination = open_destination(archive)
    assert isinstance(destination, SftpDestination)
    deliver(archive)
    # The name of the hidden folder is known from the content; put something else there first.
    made = package(evidence=b"%PDF-1.7 other")
    last = made.files[-1].sha256[:16]
    hidden = folder_of(archive) / "MTR" / f".incoming-{REFERENCE}.{last}"
    hidden.mkdir()
    (hidden / f"{REFERENCE}.pdf").write_bytes(b"not ours")
    (folder_of(archive) / "MTR" / REFERENCE).rename(folder_of(archive) / "kept too")
    with pytest.raises(ArchiveUnavailable, match="another beginning"):
        deliver(archive, made)
    assert (hidden / f"{REFERENCE}.pdf").read_bytes() == b"not ours"


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "link", "empty folder"])
def test_a_delivered_folder_that_was_tampered_with_is_a_conflict_and_stays_as_it_is(
    archive: Settings, damage: str
) -> None:
    deliver(archive)
    folder = folder_of(archive) / "MTR" / REFERENCE
    if damage == "changed":
        (folder / f"{REFERENCE}.pdf").write_bytes(PDF.replace(b"sealed", b"SEALED"))
    if damage == "added":
        (folder / "annex.pdf").write_bytes(b"%PDF-1.7")
    if damage == "empty folder":
        (folder / "renewals").mkdir()
    if damage in ("missing", "link"):
        (folder / f"{REFERENCE}.json").rename(folder_of(archive) / "elsewhere.json")
    if damage == "link":
        (folder / f"{REFERENCE}.json").symlink_to(folder_of(archive) / "elsewhere.json")
    before = everything(folder_of(archive))
    with pytest.raises(ArchiveConflict) as refusal:
        deliver(archive)
    assert len(refusal.value.differences) == 1
    assert everything(folder_of(archive)) == before
