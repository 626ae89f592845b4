"""Keys of the API in the registry."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from signing.apikey import ApiKey, in_order
from signing.errors import NotFound
from signing.store.tables_of_api import api_key


class ApiKeys:
    """All keys, within one transaction. Of a key only its sha256 comes here."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_digest(self, sha256: str) -> ApiKey | None:
        """The key with this hash, whether it still works or not."""
        row = self._connection.execute(sa.select(api_key).where(api_key.c.sha256 == sha256)).one_or_none()
        return None if row is None else _key(row)

    def get(self, key_id: str) -> ApiKey:
        """Raises NotFound."""
        row = self._connection.execute(sa.select(api_key).where(api_key.c.id == key_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no key {key_id[:16]!r}. `key list` shows all.")
        return _key(row)

    def all(self) -> tuple[ApiKey, ...]:
        """By client, the oldest first."""
        query = sa.select(api_key).order_by(api_key.c.client, api_key.c.made_at, api_key.c.id)
        return tuple(_key(row) for row in self._connection.execute(query))

    def add(self, key: ApiKey) -> None:
        """A new key."""
        self._connection.execute(api_key.insert().values(**{**asdict(key), "scopes": list(key.scopes)}))

    def end(
        self, key_id: str, *, ends_at: datetime | None = None, revoked_at: datetime | None = None
    ) -> None:
        """When it stops by itself, or was stopped; None leaves it as it is."""
        given: dict[str, Any] = {"ends_at": ends_at, "revoked_at": revoked_at}
        values = {name: moment for name, moment in given.items() if moment is not None}
        self._connection.execute(api_key.update().where(api_key.c.id == key_id).values(**values))


def _key(row: sa.Row[Any]) -> ApiKey:
    return ApiKey(**{**row._mapping, "scopes": in_order(row.scopes)})
