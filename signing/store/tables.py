"""The tables of the registry; the durable engine keeps its own beside these, under other names."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time, kept as ISO 8601 UTC text: equal and sortable on SQLite and PostgreSQL alike."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Raises ValueError for a naive time: the registry never guesses a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone does not enter the registry")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        """Back to an aware time."""
        return None if value is None else datetime.fromisoformat(value)


packet = sa.Table(
    "packet",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("reference", sa.String(40), nullable=False, unique=True),
    sa.Column("compact", sa.String(31), nullable=False, unique=True),
    sa.Column("client", sa.String(64), nullable=False),
    sa.Column("idempotency_key", sa.String(128)),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("code", sa.String(3), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("template_version", sa.String(32), nullable=False),
    sa.Column("template_sha256", sa.String(64), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("corporation", sa.String(5), nullable=False),
    sa.Column("lease_number", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("send_when_ready", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("expires_at", Moment),
    sa.Column("signed_at", Moment),
    sa.Column("sealed_at", Moment),
    sa.Column("package", sa.JSON),
    sa.Column("receipt", sa.JSON),
    sa.Column("stamped_at", Moment),
    sa.Column("proves_until", Moment),
    sa.Column("previous", sa.String(40)),
    sa.Column("erased", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("client", "idempotency_key"),
    sa.Index("ix_packet_lease", "corporation", "lease_number", "code"),
    sa.Index("ix_packet_subject", "subject", "code"),
    sa.Index("ix_packet_status", "status"),
    sa.Index("ix_packet_client", "client", "created_at"),
    sa.Index("ix_packet_proves_until", "status", "proves_until"),
    # Lists of the desk and the API: of each status in their order, so that a page is read and no more.
    sa.Index("ix_packet_client_status", "client", "status", "created_at", "id"),
    sa.Index("ix_packet_client_corporation", "client", "corporation", "status", "created_at", "id"),
    sa.Index("ix_packet_corporation_status", "corporation", "status", "created_at", "id"),
    sa.Index("ix_packet_lease_number", "lease_number"),
    sa.Index("ix_packet_client_signed", "client", "signed_at"),
    sa.Index("ix_packet_corporation_signed", "corporation", "signed_at"),
)

# What a packet is found by (`values.searched`). Full-text search answers LIKE from letters in threes: on
# SQLite this is a table of FTS5, on PostgreSQL it has an index of pg_trgm; see migration 0007.
packet_search = sa.Table(
    "packet_search",
    METADATA,
    sa.Column("packet_id", sa.String(36)),
    sa.Column("text", sa.Text),
)

recipient = sa.Table(
    "recipient",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("role", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("order", sa.Integer, nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text),
    sa.Column("function", sa.Text),
    sa.Column("consequence", sa.Text),
    sa.Column("term_days", sa.Integer),
    sa.Column("host_name", sa.Text),
    sa.Column("host_email", sa.Text),
    sa.Column("mobile", sa.String(16)),
    sa.Column("language", sa.String(3), nullable=False, server_default="nl"),
    sa.Column("identity", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("team", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("paper", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("link_serial", sa.Integer, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("invited_at", Moment),
    sa.Column("opened_at", Moment),
    sa.Column("proven_at", Moment),
    sa.Column("proven_by", sa.String(32)),
    sa.Column("stated_name", sa.Text),
    sa.Column("stated_function", sa.Text),
    sa.Column("paper_sha256", sa.String(64)),
    sa.Column("shown_at", Moment),
    sa.Column("answer", sa.String(16)),
    sa.Column("answered_at", Moment),
    sa.Column("applied_at", Moment),
)

# One-time codes. The code itself is nowhere: it is derived from the secret when sent and when read.
code = sa.Table(
    "code",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("role", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("check", sa.String(32), nullable=False),
    sa.Column("link_serial", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("used_at", Moment),
)

# Letters on paper: found by the keyed hash of the code that is printed on them.
letter = sa.Table(
    "letter",
    METADATA,
    sa.Column("code_sha256", sa.String(64), primary_key=True),
    sa.Column("packet_id", sa.ForeignKey("packet.id"), nullable=False, index=True),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("link_serial", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

message = sa.Table(
    "message",
    METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("packet_id", sa.ForeignKey("packet.id"), nullable=False, index=True),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("queued_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("reason", sa.Text),
)

# What a recipient wrote: a question, or words with a refusal. The audit trail has the hash.
remark = sa.Table(
    "remark",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

document = sa.Table(
    "document",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("archive", sa.Boolean, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("shown_sha256", sa.String(64), nullable=False),
    sa.Column("html_sha256", sa.String(64), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("revision_sha256", sa.String(64), nullable=False),
    sa.Column("applied", sa.JSON, nullable=False),
    sa.Column("signed", sa.Boolean, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("sealed_sha256", sa.String(64)),
    sa.Column("validation", sa.JSON),
)

renewal = sa.Table(
    "renewal",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
    sa.Column("delivered", sa.Boolean, nullable=False),
    sa.Column("receipt", sa.JSON),
)

event = sa.Table(
    "event",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
)

counter = sa.Table(
    "counter",
    METADATA,
    sa.Column("corporation", sa.String(5), primary_key=True),
    sa.Column("lease_number", sa.String(20), primary_key=True),
    sa.Column("code", sa.String(3), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

agreement = sa.Table(
    "agreement",
    METADATA,
    sa.Column("reference", sa.String(40), primary_key=True),
    sa.Column("corporation", sa.String(5), nullable=False),
    sa.Column("lease_number", sa.String(20), nullable=False),
    sa.Column("referring_name", sa.Text, nullable=False),
    sa.Column("referring_kvk", sa.String(8), nullable=False),
    sa.Index("ix_agreement_lease", "corporation", "lease_number"),
)

transfer = sa.Table(
    "transfer",
    METADATA,
    sa.Column("reference", sa.String(40), primary_key=True),
    sa.Column("agreement", sa.ForeignKey("agreement.reference"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("receiving_name", sa.Text, nullable=False),
    sa.Column("receiving_kvk", sa.String(8), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
)

stuck = sa.Table(
    "stuck",
    METADATA,
    sa.Column("packet_id", sa.ForeignKey("packet.id"), primary_key=True),
    sa.Column("step", sa.String(128), primary_key=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("given_up_at", Moment),
)

# Processes that work, on any machine; see signing/slots.py.
slot = sa.Table(
    "slot",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(200), nullable=False),
    sa.Column("until", Moment, nullable=False),
)
