"""Delivers to a folder: `<root>/<corporation>/<package>/` is there completely, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from signing import disk
from signing.archive import judging
from signing.archive.errors import ArchiveUnavailable
from signing.archive.package import File, Package, Receipt, Received, folders
from signing.archive.settings import Settings
from signing.errors import ConfigurationError

# Importers and people pass over names that start with a dot.
INCOMING = ".incoming-"
DISCARDED = ".discarded-"


class FolderDestination:
    """A folder here or on a mounted share; it has to exist, because a lost mount has to be noticed."""

    def __init__(self, settings: Settings) -> None:
        """``url``: ``file:///folder``, %-encoded. Raises ConfigurationError."""
        scheme, _, path = settings.url.partition("://")
        if scheme.lower() != "file" or not re.fullmatch(r"/[^?#]*[^?#/]/*", path):
            raise ConfigurationError(["an archive folder is named as file:///folder; correct the URL"])
        self._root = Path(unquote(path))
        self._settings = settings

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Put the package there, durably, and read it back.

        Equal content that is there already gives the receipt of its first delivery. Raises ArchiveConflict
        when other content is there, ArchiveUnavailable, DeliveryUnproven.
        """
        files = self._settings.arrange(package)
        corporation = self._root / package.record.corporation.code
        final = corporation / package.name
        with _translated():
            self._make(corporation)
            _clean(corporation, final.name)
            made = not os.path.lexists(final) and _put(files, final, now)
            # Also when it was there: the delivery that made it may not have come to this line.
            disk.sync_folder(corporation)
            found, at = _read_back(final), _moment(final / files[-1].name)
        return judging.judged(package.record.reference, files, found, final.as_uri(), at, made=made)

    def listing(self, corporation: str) -> tuple[str, ...]:
        """See Readable."""
        with _translated():
            self._look()
            folder = self._root / corporation
            names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        return tuple(sorted(name for name in names if not name.startswith(".")))

    def read_back(self, corporation: str, name: str) -> tuple[Received, ...]:
        """See Readable."""
        with _translated():
            self._look()
            return _read_back(self._root / corporation / name)

    def _make(self, corporation: Path) -> None:
        self._look()
        disk.make_folder(corporation)

    def _look(self) -> None:
        if not self._root.is_dir():
            raise ArchiveUnavailable(
                "The archive's folder is not there. Mount or make it; it is tried again."
            )


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


def _put(files: tuple[File, ...], final: Path, now: datetime) -> bool:
    """True when the folder is this delivery's; False when another delivery was first."""
    incoming = Path(tempfile.mkdtemp(prefix=f"{INCOMING}{final.name}.", dir=final.parent))
    try:
        for folder in folders(files):
            disk.make_folder(incoming / folder)
        for file in files:
            disk.write_new(incoming / file.name, file.data)
        for folder in folders(files):
            disk.sync_folder(incoming / folder)
        _date(incoming / files[-1].name, now)
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


def _date(manifest: Path, now: datetime) -> None:
    """The manifest's time of change keeps when the package was delivered, for later receipts."""
    seconds = int(now.timestamp())  # whole: some shares keep no smaller part
    os.utime(manifest, (seconds, seconds))
    descriptor = os.open(manifest, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _moment(manifest: Path) -> datetime | None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return datetime.fromtimestamp(int(manifest.lstat().st_mtime), UTC)
    return None


def _read_back(final: Path) -> tuple[Received, ...]:
    if final.is_symlink() or not final.is_dir():
        return ()
    return tuple(_found(final, final))


def _found(folder: Path, final: Path) -> Iterator[Received]:
    """Everything in a folder, and in those in it; an empty one shows by itself."""
    for entry in sorted(folder.iterdir()):
        name = entry.relative_to(final).as_posix()
        if entry.is_dir() and not entry.is_symlink():
            inside = list(_found(entry, final))
            yield from inside or [judging.strange(name)]
        elif entry.is_symlink() or not entry.is_file():
            yield judging.strange(name)
        else:
            yield judging.received(name, entry.read_bytes())


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
