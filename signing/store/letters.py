"""Letters on paper: found by the keyed hash of the code that is printed on them."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from signing.store import tables
from signing.store.records import PaperLetter


class PaperLetters:
    """The letters of all packets, within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace(self, letter: PaperLetter) -> None:
        """The newest letter of a recipient; the code on an older one finds nothing any more."""
        table = tables.letter
        mine = (table.c.packet_id == letter.packet_id) & (table.c.role == letter.role)
        self._connection.execute(table.delete().where(mine))
        self._connection.execute(table.insert().values(**asdict(letter)))

    def find(self, digests: tuple[str, ...]) -> PaperLetter | None:
        """The letter with a code of one of these hashes; None when there is none."""
        row = self._connection.execute(
            sa.select(tables.letter).where(tables.letter.c.code_sha256.in_(digests))
        ).first()
        return None if row is None else PaperLetter(**row._mapping)
