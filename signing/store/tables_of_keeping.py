"""The tables of those who keep packets: who looked at one, and what its archive was found to have."""

from __future__ import annotations

import sqlalchemy as sa

from signing.store.tables import METADATA, Moment

# Append-only: a trigger of migration 0009 refuses every change, and every removal within five years.
access = sa.Table(
    "access",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("packet_id", sa.ForeignKey("packet.id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("handle", sa.String(64), nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("account_id", sa.String(36)),
    sa.Column("key_id", sa.String(64)),
    sa.Column("name", sa.Text),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
)

# The last look of `reconcile` at each package; ``name``: of the package, empty for a whole archive.
reconciliation = sa.Table(
    "reconciliation",
    METADATA,
    sa.Column("corporation", sa.String(5), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
)
