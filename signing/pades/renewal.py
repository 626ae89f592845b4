"""When a sealed document must be timestamped anew; a rule, without clock or IO."""

from datetime import datetime, timedelta

from signing.pades.errors import NotRenewable
from signing.pades.model import Report


def renewal_due(report: Report, margin: timedelta) -> datetime:
    """From when (aware UTC) the document is to be renewed: ``margin`` before its last timestamp ends.

    Raises ``NotRenewable`` when the report is of a file whose last document timestamp proves nothing.
    """
    last = report.timestamps[-1] if report.timestamps else None
    if last is None or last.proves_until is None:
        raise NotRenewable("the file has no readable document timestamp; only a sealed file is renewed")
    return last.proves_until - margin
