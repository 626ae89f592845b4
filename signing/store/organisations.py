"""The organisations that work at the desk, in the registry."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from signing.account import Kind, Organisation
from signing.errors import NotFound
from signing.store import tables_of_desk as tables


class Organisations:
    """All organisations, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Organisation, ...]:
        """By name."""
        query = sa.select(tables.organisation).order_by(tables.organisation.c.name)
        return tuple(_organisation(row) for row in self._connection.execute(query))

    def get(self, organisation_id: str) -> Organisation:
        """Raises NotFound."""
        query = sa.select(tables.organisation).where(tables.organisation.c.id == organisation_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is no organisation {organisation_id[:40]!r}.")
        return _organisation(row)

    def of_client(self, client: str) -> Organisation | None:
        """The care organisation of an API client."""
        query = sa.select(tables.organisation).where(tables.organisation.c.client == client)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _organisation(row)

    def of_corporation(self, code: str) -> Organisation | None:
        """The corporation with this code in its references."""
        query = sa.select(tables.organisation).where(tables.organisation.c.corporation == code)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _organisation(row)

    def add(self, organisation: Organisation) -> None:
        """A new one; its client and its corporation's code are of nobody else (look before you add)."""
        self._connection.execute(tables.organisation.insert().values(**asdict(organisation)))

    def save(self, organisation: Organisation) -> None:
        """One that is there already, with other details."""
        self._connection.execute(
            tables.organisation.update()
            .where(tables.organisation.c.id == organisation.id)
            .values(**asdict(organisation))
        )

    def logo(self, organisation_id: str) -> bytes | None:
        """A PNG, as ``docgen.logo`` makes it."""
        kept = tables.organisation_logo
        query = sa.select(kept.c.png).where(kept.c.organisation_id == organisation_id)
        return self._connection.execute(query).scalar_one_or_none()

    def set_logo(self, organisation_id: str, png: bytes | None) -> None:
        """In the place of the one before; None: the one of the template is used again."""
        kept = tables.organisation_logo
        self._connection.execute(kept.delete().where(kept.c.organisation_id == organisation_id))
        if png is not None:
            self._connection.execute(kept.insert().values(organisation_id=organisation_id, png=png))


def _organisation(row: sa.Row[Any]) -> Organisation:
    values = dict(row._mapping)
    return Organisation(**{**values, "kind": Kind(values["kind"])})
