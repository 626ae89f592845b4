"""Delivers to a folder: `<root>/<corporation>/<package>/` is there completely, or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from signing import disk
from signing.archive.errors import ArchiveConflict, ArchiveUnavailable, DeliveryUnproven
from signing.archive.package import MANIFEST, Package, Receipt, Received
from signing.errors import ConfigurationError

# Importers and people pass over names that start with a dot.
INCOMING = ".incoming-"
DISCARDED = ".discarded-"


class FolderDestination:
    """A folder here or on a mounted share; it has to exist, because a lost mount has to be noticed."""

    def __init__(self, url: str) -> None:
        """``url``: ``file:///folder``, %-encoded. Raises ConfigurationError."""
        scheme, _, path = url.partition("://")
        if scheme.lower() != "file" or not re.fullmatch(r"/[^?#]*[^?#/]/*", path):
            raise ConfigurationError(["an archive folder is named as file:///folder; correct the URL"])
        self._root = Path(unquote(path))

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Put the package there, durably, and read it back.

        Equal content that is there already gives the receipt of its first delivery. Raises ArchiveConflict
        when other content is there, ArchiveUnavailable, DeliveryUnproven.
        """
        corporation = self._root / package.record.corporation.code
        final = corporation / package.name
        with _translated():
            self._make(corporation)
            _clean(corporation, final.name)
            made = not os.path.lexists(final) and _put(package, final, now)
            # Also when it was there: the delivery that made it may not have come to this line.
            disk.sync_folder(corporation)
            received = _read_back(package, final)
            delivered_at = _moment(final)
        differences = _differences(package, received)
        if not differences and delivered_at:
            return Receipt(final.as_uri(), received, delivered_at, proof="read-back")
        if made:
            raise DeliveryUnproven("The archive gives back something else than it took. Look at its disk.")
        raise ArchiveConflict(package.record.reference, differences)

    def _make(self, corporation: Path) -> None:
        if not self._root.is_dir():
            raise ArchiveUnavailable(
                "The archive's folder is not there. Mount or make it; it is tried again."
            )
        disk.make_folder(corporation)


def _clean(corporation: Path, package: str) -> None:
    """Remove what deliveries of this package left when they were killed.

    Renamed before it is emptied: a delivery that is still busy then fails at its own rename, and can never
    show half a folder under the final name.
    """
    for left in corporation.glob(f"{INCOMING}{package}.*"):
        with contextlib.suppress(FileNotFoundError):
            left.rename(left.with_name(left.name.replace(INCOMING, DISCARDED, 1)))
    for left in corporation.glob(f"{DISCARDED}{package}.*"):
        shutil.rmtree(left, ignore_errors=True)  # what stays is hidden, and gets its turn next time


def _put(package: Package, final: Path, now: datetime) -> bool:
    """True when the folder is this delivery's; False when another delivery was first."""
    incoming = Path(tempfile.mkdtemp(prefix=f"{INCOMING}{final.name}.", dir=final.parent))
    try:
        for folder in _folders(package):
            disk.make_folder(incoming / folder)
        for file in package.files:
            disk.write_new(incoming / file.name, file.data)
        for folder in _folders(package):
            disk.sync_folder(incoming / folder)
        _date(incoming / MANIFEST, now)
        incoming.chmod(disk.FOLDER_MODE)
        disk.sync_folder(incoming)
        incoming.rename(final)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise
        return False
    finally:
        shutil.rmtree(incoming, ignore_errors=True)  # nothing is there any more after the rename
    return True


def _folders(package: Package) -> list[str]:
    """Within the package; no file lies deeper than in one of them."""
    return sorted({file.name.partition("/")[0] for file in package.files if "/" in file.name})


def _date(manifest: Path, now: datetime) -> None:
    """The manifest's time of change keeps when the package was delivered, for later receipts."""
    seconds = int(now.timestamp())  # whole: some shares keep no smaller part
    os.utime(manifest, (seconds, seconds))
    descriptor = os.open(manifest, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _moment(final: Path) -> datetime | None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return datetime.fromtimestamp(int((final / MANIFEST).lstat().st_mtime), UTC)
    return None


def _read_back(package: Package, final: Path) -> tuple[Received, ...]:
    if final.is_symlink() or not final.is_dir():
        return ()
    found: list[Received] = []
    known = _folders(package)
    for entry in sorted(final.iterdir()):
        if entry.name in known and entry.is_dir() and not entry.is_symlink():
            found += [_received(inner, f"{entry.name}/{inner.name}") for inner in sorted(entry.iterdir())]
        else:
            found.append(_received(entry, entry.name))
    return tuple(found)


def _received(path: Path, name: str) -> Received:
    if path.is_symlink() or not path.is_file():
        return Received(name, 0, "not a file")
    data = path.read_bytes()
    return Received(name, len(data), hashlib.sha256(data).hexdigest())


def _differences(package: Package, received: tuple[Received, ...]) -> list[str]:
    there = {file.name: file for file in received}
    sent = {file.name: Received(file.name, len(file.data), file.sha256) for file in package.files}
    return [
        f"{name}: {_difference(name in sent, name in there)}"
        for name in sorted(sent.keys() | there.keys())
        if sent.get(name) != there.get(name)
    ]


def _difference(was_sent: bool, is_there: bool) -> str:
    if was_sent and is_there:
        return "other content"
    return "missing" if was_sent else "not of the package"


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Without the path, and without the original: both hold the reference.
        raise ArchiveUnavailable(
            f"The archive's folder does not take the package: {error.strerror}. "
            "Look at its space, mount and permissions; it is tried again."
        ) from None
