"""who looked at a packet, what reconciling found, and what was erased"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# NEN 7513: a line is kept five years at least. The database itself refuses to lose one before that.
_SQLITE = (
    "CREATE TRIGGER access_never_changes BEFORE UPDATE ON access "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
    "CREATE TRIGGER access_is_kept BEFORE DELETE ON access "
    "WHEN OLD.at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '-5 years') "
    "BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION access_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' AND OLD.at <= to_char("
    "(now() AT TIME ZONE 'utc') - interval '5 years', 'YYYY-MM-DD\"T\"HH24:MI:SS') THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the access log is append-only'; END $$",
    "CREATE TRIGGER access_is_kept BEFORE UPDATE OR DELETE ON access "
    "FOR EACH ROW EXECUTE FUNCTION access_is_kept()",
)


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(36)),
        sa.Column("key_id", sa.String(64)),
        sa.Column("name", sa.Text()),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_access_packet_id_packet"),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
    )
    op.create_index("ix_access_packet_id", "access", ["packet_id"])
    op.create_index("ix_access_at", "access", ["at"])
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
    op.create_table(
        "reconciliation",
        sa.Column("corporation", sa.String(5), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("corporation", "name", name="pk_reconciliation"),
    )
    op.add_column("packet", sa.Column("erased", sa.JSON()))
    for name in ("client", "corporation"):
        op.create_index(f"ix_packet_{name}_signed", "packet", [name, "signed_at"])
