"""work on several machines: slots of working processes, and work that was given up."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_slot"),
    )
    with op.batch_alter_table("stuck") as stuck:
        stuck.add_column(sa.Column("given_up_at", sa.String(32)))
