"""The rule of a rate limit: a bucket of tokens that fills up with time (a token bucket)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Rate:
    """``burst`` at once, and after that ``per_minute`` a minute."""

    burst: int
    per_minute: float


@dataclass(frozen=True)
class Level:
    """How many tokens there were at a moment."""

    tokens: float
    at: datetime


def level(before: Level | None, rate: Rate, now: datetime) -> Level:
    """How full it is at ``now``; one that was never used is full. A clock that went back adds none."""
    if before is None:
        return Level(float(rate.burst), now)
    minutes = max(0.0, (now - before.at).total_seconds() / 60)
    return Level(min(float(rate.burst), before.tokens + minutes * rate.per_minute), max(now, before.at))


def take(before: Level | None, rate: Rate, now: datetime) -> tuple[Level, timedelta | None]:
    """One token out, and None; or, when there is none, how long until there is."""
    found = level(before, rate, now)
    if found.tokens >= 1:
        return Level(found.tokens - 1, found.at), None
    return found, timedelta(minutes=(1 - found.tokens) / rate.per_minute)
