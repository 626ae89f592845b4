"""Documents on disk: what was put comes back, or it is said aloud that it does not."""

import hashlib
import stat
import threading
from pathlib import Path

import pytest

from signing.blobs import BlobDamaged, BlobKeyWrong, BlobMissing, Blobs, BlobsUnavailable

DATA = b"%PDF-1.7 a sealed document"
KEY = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "documents")


def the_file(tmp_path: Path) -> Path:
    return next(path for path in (tmp_path / "documents").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "key",
    ["", "../../etc/passwd", KEY[:-1], KEY + "0", KEY.upper(), KEY + "\n", "g" * 64, f"{KEY[:2]}/{KEY}"],
)
def test_a_key_that_is_no_hash_is_refused_everywhere(blobs: Blobs, key: str) -> None:
    for use in (blobs.get, blobs.exists):
        with pytest.raises(BlobKeyWrong, match="64 digits"):
            use(key)


def test_a_document_that_was_never_put_is_missing(blobs: Blobs) -> None:
    assert not blobs.exists(KEY)
    with pytest.raises(BlobMissing, match="backup"):
        blobs.get(KEY)


@pytest.mark.parametrize("damage", [b"", DATA[:-1], DATA + b"\n", DATA.replace(b"sealed", b"SEALED")])
def test_a_document_that_changed_on_disk_is_never_handed_out(
    blobs: Blobs, tmp_path: Path, damage: bytes
) -> None:
    blobs.put(DATA)
    the_file(tmp_path).write_bytes(damage)
    with pytest.raises(BlobDamaged, match=KEY):
        blobs.get(KEY)


def test_putting_a_document_again_over_a_damaged_one_is_told_and_changes_nothing(
    blobs: Blobs, tmp_path: Path
) -> None:
    blobs.put(DATA)
    the_file(tmp_path).write_bytes(b"something else")
    with pytest.raises(BlobDamaged):
        blobs.put(DATA)
    assert the_file(tmp_path).read_bytes() == b"something else"


def test_a_folder_that_cannot_be_used_is_told_without_a_half_document(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file stands in the way")
    blobs = Blobs(tmp_path / "documents")
    with pytest.raises(BlobsUnavailable, match="written"):
        blobs.put(DATA)
    with pytest.raises(BlobsUnavailable, match="read"):
        blobs.get(KEY)


@pytest.mark.parametrize("data", [DATA, b"", bytes(range(256)) * 5000])
def test_what_was_put_comes_back_under_its_sha256(blobs: Blobs, data: bytes) -> None:
    key = blobs.put(data)
    assert key == hashlib.sha256(data).hexdigest()
    assert blobs.exists(key)
    assert blobs.get(key) == data


def test_the_same_document_twice_is_one_file_that_is_not_written_again(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put(DATA)
    before = the_file(tmp_path).stat()
    assert blobs.put(DATA) == KEY
    after = the_file(tmp_path).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_owner_writes_the_group_reads_and_nobody_else_sees_it(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put(DATA)
    file = the_file(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not stat.S_IMODE(file.parent.stat().st_mode) & stat.S_IRWXO


def test_nothing_unfinished_is_left_behind(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put(DATA)
    blobs.put(DATA)
    assert [path.name for path in (tmp_path / "documents").rglob("*") if path.is_file()] == [KEY]


def test_many_at_once_put_the_same_document_and_all_get_its_key(blobs: Blobs) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(blobs.put(DATA))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == [KEY] * 8
    assert blobs.get(KEY) == DATA
