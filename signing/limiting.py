"""Rate limits that hold for all processes together: a token out of a bucket in the registry."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import timedelta

from signing.bucket import Rate
from signing.errors import TooMany
from signing.services import Services


def spend(services: Services, kind: str, who: str, rate: Rate) -> None:
    """One token of the bucket of ``who`` (a network address, a key's id). Raises TooMany."""
    with services.store.write() as tx:
        wait = tx.buckets.take(_name(services, kind, who), rate, services.clock())
    _refuse(wait)


def look(services: Services, kind: str, who: str, rate: Rate) -> None:
    """Takes nothing. Raises TooMany when the bucket is empty."""
    with services.store.read() as tx:
        wait = tx.buckets.empty_until(_name(services, kind, who), rate, services.clock())
    _refuse(wait)


def _refuse(wait: timedelta | None) -> None:
    if wait is not None:
        raise TooMany(max(1, math.ceil(wait.total_seconds())))


def _name(services: Services, kind: str, who: str) -> str:
    about = f"huurzegel.bucket.{kind}\n{who}"
    return hmac.digest(services.secrets[0].encode(), about.encode(), hashlib.sha256).hex()
