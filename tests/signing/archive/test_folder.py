"""Delivery to a folder, killed at every step that touches the disk."""

import contextlib
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing import disk
from signing.archive import ArchiveConflict, ArchiveUnavailable, DeliveryUnproven, Receipt, Settings
from signing.archive.folder import FolderDestination
from signing.errors import ConfigurationError
from tests.signing.archive.samples import NOW, PDF, package

REFERENCE = "MTR-0012345678-BGO01-C"

# Delivers again and again, each time in a child that kills itself just before its n-th touch of the disk.
KILLED_AT_EVERY_STEP = """
import os, signal, sys
from pathlib import Path
from signing.archive import Settings
from signing.archive.folder import FolderDestination
from tests.signing.archive.samples import NOW, package

root = Path(sys.argv[1])
made = package()
made.files

def kill_at(step):
    left = step
    def hook(event, arguments):
        nonlocal left
        if event == "open" or event.startswith(("os.", "shutil.", "tempfile.")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

step = 0
while True:
    step += 1
    folder = root / str(step)
    folder.mkdir()
    child = os.fork()
    if child == 0:
        kill_at(step)
        FolderDestination(Settings(folder.as_uri())).deliver(made, NOW)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(step)
        break
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def deliver(root: Path) -> Receipt:
    return FolderDestination(Settings(root.as_uri())).deliver(package(), NOW)


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "url",
    [
        "file://host/archive",
        "file:archive",
        "file:///",
        "file://",
        "file:///x?y",
        "file:///x#y",
        "file://[/x",
    ],
)
def test_a_url_that_is_no_folder_of_this_machine_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="file:///folder"):
        FolderDestination(Settings(url))


def test_an_archive_that_is_not_there_is_not_made_because_it_may_be_a_lost_mount(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnavailable, match="Mount or make it"):
        FolderDestination(Settings((tmp_path / "lost").as_uri())).deliver(package(), NOW)
    assert not (tmp_path / "lost").exists()


def test_a_disk_that_refuses_is_told_without_the_reference_and_leaves_nothing(root: Path) -> None:
    (root / "MTR").write_text("a file stands in the way")
    with pytest.raises(ArchiveUnavailable, match="tried again") as refusal:
        deliver(root)
    assert REFERENCE not in str(refusal.value)
    assert refusal.value.__suppress_context__
    assert list(everything(root)) == ["MTR"]


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of more than ten bytes fits; Python ignores the signal, so that writing gives an error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_is_told_and_leaves_nothing(root: Path) -> None:
    with pytest.raises(ArchiveUnavailable, match="Look at its space"):
        deliver(root)
    assert everything(root) == {}


@pytest.mark.parametrize(
    "damage", ["changed", "missing", "added", "link", "leaflet", "added leaflet", "added folder"]
)
def test_a_delivered_folder_that_was_tampered_with_is_a_conflict_and_stays_as_it_is(
    root: Path, damage: str
) -> None:
    deliver(root)
    folder = root / "MTR" / REFERENCE
    if damage == "changed":
        (folder / f"{REFERENCE}.pdf").write_bytes(PDF.replace(b"sealed", b"SEALED"))
    if damage == "added":
        (folder / "annex.pdf").write_bytes(b"%PDF-1.7")
    if damage == "leaflet":
        (folder / "leaflets" / f"{REFERENCE}.lease-clause.pdf").write_bytes(b"%PDF-1.7")
    if damage == "added leaflet":
        (folder / "leaflets" / "annex.pdf").write_bytes(b"%PDF-1.7")
    if damage == "added folder":
        (folder / "renewals").mkdir()
    if damage in ("missing", "link"):
        (folder / f"{REFERENCE}.json").rename(root / "elsewhere.json")
    if damage == "link":
        (folder / f"{REFERENCE}.json").symlink_to(root / "elsewhere.json")
    before = everything(root)
    with pytest.raises(ArchiveConflict) as refusal:
        deliver(root)
    assert len(refusal.value.differences) == 1
    assert everything(root) == before


@pytest.mark.parametrize("kind", ["file", "empty folder", "link"])
def test_anything_else_under_the_final_name_is_a_conflict(root: Path, tmp_path: Path, kind: str) -> None:
    final = root / "MTR" / REFERENCE
    final.parent.mkdir()
    if kind == "file":
        final.write_text("a file")
    if kind == "empty folder":
        final.mkdir()
    if kind == "link":
        final.symlink_to(tmp_path)
    with pytest.raises(ArchiveConflict):
        deliver(root)


def test_the_folder_holds_the_files_of_the_package_and_nobody_else_may_read_them(root: Path) -> None:
    receipt = deliver(root)
    folder = root / "MTR" / REFERENCE
    assert receipt.destination == folder.as_uri()
    assert everything(folder) == {file.name: file.data for file in package().files}
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o750}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*.*")} == {0o640}
    assert [path.name for path in (root / "MTR").iterdir()] == [REFERENCE]


def test_left_overs_of_this_reference_are_removed_and_those_of_others_stay(root: Path) -> None:
    (root / "MTR" / f".incoming-{REFERENCE}.abc").mkdir(parents=True)
    (root / "MTR" / f".incoming-{REFERENCE}.abc" / "half.pdf").write_bytes(b"%PDF")
    (root / "MTR" / f".discarded-{REFERENCE}.def").mkdir()
    (root / "MTR" / ".incoming-MTR-0012345678-OVD01-4.abc").mkdir()
    deliver(root)
    assert {path.name for path in (root / "MTR").iterdir()} == {
        REFERENCE,
        ".incoming-MTR-0012345678-OVD01-4.abc",
    }


def test_many_deliveries_at_once_leave_one_whole_folder(root: Path) -> None:
    """Some may be told to try again; none shows or proves less than the whole."""
    receipts: list[Receipt] = []

    def one() -> None:
        with contextlib.suppress(ArchiveUnavailable):
            receipts.append(deliver(root))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receipts.append(deliver(root))
    assert set(receipts) == {receipts[0]}
    assert [path.name for path in (root / "MTR").iterdir()] == [REFERENCE]


def test_killed_at_any_step_it_leaves_nothing_or_everything_and_the_next_delivery_finishes(
    root: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_STEP, str(root)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 30
    whole = {f"MTR/{REFERENCE}/{file.name}": file.data for file in package().files}
    absent = 0
    for step in range(1, steps + 1):
        folder = root / str(step)
        shown = {name: data for name, data in everything(folder).items() if "/." not in name}
        assert shown in ({}, whole)
        absent += shown == {}
        assert deliver(folder).proof == "read-back"
        assert everything(folder) == whole
    assert 10 < absent < steps


def test_a_disk_that_gives_back_something_else_than_it_took_gets_no_receipt(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = disk.write_new
    monkeypatch.setattr(disk, "write_new", lambda path, data: honest(path, data[:-1]))
    with pytest.raises(DeliveryUnproven, match="Look at its disk"):
        deliver(root)
