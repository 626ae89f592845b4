"""Delivered guidance agreements and their transfers in the registry."""

from __future__ import annotations

import sqlalchemy as sa

from signing.agreement import Agreement, Organisation, Transfer
from signing.store import tables


class Agreements:
    """The agreements, within one transaction."""

    def __init__(self, connection: sa.Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def get(self, wanted: str) -> Agreement | None:
        """The delivered guidance agreement under a reference, with its delivered transfers.

        In a write transaction the row stays locked: two transfers follow each other.
        """
        query = sa.select(tables.agreement).where(tables.agreement.c.reference == wanted)
        row = self._connection.execute(query.with_for_update() if self._locks else query).one_or_none()
        if row is None:
            return None
        transfers = self._connection.execute(
            sa.select(tables.transfer)
            .where(tables.transfer.c.agreement == wanted)
            .order_by(tables.transfer.c.position)
        )
        return Agreement(
            row.reference,
            row.corporation,
            row.lease_number,
            Organisation(row.referring_name, row.referring_kvk),
            tuple(
                Transfer(t.reference, Organisation(t.receiving_name, t.receiving_kvk), t.on)
                for t in transfers
            ),
        )

    def save(self, agreement: Agreement) -> None:
        """A new agreement, or the same one with more transfers; nothing that stands is ever changed (R16)."""
        known = self.get(agreement.reference)
        if known is None:
            self._connection.execute(
                tables.agreement.insert().values(
                    reference=agreement.reference,
                    corporation=agreement.corporation,
                    lease_number=agreement.lease_number,
                    referring_name=agreement.referring.name,
                    referring_kvk=agreement.referring.kvk,
                )
            )
        done = len(known.transfers) if known else 0
        for position, transfer in enumerate(agreement.transfers[done:], start=done):
            self._connection.execute(
                tables.transfer.insert().values(
                    reference=transfer.reference,
                    agreement=agreement.reference,
                    position=position,
                    receiving_name=transfer.receiving.name,
                    receiving_kvk=transfer.receiving.kvk,
                    on=transfer.on,
                )
            )
