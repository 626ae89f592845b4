"""lists of packets, and what a draft took over"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as draft:
        draft.add_column(sa.Column("known", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("forget_at", sa.String(32), nullable=False),
        sa.Column("started_at", sa.String(32)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_batch_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_index("ix_batch_client", "batch", ["client"])
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(40)),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_row_batch_id_batch"),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_batch_row"),
    )
