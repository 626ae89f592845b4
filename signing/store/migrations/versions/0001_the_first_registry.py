"""the first registry."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("corporation", sa.String(length=5), nullable=False),
        sa.Column("lease_number", sa.String(length=20), nullable=False),
        sa.Column("referring_name", sa.Text(), nullable=False),
        sa.Column("referring_kvk", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_lease", ["corporation", "lease_number"], unique=False)

    op.create_table(
        "counter",
        sa.Column("corporation", sa.String(length=5), nullable=False),
        sa.Column("lease_number", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("corporation", "lease_number", "code", name=op.f("pk_counter")),
    )
    op.create_table(
        "packet",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("compact", sa.String(length=31), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=True),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("template_version", sa.String(length=32), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("corporation", sa.String(length=5), nullable=False),
        sa.Column("lease_number", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("send_when_ready", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("signed_at", sa.String(length=32), nullable=True),
        sa.Column("sealed_at", sa.String(length=32), nullable=True),
        sa.Column("package", sa.JSON(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("stamped_at", sa.String(length=32), nullable=True),
        sa.Column("proves_until", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("client", "idempotency_key", name=op.f("uq_packet_client")),
        sa.UniqueConstraint("compact", name=op.f("uq_packet_compact")),
        sa.UniqueConstraint("reference", name=op.f("uq_packet_reference")),
    )
    with op.batch_alter_table("packet", schema=None) as batch_op:
        batch_op.create_index("ix_packet_lease", ["corporation", "lease_number", "code"], unique=False)
        batch_op.create_index("ix_packet_proves_until", ["proves_until"], unique=False)
        batch_op.create_index("ix_packet_status", ["status"], unique=False)
        batch_op.create_index("ix_packet_subject", ["subject", "code"], unique=False)

    op.create_table(
        "document",
        sa.Column("packet_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("archive", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("html_sha256", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revision_sha256", sa.String(length=64), nullable=False),
        sa.Column("applied", sa.JSON(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=True),
        sa.Column("validation", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_document_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "name", name=op.f("pk_document")),
    )
    op.create_table(
        "event",
        sa.Column("packet_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_event_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "sequence", name=op.f("pk_event")),
    )
    op.create_table(
        "recipient",
        sa.Column("packet_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("function", sa.Text(), nullable=True),
        sa.Column("consequence", sa.Text(), nullable=True),
        sa.Column("term_days", sa.Integer(), nullable=True),
        sa.Column("host_name", sa.Text(), nullable=True),
        sa.Column("host_email", sa.Text(), nullable=True),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.String(length=32), nullable=True),
        sa.Column("shown_at", sa.String(length=32), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("applied_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_recipient_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "role", name=op.f("pk_recipient")),
    )
    op.create_table(
        "renewal",
        sa.Column("packet_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_renewal_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "number", name=op.f("pk_renewal")),
    )
    op.create_table(
        "stuck",
        sa.Column("packet_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=128), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_stuck_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "step", name=op.f("pk_stuck")),
    )
    op.create_table(
        "transfer",
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("agreement", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("receiving_name", sa.Text(), nullable=False),
        sa.Column("receiving_kvk", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement"], ["agreement.reference"], name=op.f("fk_transfer_agreement_agreement")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_agreement"), ["agreement"], unique=False)
