"""Numbers for those who watch the service: counted in the database, no row of a packet is read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from signing.packet import Status
from signing.store import tables

# Where the next thing is up to the service; a signed packet may wait for the corporation first.
_OURS = (Status.DRAFT, Status.SEALED, Status.ARCHIVED)


class Figures:
    """Within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def packets(self) -> dict[str, int]:
        """How many there are, by status."""
        status = tables.packet.c.status
        rows = self._connection.execute(sa.select(status, sa.func.count()).group_by(status))
        return {str(row[0]): int(row[1]) for row in rows}

    def oldest_waiting(self) -> datetime | None:
        """When the packet was made that waits longest for the service; None when none does."""
        query = sa.select(sa.func.min(tables.packet.c.created_at)).where(tables.packet.c.status.in_(_OURS))
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def stuck(self) -> dict[str, int]:
        """Work that waits for a human, by step, without the recipient."""
        query = sa.select(tables.stuck.c.step).where(tables.stuck.c.given_up_at.is_(None))
        return dict(Counter(step.partition(":")[0] for step in self._connection.execute(query).scalars()))

    def queue(self) -> dict[str, int]:
        """Promised work of the durable engine: ``waiting``, ``delayed``, ``running``; {} without it."""
        schema = None if self._connection.dialect.name == "sqlite" else "dbos"
        if not sa.inspect(self._connection).has_table("workflow_status", schema=schema):
            return {}
        status = sa.column("status", sa.String)
        table = sa.table("workflow_status", status, schema=schema)
        names = {"ENQUEUED": "waiting", "DELAYED": "delayed", "PENDING": "running"}
        query = (
            sa.select(status, sa.func.count()).select_from(table).where(status.in_(names)).group_by(status)
        )
        found = {str(row[0]): int(row[1]) for row in self._connection.execute(query)}
        return {told: found.get(name, 0) for name, told in names.items()}
