"""Kinds of failure: which are worth another try, with how much patience, and what a human is told."""

from __future__ import annotations

import errno
from datetime import timedelta

import docgen
from signing.alerts import AlertDelayed
from signing.archive import ArchiveConflict, ArchiveRefused, ArchiveUnavailable, DeliveryUnproven
from signing.blobs import BlobsUnavailable
from signing.courier import PostingDelayed, PostingRefused
from signing.errors import NotFound, Refused, RevisionConflict, SealRejected, SigningError
from signing.mail import MailDelayed, MailRefused
from signing.pades import KeyUnavailable, NotRenewable, RevocationUnavailable, TimestampUnavailable
from signing.patience import Patience
from signing.sms import SmsDelayed, SmsRefused
from signing.store import DATABASE_GONE


class UnknownStep(SigningError):
    """A newer version of the service promised this step; a process that runs that version does it."""

    def __init__(self, step: str) -> None:
        super().__init__(
            f"This version of the service has no step {step[:40]!r}. Start the version that promised it."
        )


# Trying these again as they are gives the same answer.
HOPELESS = (
    Refused, NotFound, SealRejected, MailRefused, SmsRefused, ArchiveConflict, ArchiveRefused,
    DeliveryUnproven, NotRenewable, PostingRefused,
    docgen.InvalidValues, docgen.TemplateFault, docgen.UnknownType,
    docgen.UnusableDocx, docgen.GlyphMissing,
)  # fmt: skip

# What another service did not do now, it may do later: by the name of the peer, how long its next try waits.
LONGEST: dict[str, tuple[tuple[type[Exception], ...], timedelta]] = {
    "timestamps": ((TimestampUnavailable, RevocationUnavailable), timedelta(minutes=1)),
    "key": ((KeyUnavailable,), timedelta(minutes=1)),
    "mail": ((MailDelayed,), timedelta(minutes=2)),
    "sms": ((SmsDelayed,), timedelta(minutes=2)),
    "archive": ((ArchiveUnavailable,), timedelta(minutes=5)),
    "alert": ((AlertDelayed,), timedelta(minutes=5)),
    "documents": ((BlobsUnavailable,), timedelta(minutes=1)),
    "hook": ((PostingDelayed,), timedelta(minutes=10)),
    "database": (DATABASE_GONE, timedelta(seconds=30)),
    "version": ((UnknownStep,), timedelta(minutes=1)),
}
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
FIRST, DISK = timedelta(seconds=0.5), timedelta(minutes=1)

# Two at the same document: the loser repeats its work at once.
CONFLICT = Patience(timedelta(seconds=0.1), timedelta(seconds=5), timedelta(minutes=2))
# A fault of our own, or something nobody thought of: it may pass, and a human should hear of it soon.
UNKNOWN = Patience(FIRST, timedelta(seconds=30), timedelta(minutes=2))


def kind_of(error: BaseException) -> str:
    """``hopeless``, ``conflict``, ``disk``, the name of a peer in LONGEST, or ``unknown``."""
    if isinstance(error, HOPELESS):
        return "hopeless"
    if isinstance(error, RevisionConflict):
        return "conflict"
    if isinstance(error, OSError) and error.errno in _DISK:
        return "disk"
    return next((peer for peer, (errors, _) in LONGEST.items() if isinstance(error, errors)), "unknown")


def patience(kind: str, stuck_after: timedelta) -> Patience:
    """With a kind of failure; ``stuck_after``: how long work may wait for a service elsewhere."""
    if kind == "hopeless":
        return Patience(FIRST, FIRST, timedelta())
    if kind in LONGEST or kind == "disk":
        return Patience(FIRST, LONGEST[kind][1] if kind in LONGEST else DISK, stuck_after)
    return CONFLICT if kind == "conflict" else UNKNOWN


def reason(error: BaseException) -> str:
    """For the stuck list; of an error that is not ours the class only: its text may hold anything."""
    told = str(error) if isinstance(error, SigningError | docgen.DocgenError) else ""
    return f"{type(error).__name__}: {told}" if told else type(error).__name__
