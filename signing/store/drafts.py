"""Packets that somebody at the desk is still filling in."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.errors import NotFound
from signing.store import tables_of_desk
from signing.store.records import Draft


class Drafts:
    """The drafts of all organisations, within one transaction."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def of(self, client: str, most: int) -> tuple[Draft, ...]:
        """Those of one organisation that no packet was made of yet, the last changed first."""
        table = tables_of_desk.draft
        query = sa.select(table).where((table.c.client == client) & table.c.reference.is_(None))
        rows = self._connection.execute(query.order_by(table.c.changed_at.desc(), table.c.id).limit(most))
        return tuple(Draft(**row._mapping) for row in rows)

    def get(self, draft_id: str, client: str) -> Draft:
        """One of an organisation; locked in a write transaction. Raises NotFound."""
        table = tables_of_desk.draft
        query = sa.select(table).where((table.c.id == draft_id) & (table.c.client == client))
        row = self._connection.execute(query.with_for_update() if self._locks else query).one_or_none()
        if row is None:
            raise NotFound("There is no such draft.")
        return Draft(**row._mapping)

    def add(self, draft: Draft) -> None:
        """A new one."""
        self._connection.execute(tables_of_desk.draft.insert().values(**asdict(draft)))

    def save(self, draft: Draft) -> None:
        """As it is now."""
        table = tables_of_desk.draft
        self._connection.execute(table.update().where(table.c.id == draft.id).values(**asdict(draft)))

    def drop(self, draft_id: str) -> None:
        """It is not wanted any more."""
        table = tables_of_desk.draft
        self._connection.execute(table.delete().where(table.c.id == draft_id))
