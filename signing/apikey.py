"""The rules of API keys: what each may do, and until when; only the hash of a key is ever kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_KEY = 200  # characters of somebody else's text that are hashed


class KeyScope(StrEnum):
    """Something that a key may do."""

    READ = "read"  # follow, list, check, preview, validate
    WRITE = "write"  # make, send, withdraw, and reach recipients
    DOWNLOAD = "download"  # documents, letters and evidence
    HOOKS = "hooks"  # set where events go


ALL = tuple(KeyScope)


@dataclass(frozen=True)
class ApiKey:
    """A key of an API client. ``id``: its public part; times aware; None: no end, not revoked."""

    id: str
    client: str
    sha256: str
    scopes: tuple[KeyScope, ...]
    made_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


def digest(key: str) -> str:
    """What is kept of a key: its sha256 (hex). A key has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(key[:LONGEST_KEY].encode()).hexdigest()


def in_order(scopes: Iterable[str]) -> tuple[KeyScope, ...]:
    """The scopes of these names, each once. Raises ValueError for a name that is none."""
    wanted = {KeyScope(name) for name in scopes}
    return tuple(scope for scope in ALL if scope in wanted)
