"""Keeps the last answer of a check for a while: every check costs each authority one timestamp."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from signing.pades.readiness import Readiness

# While all is well somebody's signature would tell sooner; when not, we want to see it pass.
WELL, UNWELL = timedelta(hours=1), timedelta(minutes=1)


class Watch:
    """Thread-safe; whoever asks while a check runs waits for its answer."""

    def __init__(self, check: Callable[[datetime], Readiness]) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._last: Readiness | None = None

    def state(self, now: datetime) -> Readiness:
        """The last answer, or a new one when that is too old."""
        with self._lock:
            last = self._last
            if last is None or not last.at <= now < last.at + (WELL if last.ready else UNWELL):
                self._last = last = self._check(now)
            return last

    def forget(self) -> None:
        """Something failed, so the next one to ask gets a new answer."""
        self._last = None
