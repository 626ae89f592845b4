"""The plain values that go into signing and come out of validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from signing.pades.findings import Finding
from signing.pades.mark import Mark
from signing.plain import from_plain, to_plain

Commitment = Literal["approval", "receipt"]
Change = Literal["signed", "timestamped"]


@dataclass(frozen=True)
class PartySignature:
    """One party's signature (PAdES B-T) into that party's own ``field``.

    ``name``, ``reason`` and ``location`` go into the signature dictionary (ISO 32000-2, table 255);
    ``role`` is the claimed role; ``commitment`` the commitment type (ETSI EN 319 122-1, 5.2.3);
    ``audit_sha256`` (32 bytes) the digest of the party's audit record; ``lines`` the text of the
    appearance, the first one largest; ``mark`` what the person drew, if anything.
    """

    field: str
    name: str
    reason: str
    location: str
    role: str
    commitment: Commitment
    audit_sha256: bytes
    lines: tuple[str, ...]
    mark: Mark | None = None


@dataclass(frozen=True)
class Seal:
    """The organisation's seal (PAdES B-LTA) over the whole document; members as in ``PartySignature``."""

    name: str
    reason: str
    location: str
    audit_sha256: bytes
    lines: tuple[str, ...]
    field: str = "seal"


@dataclass(frozen=True)
class Expected:
    """Which signature fields must be signed and which may be empty; any other field is a problem.

    ``subject``: what the document must call itself (a reference); None: anything.
    """

    signed: tuple[str, ...]
    unsigned_allowed: tuple[str, ...] = ()
    subject: str | None = None


@dataclass(frozen=True)
class CertificateReport:
    """What a certificate says of its holder; ``serial`` and ``sha256`` are hexadecimal, times are UTC."""

    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime
    sha256: str


@dataclass(frozen=True)
class TimestampReport:
    """One document timestamp: what was in the file before ``moment`` existed then.

    ``judged_at`` is the moment of the next document timestamp, or of the judgement for the last one.
    ``proves_until`` is when the first certificate of its chain ends: before then the next one is due.
    """

    field: str
    moment: datetime | None
    judged_at: datetime
    holds: bool
    proves_until: datetime | None
    certificate: CertificateReport | None


@dataclass(frozen=True)
class RevisionReport:
    """What one revision of the file changed: it filled ``field``; ``proofs`` when it added to the DSS.

    ``sha256`` (hex) is of the file up to and including this revision, ``size`` its length in bytes.
    """

    number: int
    change: Change
    field: str
    proofs: bool
    size: int
    sha256: str


@dataclass(frozen=True)
class SignatureReport:
    """What one signature says and whether it holds; ``signed_at`` comes from its timestamp, never from /M.

    ``signer`` is its certificate, ``stamped_by`` that of its signature timestamp, and ``proved_by`` the field
    of the first document timestamp over it (None before the seal).
    """

    field: str
    name: str | None
    reason: str | None
    role: str | None
    commitment: str | None
    audit_sha256: str | None
    signed_at: datetime | None
    level: str | None
    intact: bool
    trusted: bool
    certificate: str
    signer: CertificateReport | None = None
    stamped_by: CertificateReport | None = None
    proved_by: str | None = None


@dataclass(frozen=True)
class Report:
    """The answer of ``validate``: ``valid`` only when ``problems`` is empty; problems say what and why.

    ``findings`` are the same as ``problems``, with a stable code and values each. ``timestamp`` is the
    moment of the last document timestamp; ``revisions`` is empty when unreadable. ``title`` and ``subject``
    are what the document calls itself: true only when the report is valid.
    """

    valid: bool
    level: str | None
    problems: tuple[str, ...]
    signatures: tuple[SignatureReport, ...]
    empty_fields: tuple[str, ...]
    timestamp: datetime | None
    sha256: str
    timestamps: tuple[TimestampReport, ...] = ()
    revisions: tuple[RevisionReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    subject: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values (times as ISO 8601, UTC)."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Report:
        """The report that ``as_dict`` wrote; raises ``ValueError`` for anything else."""
        report: Report = from_plain(cls, plain)
        return report
