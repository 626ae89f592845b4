"""What `reconcile` found last about each package, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from signing.store.dialects import insert_into
from signing.store.tables_of_keeping import reconciliation


class Outcome(StrEnum):
    """What a package was found to be like. CLOSED: nobody can look into this archive, a receipt proves it."""

    SAME = "same"
    THERE = "there"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass(frozen=True)
class Compared:
    """One package and what it was found to be like, and when."""

    corporation: str
    name: str
    at: datetime
    outcome: Outcome


class Reconciliations:
    """The last outcomes, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, found: Iterable[Compared]) -> None:
        """In the place of what was found before."""
        for each in found:
            insert = insert_into(self._connection, reconciliation).values(**asdict(each))
            changed = {"at": each.at, "outcome": each.outcome}
            keys = list(reconciliation.primary_key)
            self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))

    def of(self, corporation: str, name: str) -> Compared | None:
        """Of one package; None when nobody looked yet."""
        table = reconciliation
        query = sa.select(table).where((table.c.corporation == corporation) & (table.c.name == name))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Compared(row.corporation, row.name, row.at, Outcome(row.outcome))
