"""Owner of argon2: keeps passwords so that nobody reads them, and compares in the same time for anyone."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage: argon2id with 46 MiB, one pass, one lane; about 40 ms of one core.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(24))


def hashed(password: str) -> str:
    """What is kept of a password: algorithm, parameters, salt and hash in one text."""
    return _HASHER.hash(password)


def is_right(kept: str | None, typed: str) -> bool:
    """Whether this is the password; ``kept`` None: of nobody, which takes as long and is never right."""
    try:
        right = _HASHER.verify(kept or _NOBODYS, typed)
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def is_old(kept: str) -> bool:
    """Whether it was kept with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)
