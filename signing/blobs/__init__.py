"""The documents: each under its SHA-256, written once, never changed, erased at the end of its term."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from signing.blobs.bucket import Bucket, BucketSettings
from signing.blobs.errors import BlobDamaged, BlobError, BlobKeyWrong, BlobMissing, BlobsUnavailable
from signing.blobs.folder import Folder

__all__ = [
    "BlobDamaged",
    "BlobError",
    "BlobKeyWrong",
    "BlobMissing",
    "Blobs",
    "BlobsUnavailable",
    "Bucket",
    "BucketSettings",
    "Place",
]

_KEY = re.compile(r"[0-9a-f]{64}")


class Place(Protocol):
    """Where documents are; every method raises BlobsUnavailable. Keys are right, content is not looked at."""

    def put(self, key: str, data: bytes) -> bool:
        """Keep it, durably; False when there is something under this key already (which stays)."""

    def get(self, key: str) -> bytes | None:
        """What is under a key; None when nothing is."""

    def exists(self, key: str) -> bool:
        """Whether anything is under a key."""

    def remove(self, key: str) -> None:
        """Nothing is under this key any more, also when nothing was."""

    def names(self) -> Iterator[str]:
        """The keys of all documents, and maybe names of other things."""


class Blobs:
    """Documents by the hash of their content; safe for many processes."""

    def __init__(self, place: Path | Place) -> None:
        """``place``: a folder, or a bucket."""
        self._place: Place = Folder(place) if isinstance(place, Path) else place

    def put(self, data: bytes) -> str:
        """Keep ``data``; returns its SHA-256 (hex) once it is durable. The same content twice is fine.

        Raises BlobDamaged when other bytes stand under this hash, BlobsUnavailable.
        """
        key = hashlib.sha256(data).hexdigest()
        if not self._place.put(key, data):
            self.get(key)
        return key

    def get(self, key: str) -> bytes:
        """The document with this hash, checked.

        Raises BlobKeyWrong, BlobMissing, BlobDamaged, BlobsUnavailable.
        """
        data = self._place.get(_checked(key))
        if data is None:
            raise BlobMissing(f"No document {key} is kept here. Restore it from the backup.")
        found = hashlib.sha256(data).hexdigest()
        if found != key:
            raise BlobDamaged(
                f"The document {key} is damaged: its place gives {found}. Restore it from the backup."
            )
        return data

    def exists(self, key: str) -> bool:
        """Whether a document is kept under this hash (its content is not checked). Raises BlobKeyWrong."""
        return self._place.exists(_checked(key))

    def remove(self, key: str) -> None:
        """Erases a document; one that is not there is fine. Raises BlobKeyWrong, BlobsUnavailable."""
        self._place.remove(_checked(key))

    def keys(self) -> Iterator[str]:
        """The hashes of all documents, in no order; those that come meanwhile may be left out.

        Raises BlobsUnavailable.
        """
        return (name for name in self._place.names() if _KEY.fullmatch(name))


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BlobKeyWrong(f"{key[:80]!r} is not a document's hash. Give 64 digits 0-9a-f.")
    return key
