"""Archives: what they are told about a sealed document, and how it comes to them.

Another kind of archive is one file with a class that has ``deliver``, and one row in ``DESTINATIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from signing.archive.errors import (
    ArchiveConflict,
    ArchiveError,
    ArchiveUnavailable,
    DeliveryUnproven,
    PackageInvalid,
    RecordInvalid,
)
from signing.archive.folder import FolderDestination
from signing.archive.notation import as_json, from_json
from signing.archive.package import File, Leaflet, Package, Receipt, Received, Sealed
from signing.archive.record import PRONOM, ArchiveRecord, Corporation, Party, Renewed, Tenant
from signing.errors import ConfigurationError


class Destination(Protocol):
    """An archive."""

    def deliver(self, package: Package, now: datetime) -> Receipt:
        """Bring the package there, whole or not at all, and prove it.

        Equal content again gives the same receipt. Raises ArchiveConflict, ArchiveUnavailable,
        DeliveryUnproven.
        """


DESTINATIONS: Mapping[str, Callable[[str], Destination]] = {
    "file": FolderDestination,
}


def open_destination(url: str) -> Destination:
    """The archive that a URL names. Raises ConfigurationError, which lists the known schemes."""
    scheme = url.partition(":")[0].lower()
    if scheme not in DESTINATIONS:
        known = ", ".join(f"{name}:" for name in sorted(DESTINATIONS))
        raise ConfigurationError([f"no archive is known for {scheme[:20]!r}; the URL starts with {known}"])
    return DESTINATIONS[scheme](url)


__all__ = [
    "DESTINATIONS",
    "PRONOM",
    "ArchiveConflict",
    "ArchiveError",
    "ArchiveRecord",
    "ArchiveUnavailable",
    "Corporation",
    "DeliveryUnproven",
    "Destination",
    "File",
    "Leaflet",
    "Package",
    "PackageInvalid",
    "Party",
    "Receipt",
    "Received",
    "RecordInvalid",
    "Renewed",
    "Sealed",
    "Tenant",
    "as_json",
    "from_json",
    "open_destination",
]
