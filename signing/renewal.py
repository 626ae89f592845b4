"""When what was sealed must be timestamped anew; a rule, without clock or IO."""

from __future__ import annotations

from datetime import datetime, timedelta


def due(stamped_at: datetime, proves_until: datetime, margin: timedelta) -> datetime:
    """From when a file is renewed whose last timestamp, of ``stamped_at``, proves it ``proves_until``.

    That is ``margin`` before its end, but never in the first half of its life: an authority whose
    certificates are shorter than the margin would otherwise be asked every day.
    """
    return proves_until - min(margin, (proves_until - stamped_at) / 2)


def missed(proves_until: datetime, now: datetime) -> bool:
    """Whether it is too late: a timestamp of now would prove nothing about the time before."""
    return now >= proves_until
