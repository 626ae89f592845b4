"""The tables of the API: keys, rate limits, and where events go."""

from __future__ import annotations

import sqlalchemy as sa

from signing.store.tables import METADATA, Moment

# Of a key only the hash is kept.
api_key = sa.Table(
    "api_key",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("client", sa.String(64), nullable=False, index=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("revoked_at", Moment),
)

# Whose bucket it is, is a keyed hash: no network address is kept. Full buckets are forgotten.
bucket = sa.Table(
    "bucket",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_bucket_at", "at"),
)

hook = sa.Table(
    "hook",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("client", sa.String(64), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("salt", sa.String(64), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)

# What was sent where, and what came of it. ``body``: JSON, without personal data.
posting = sa.Table(
    "posting",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hook_id", sa.ForeignKey("hook.id"), nullable=False, index=True),
    sa.Column("packet_id", sa.ForeignKey("packet.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("tried_at", Moment),
    sa.Column("status", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("delivered_at", Moment),
)
