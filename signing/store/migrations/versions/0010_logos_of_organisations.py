"""logos of organisations"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_logo",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_organisation_logo_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_organisation_logo"),
    )
