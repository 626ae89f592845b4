"""the ceremony: proof of identity, teams, paper, messages, and what recipients write."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("packet") as packet:
        packet.add_column(sa.Column("previous", sa.String(40)))
    with op.batch_alter_table("recipient") as recipient:
        recipient.add_column(sa.Column("mobile", sa.String(16)))
        recipient.add_column(sa.Column("language", sa.String(3), nullable=False, server_default="nl"))
        recipient.add_column(sa.Column("identity", sa.JSON, nullable=False, server_default="[]"))
        recipient.add_column(sa.Column("team", sa.Boolean, nullable=False, server_default=sa.false()))
        recipient.add_column(sa.Column("paper", sa.Boolean, nullable=False, server_default=sa.false()))
        recipient.add_column(sa.Column("revoked_at", sa.String(32)))
        recipient.add_column(sa.Column("proven_at", sa.String(32)))
        recipient.add_column(sa.Column("proven_by", sa.String(32)))
        recipient.add_column(sa.Column("stated_name", sa.Text))
        recipient.add_column(sa.Column("stated_function", sa.Text))
        recipient.add_column(sa.Column("paper_sha256", sa.String(64)))
    _codes()
    _letters()
    _messages()
    _remarks()


def _codes() -> None:
    op.create_table(
        "code",
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(32), nullable=False),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_code_packet_id_packet"),
        sa.PrimaryKeyConstraint("packet_id", "role", "number", name="pk_code"),
    )


def _letters() -> None:
    op.create_table(
        "letter",
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_letter_packet_id_packet"),
        sa.PrimaryKeyConstraint("code_sha256", name="pk_letter"),
    )
    op.create_index("ix_letter_packet_id", "letter", ["packet_id"])


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued_at", sa.String(32), nullable=False),
        sa.Column("sent_at", sa.String(32)),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_message_packet_id_packet"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_packet_id", "message", ["packet_id"])


def _remarks() -> None:
    op.create_table(
        "remark",
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_remark_packet_id_packet"),
        sa.PrimaryKeyConstraint("packet_id", "number", name="pk_remark"),
    )
