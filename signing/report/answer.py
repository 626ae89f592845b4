"""What a validation found, as the report tells it: to people, and as JSON to machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from signing.pades import Report
from signing.plain import from_plain, to_plain

SCHEMA = 1  # rises when a member goes away or gets another meaning; members may be added
Verdict = Literal["genuine", "valid", "unknown", "not-valid", "unusable"]
IssuedAs = Literal["exact", "renewed", "other", "unknown", "not-asked"]


@dataclass(frozen=True)
class Issued:
    """Whether this service issued a file.

    ``answer``: ``exact``, these very bytes; ``renewed``, these bytes with later timestamps behind them;
    ``other``, the file is valid and its reference is known, but with other bytes; ``unknown``; ``not-asked``.
    ``reference`` and ``document`` (its title) only for ``exact`` and ``renewed``.
    """

    answer: IssuedAs
    reference: str | None = None
    document: str | None = None


NOT_ASKED = Issued("not-asked")


@dataclass(frozen=True)
class File:
    """The file that was judged; ``name`` as given, ``size`` in bytes, ``sha256`` in hexadecimal."""

    name: str | None
    size: int
    sha256: str


@dataclass(frozen=True)
class Unusable:
    """Why a file could not be judged at all: a stable code (``UnusableFile.code``) and English words."""

    code: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """The answer of one validation; exactly one of ``report`` and ``unusable`` is there.

    ``valid``: every signature holds, by the one rule (``signing.pades.validate``).
    ``verdict``: ``genuine`` (valid, and issued by this service), ``valid`` (not looked up), ``unknown``
    (valid, not in the registry), ``not-valid`` or ``unusable``. ``test``: judged with development roots.
    """

    schema: int
    valid: bool
    verdict: Verdict
    judged_at: datetime
    file: File
    issued: Issued
    report: Report | None
    unusable: Unusable | None
    test: bool

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Answer:
        """The answer that ``as_dict`` wrote; raises ``ValueError`` for anything else."""
        answer: Answer = from_plain(cls, plain)
        return answer


def answer(
    file: File,
    found: Report | Unusable,
    issued: Issued,
    at: datetime,
    *,
    test: bool = False,
) -> Answer:
    """The answer to a validation at ``at`` (aware UTC)."""
    if isinstance(found, Unusable):
        return Answer(SCHEMA, False, "unusable", at, file, issued, None, found, test)
    return Answer(SCHEMA, found.valid, _verdict(found, issued), at, file, issued, found, None, test)


def _verdict(report: Report, issued: Issued) -> Verdict:
    if not report.valid:
        return "not-valid"
    if issued.answer in ("exact", "renewed"):
        return "genuine"
    return "valid" if issued.answer == "not-asked" else "unknown"
