"""keys of the API, rate limits, and where events go."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32)),
        sa.Column("revoked_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("sha256", name="uq_api_key_sha256"),
    )
    op.create_index("ix_api_key_client", "api_key", ["client"])
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_bucket"),
    )
    op.create_index("ix_bucket_at", "bucket", ["at"])
    _hooks()


def _hooks() -> None:
    op.create_table(
        "hook",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_hook"),
    )
    op.create_index("ix_hook_client", "hook", ["client"])
    op.create_table(
        "posting",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("hook_id", sa.String(36), nullable=False),
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.String(32)),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("delivered_at", sa.String(32)),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], name="fk_posting_hook_id_hook"),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_posting_packet_id_packet"),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    op.create_index("ix_posting_hook_id", "posting", ["hook_id"])
    op.create_index("ix_posting_packet_id", "posting", ["packet_id"])
