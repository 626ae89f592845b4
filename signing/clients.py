"""The keys of API clients: who has this key and what it may do; making, rotating and revoking keys."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from signing.apikey import ALL, ApiKey, KeyScope, digest, in_order
from signing.config import Config
from signing.errors import Refused
from signing.services import Services
from signing.store import Store

PREFIX = "hz"  # a key looks like hz_<id>_<secret>: its owner and a scanner of leaks both know it


class KeyEnded(Refused):
    """A key that works no more is not rotated."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"Key {key_id} works no more. Make a new one with `key add`.")


@dataclass(frozen=True)
class Caller:
    """Who calls the API. ``key``: the id of the key, which is the client's name for one of the settings."""

    client: str
    key: str
    scopes: tuple[KeyScope, ...]


def caller(services: Services, key: str) -> Caller | None:
    """Who has this key; None when it is nobody's, has ended or was revoked."""
    found = digest(key)
    # Every key of the settings is compared, in the same time, so that the time says nothing about any.
    known = services.config.api_keys
    named = [client for client, kept in known.items() if hmac.compare_digest(kept.lower(), found)]
    if named:
        return Caller(named[0], named[0], ALL)
    with services.store.read() as tx:
        kept = tx.api_keys.of_digest(found)
    if kept is None or not kept.works(services.clock()):
        return None
    return Caller(kept.client, kept.id, kept.scopes)


def add(
    store: Store, client: str, scopes: Iterable[str], now: datetime, life: timedelta | None
) -> tuple[ApiKey, str]:
    """A new key, and its text, which is shown once and kept nowhere. ``life``: None: until revoked."""
    key_id = secrets.token_hex(4)
    text = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    ends_at = None if life is None else now + life
    key = ApiKey(key_id, client, digest(text), in_order(scopes), now, ends_at)
    with store.write() as tx:
        tx.api_keys.add(key)
    return key, text


def rotate(store: Store, key_id: str, now: datetime, overlap: timedelta) -> tuple[ApiKey, str]:
    """A new key with the same scopes and life; the old one works for ``overlap`` more.

    Raises NotFound, KeyEnded.
    """
    with store.read() as tx:
        old = tx.api_keys.get(key_id)
    if not old.works(now):
        raise KeyEnded(key_id)
    made = add(store, old.client, old.scopes, now, old.ends_at - old.made_at if old.ends_at else None)
    ends = min(now + overlap, old.ends_at) if old.ends_at else now + overlap
    with store.write() as tx:
        tx.api_keys.end(key_id, ends_at=ends)
    return made


def revoke(store: Store, key_id: str, now: datetime) -> None:
    """It works no more, at once. Raises NotFound."""
    with store.write() as tx:
        if tx.api_keys.get(key_id).revoked_at is None:
            tx.api_keys.end(key_id, revoked_at=now)


def keys(store: Store) -> tuple[ApiKey, ...]:
    """All of the registry; those of the settings are not among them."""
    with store.read() as tx:
        return tx.api_keys.all()


def open_store(config: Config) -> Store:
    """The registry alone: a key needs no more of the service."""
    config.data.mkdir(parents=True, exist_ok=True)
    return Store(config.registry_url)
