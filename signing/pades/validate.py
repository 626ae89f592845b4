"""Whether a PDF's signatures hold, offline (sealing.md, rule R)."""

from datetime import datetime

from signing.pades.certificates import TrustRoots
from signing.pades.model import Expected, Report


def validate(pdf: bytes, trust: TrustRoots, *, expected: Expected | None = None, at: datetime) -> Report:
    """Judge a sealed file as it was at ``at`` (aware UTC); never uses the network.

    Raises ``UnusableFile`` when the bytes cannot be read as a PDF; other faults are problems.
    """
    raise NotImplementedError


def check_progress(
    pdf: bytes, trust: TrustRoots, *, expected: Expected | None = None, at: datetime
) -> Report:
    """The same for a file between signatures: party signatures only, no seal, no document timestamp yet."""
    raise NotImplementedError
