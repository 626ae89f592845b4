"""What an archive gave back, beside what was sent: a receipt, a conflict, or a disk to distrust."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from signing.archive.errors import ArchiveConflict, DeliveryUnproven
from signing.archive.package import File, Receipt, Received

NO_FILE = "not a file"


def received(name: str, data: bytes) -> Received:
    """A file as it was read back."""
    return Received(name, len(data), hashlib.sha256(data).hexdigest())


def strange(name: str) -> Received:
    """Something that is no file, in a place where only files belong."""
    return Received(name, 0, NO_FILE)


def sent(files: Iterable[File]) -> tuple[Received, ...]:
    """What an honest archive gives back."""
    return tuple(Received(file.name, len(file.data), file.sha256) for file in files)


def differences(wanted: Iterable[Received], found: Iterable[Received]) -> list[str]:
    """Name of every file that differs, and how; empty when both are equal."""
    ours = {file.name: file for file in wanted}
    theirs = {file.name: file for file in found}
    return [
        f"{name}: {_difference(name in ours, name in theirs)}"
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def judged(
    reference: str,
    wanted: tuple[File, ...],
    found: tuple[Received, ...],
    destination: str,
    at: datetime | None,
    *,
    made: bool,
    locked_until: datetime | None = None,
) -> Receipt:
    """The receipt for what was read back. ``at``: when it came there, as the archive remembers it.

    Raises when something else comes back: DeliveryUnproven if this delivery ``made`` it, or ArchiveConflict.
    """
    found_differences = differences(sent(wanted), found)
    if not found_differences and at is not None:
        return Receipt(destination, found, at, proof="read-back", locked_until=locked_until)
    if not found_differences:
        raise DeliveryUnproven(
            "The archive has the package and does not say since when. Look at the times of its files."
        )
    if made:
        raise DeliveryUnproven("The archive gives back something else than it took. Look at its disk.")
    raise ArchiveConflict(reference, found_differences)


def _difference(was_sent: bool, is_there: bool) -> str:
    if was_sent and is_there:
        return "other content"
    return "missing" if was_sent else "not of the package"
