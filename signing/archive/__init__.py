"""Archives: what they are told about a sealed document, and how it comes to them.

Another kind of archive is one file with a class that has ``deliver``, and one row in ``DESTINATIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from signing.archive.contact import ContactDestination
from signing.archive.errors import (
    ArchiveConflict,
    ArchiveError,
    ArchiveRefused,
    ArchiveUnavailable,
    DeliveryUnproven,
    PackageInvalid,
    RecordInvalid,
)
from signing.archive.folder import FolderDestination
from signing.archive.https import HttpsDestination
from signing.archive.judging import differences
from signing.archive.notation import as_json, from_json
from signing.archive.package import File, Handover, Leaflet, Package, Receipt, Received, Sealed
from signing.archive.record import PRONOM, ArchiveRecord, Corporation, Party, Renewed, Tenant
from signing.archive.s3 import S3Destination
from signing.archive.settings import LAYOUTS, Settings
from signing.archive.sftp import SftpDestination
from signing.archive.webdav import WebDavDestination
from signing.errors import ConfigurationError


class Destination(Protocol):
    """An archive."""

    def deliver(self, package: Package, now: datetime) -> Receipt | Handover:
        """Bring the package there, whole or not at all, and prove it.

        Equal content again gives the same receipt. A Handover is no receipt: somebody still has to confirm.
        Raises ArchiveConflict, ArchiveRefused (both: a human looks), ArchiveUnavailable (later it may go),
        DeliveryUnproven.
        """


@runtime_checkable
class Readable(Protocol):
    """An archive that can be looked into; both raise ArchiveRefused and ArchiveUnavailable."""

    def listing(self, corporation: str) -> tuple[str, ...]:
        """The names of all packages of a corporation (its code)."""

    def read_back(self, corporation: str, name: str) -> tuple[Received, ...]:
        """Name, size and hash of everything that is there under a package's name; () when nothing is."""


# By the scheme of the URL. Plain HTTP is for loopback only; each class sees to that.
DESTINATIONS: Mapping[str, Callable[[Settings], Destination]] = {
    "file": FolderDestination,
    "sftp": SftpDestination,
    "s3": S3Destination,
    "webdavs": WebDavDestination,
    "webdav": WebDavDestination,
    "https": HttpsDestination,
    "http": HttpsDestination,
    "contact": ContactDestination,
}


def open_destination(settings: Settings) -> Destination:
    """The archive that a URL names. Raises ConfigurationError, which lists the known schemes."""
    scheme = settings.url.partition(":")[0].lower()
    if scheme not in DESTINATIONS:
        known = ", ".join(f"{name}:" for name in sorted(DESTINATIONS))
        raise ConfigurationError([f"no archive is known for {scheme[:20]!r}; the URL starts with {known}"])
    return DESTINATIONS[scheme](settings)


__all__ = [
    "DESTINATIONS",
    "LAYOUTS",
    "PRONOM",
    "ArchiveConflict",
    "ArchiveError",
    "ArchiveRecord",
    "ArchiveRefused",
    "ArchiveUnavailable",
    "Corporation",
    "DeliveryUnproven",
    "Destination",
    "File",
    "Handover",
    "Leaflet",
    "Package",
    "PackageInvalid",
    "Party",
    "Readable",
    "Receipt",
    "Received",
    "RecordInvalid",
    "Renewed",
    "Sealed",
    "Settings",
    "Tenant",
    "as_json",
    "differences",
    "from_json",
    "open_destination",
]
