"""Documents in a folder: ``folder/ab/abcdef….``; safe for many processes, durable when ``put`` returns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from signing import disk
from signing.blobs.errors import BlobsUnavailable


class Folder:
    """See ``Place``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes) -> bool:
        """See ``Place``."""
        path = self._path(key)
        try:
            self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
            disk.make_folder(path.parent)
            return disk.write_once(path, data)
        except OSError as error:
            raise _unavailable("written", error) from error

    def get(self, key: str) -> bytes | None:
        """See ``Place``."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unavailable("read", error) from error

    def exists(self, key: str) -> bool:
        """See ``Place``."""
        return self._path(key).is_file()

    def remove(self, key: str) -> None:
        """See ``Place``."""
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                disk.sync_folder(path.parent)
        except OSError as error:
            raise _unavailable("erased", error) from error

    def names(self) -> Iterator[str]:
        """See ``Place``."""
        try:
            for shelf in self._folder.iterdir() if self._folder.exists() else ():
                yield from (path.name for path in shelf.iterdir())
        except OSError as error:
            raise _unavailable("listed", error) from error

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def _unavailable(verb: str, error: OSError) -> BlobsUnavailable:
    return BlobsUnavailable(
        f"A document cannot be {verb}: {error.strerror}. Look at the disk's space, mount and permissions."
    )
