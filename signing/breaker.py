"""A circuit breaker: a peer that keeps failing is left alone for a while, and then asked once."""

from __future__ import annotations

from dataclasses import dataclass, replace

FAILURES = 5  # in a row, before the circuit opens
PAUSE, LONGEST = 5.0, 60.0  # seconds that it stays open, at first and at most
PROBE = 30.0  # seconds for the answer to the one question after that


@dataclass(frozen=True)
class Breaker:
    """How a peer has been of late, as one process saw it. Times: seconds of a clock that never goes back."""

    failures: int = 0
    closed_at: float | None = None

    def ask(self, now: float) -> tuple[bool, Breaker]:
        """Whether the peer may be asked now, and what is known then: of many who ask, one goes first."""
        if self.closed_at is None:
            return True, self
        if now < self.closed_at:
            return False, self
        return True, replace(self, closed_at=now + PROBE)

    def failed(self, now: float) -> Breaker:
        """After another failure of the peer, not of the question."""
        failures = self.failures + 1
        if failures < FAILURES:
            return Breaker(failures)
        return Breaker(failures, now + min(PAUSE * 2 ** min(failures - FAILURES, 10), LONGEST))
