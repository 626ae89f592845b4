"""The tables of the people who work at the desk: organisations, accounts, and how they got in."""

from __future__ import annotations

import sqlalchemy as sa

from signing.store.tables import METADATA, Moment

organisation = sa.Table(
    "organisation",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kvk", sa.String(8), nullable=False),
    sa.Column("client", sa.String(64), unique=True),
    sa.Column("corporation", sa.String(5), unique=True),
    sa.Column("contact_name", sa.Text, nullable=False),
    sa.Column("contact_email", sa.Text, nullable=False),
    sa.Column("contact_phone", sa.String(16)),
    sa.Column("mailbox", sa.Text),
    sa.Column("archive", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
)

organisation_logo = sa.Table(
    "organisation_logo",
    METADATA,
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("png", sa.LargeBinary, nullable=False),
)

account = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), index=True),
    sa.Column("mail", sa.String(320), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("totp_salt", sa.String(64)),
    sa.Column("totp_since", Moment),
    sa.Column("totp_step", sa.Integer, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("blocked_at", Moment),
    sa.UniqueConstraint("organisation_id", "subject"),
)

passkey = sa.Table(
    "passkey",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("sign_count", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

# Of a session, an invitation and a browser only the hash of its token is kept.
session = sa.Table(
    "session",
    METADATA,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
)

invitation = sa.Table(
    "invitation",
    METADATA,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

browser = sa.Table(
    "browser",
    METADATA,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
)

# Tries to log in that were not right. Both keys are keyed hashes: no address of mail or network is kept.
login_try = sa.Table(
    "login_try",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("secret", sa.String(16), nullable=False),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("place", sa.String(64), nullable=False, index=True),
    sa.Column("known", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

draft = sa.Table(
    "draft",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("client", sa.String(64), nullable=False, index=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("previous", sa.String(40)),
    sa.Column("reference", sa.String(40)),
    sa.Column("known", sa.JSON, nullable=False, server_default="[]"),
)

# A file with a packet in each row; it and its rows go when their time is over (``forget_at``).
batch = sa.Table(
    "batch",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("client", sa.String(64), nullable=False, index=True),
    sa.Column("account_id", sa.ForeignKey("account.id"), nullable=False),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("headings", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("forget_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
)

batch_row = sa.Table(
    "batch_row",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batch.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("cells", sa.JSON, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
    sa.Column("reference", sa.String(40)),
)
