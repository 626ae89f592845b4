"""How long work that failed waits before it is tried again, and when it stops being tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

JITTER = (
    0.25  # a pause is up to this part shorter or longer: what failed together does not come back together
)


@dataclass(frozen=True)
class Patience:
    """With one kind of failure. ``limit``: from the first failure on; after it a human is asked."""

    first: timedelta
    longest: timedelta
    limit: timedelta

    def pause(self, elapsed: timedelta, draw: float) -> timedelta | None:
        """Before the next try; None when there is none. ``elapsed``: since the first failure; ``draw``: 0-1.

        As long as it has failed so far, within bounds: every pause is about twice the one before it.
        """
        if elapsed >= self.limit:
            return None
        wanted = min(max(elapsed, self.first), self.longest)
        return wanted * (1 + JITTER * (2 * draw - 1))
