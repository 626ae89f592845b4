"""What the registry keeps beside the packet's rules: plain records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Filing:
    """How a packet was asked for: by which API client, with which data and template.

    ``values``: the data as it was completed then, so that a later template changes nothing about the packet.
    """

    client: str
    request_sha256: str
    template_version: str
    template_sha256: str
    subject: str
    data: Mapping[str, Any]
    values: Mapping[str, Any]
    send_when_ready: bool
    idempotency_key: str | None = None


@dataclass(frozen=True)
class StoredDocument:
    """One document or leaflet of a packet; every ``…_sha256`` is the key of a blob.

    ``shown``: the PDF as everybody saw it; ``revision``: with the signatures so far (``applied``: roles);
    ``sealed``: the final file, or None; ``validation``: its report.
    A leaflet is not ``signed``: it has no field, is never sealed, and is for the recipients in ``roles``;
    ``archive`` then says that the corporation is one of them.
    """

    name: str
    title: str
    archive: bool
    pages: int
    shown_sha256: str
    html_sha256: str
    revision_sha256: str
    revision: int = 0
    applied: tuple[str, ...] = ()
    signed: bool = True
    roles: tuple[str, ...] = ()
    sealed_sha256: str | None = None
    validation: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Remark:
    """What a recipient wrote. ``kind``: ``question``, or ``refusal`` for words with a no."""

    packet_id: str
    number: int
    role: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Dispatch:
    """One message to somebody about a packet. ``id``: its Message-ID, or the id of a text message.

    ``kind``: what for (``invite``, ``remind``, ``code``, ``copy``, ``question``, ``declined``,
    ``undelivered``); ``channel``: ``mail`` or ``sms``; ``state``: ``queued``, ``sent``, ``bounced`` or
    ``opened`` (the link in it, by a person); ``reason``: of a bounce.
    """

    id: str
    packet_id: str
    role: str
    kind: str
    channel: str
    address: str
    state: str
    queued_at: datetime
    changed_at: datetime
    sent_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class PaperLetter:
    """A letter with a code that was printed for a recipient; ``link_serial``: of the link that it opens."""

    code_sha256: str
    packet_id: str
    role: str
    link_serial: int
    made_at: datetime


@dataclass(frozen=True)
class Stuck:
    """Work that failed to its last attempt and waits for a human, or that one gave up."""

    packet_id: str
    step: str
    attempt: int
    since: datetime
    reason: str
    given_up_at: datetime | None = None


@dataclass(frozen=True)
class RenewedFile:
    """One file of a renewal, by the keys of its blobs; ``document``: its name, None for the evidence."""

    document: str | None
    previous_sha256: str
    sha256: str
    report_sha256: str


@dataclass(frozen=True)
class Renewal:
    """The ``number``-th time that all sealed files of a packet were timestamped anew, together.

    ``receipt``: of the corporation's archive; None until it has them.
    """

    number: int
    at: datetime
    files: tuple[RenewedFile, ...]
    receipt: Mapping[str, Any] | None = None

    def file(self, document: str | None) -> RenewedFile:
        """Of a document, or with None of the evidence. Raises KeyError."""
        for file in self.files:
            if file.document == document:
                return file
        raise KeyError(document)


@dataclass(frozen=True)
class Delivered:
    """A package that the archive of a corporation has, by its receipt; ``name``: of the package."""

    corporation: str
    name: str
    receipt: Mapping[str, Any]


@dataclass(frozen=True)
class Ending:
    """A delivered packet whose last timestamp, made at ``stamped_at``, proves only until ``proves_until``."""

    packet_id: str
    reference: str
    stamped_at: datetime
    proves_until: datetime
    renewals: int


@dataclass(frozen=True)
class Passkey:
    """A passkey of an account. ``id``, ``public_key``: base64url, as its authenticator gave them."""

    id: str
    account_id: str
    public_key: str
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Session:
    """That somebody came in. ``complete``: with all that is asked; before, only the password was right."""

    token_sha256: str
    account_id: str
    made_at: datetime
    ends_at: datetime
    complete: bool


@dataclass(frozen=True)
class Invitation:
    """That an account may set a password and a telephone."""

    token_sha256: str
    account_id: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """A packet that is being filled in. ``data``: as far as it was, flat, right or wrong; ``previous``: of
    which stopped packet it is a new version; ``reference``: of the packet, once it was made.
    """

    id: str
    client: str
    account_id: str
    type: str
    data: Mapping[str, Any]
    made_at: datetime
    changed_at: datetime
    previous: str | None = None
    reference: str | None = None
    known: Sequence[str] = ()


class RowState(StrEnum):
    """What became of a row: ``good`` and ``bad`` until its batch is started, and then made or not."""

    GOOD = "good"
    BAD = "bad"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True)
class Batch:
    """A file with a packet in each row. ``account_id``: who brought it, then who started it; ``headings``: as
    they were written; ``started_at``: when its good rows were asked to be made; ``forget_at``: when it goes.
    """

    id: str
    client: str
    account_id: str
    type: str
    name: str
    headings: Sequence[str]
    made_at: datetime
    forget_at: datetime
    started_at: datetime | None = None


@dataclass(frozen=True)
class BatchRow:
    """One row. ``number``: in its file; ``cells``: as they were written, under the headings; ``data``: what
    they say; both are empty once the packet is made. ``problems``: plain values of what is wrong.
    """

    batch_id: str
    number: int
    state: RowState
    cells: Sequence[str]
    data: Mapping[str, Any]
    problems: Sequence[Mapping[str, Any]]
    reference: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a batch is, in rows. ``writing``: made, their documents not yet."""

    good: int
    bad: int
    made: int
    failed: int
    writing: int

    @property
    def wanted(self) -> int:
        """All that are to become packets."""
        return self.good + self.made + self.failed

    @property
    def done(self) -> int:
        """Those that are behind us."""
        return self.wanted - self.good - self.writing
