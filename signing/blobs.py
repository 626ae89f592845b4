"""Owner of the documents on disk: each under the SHA-256 of its content, written once, never changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from signing import disk
from signing.errors import SigningError

_KEY = re.compile(r"[0-9a-f]{64}")


class BlobError(SigningError):
    """Base of the errors of this file."""


class BlobKeyWrong(BlobError):
    """The key is not 64 lower-case hexadecimal digits; the caller has a bug."""


class BlobMissing(BlobError):
    """No document has this hash; restore it from the backup."""


class BlobDamaged(BlobError):
    """The document on disk is not what was put there; restore it from the backup."""


class BlobsUnavailable(BlobError):
    """The disk does not take or give the document now; an operator looks, then it is tried again."""


class Blobs:
    """Documents by the hash of their content, in ``folder/ab/abcdef….``; safe for many processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep ``data``; returns its SHA-256 (hex) once it is durable. The same content twice is fine.

        Raises BlobDamaged when other bytes stand under this hash, BlobsUnavailable.
        """
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        try:
            self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
            disk.make_folder(path.parent)
            made = disk.write_once(path, data)
        except OSError as error:
            raise _unavailable("written", error) from error
        if not made:
            self.get(key)
        return key

    def get(self, key: str) -> bytes:
        """The document with this hash, checked.

        Raises BlobKeyWrong, BlobMissing, BlobDamaged, BlobsUnavailable.
        """
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(f"No document {key} is kept here. Restore it from the backup.") from None
        except OSError as error:
            raise _unavailable("read", error) from error
        found = hashlib.sha256(data).hexdigest()
        if found != key:
            raise BlobDamaged(
                f"The document {key} is damaged: the disk gives {found}. Restore it from the backup."
            )
        return data

    def exists(self, key: str) -> bool:
        """Whether a document is kept under this hash (its content is not checked). Raises BlobKeyWrong."""
        return self._path(key).is_file()

    def keys(self) -> Iterator[str]:
        """The hashes of all documents, in no order; those that come meanwhile may be left out.

        Raises BlobsUnavailable.
        """
        try:
            for shelf in self._folder.iterdir() if self._folder.exists() else ():
                yield from (path.name for path in shelf.iterdir() if _KEY.fullmatch(path.name))
        except OSError as error:
            raise _unavailable("listed", error) from error

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise BlobKeyWrong(f"{key[:80]!r} is not a document's hash. Give 64 digits 0-9a-f.")
        return self._folder / key[:2] / key


def _unavailable(verb: str, error: OSError) -> BlobsUnavailable:
    return BlobsUnavailable(
        f"A document cannot be {verb}: {error.strerror}. Look at the disk's space, mount and permissions."
    )
