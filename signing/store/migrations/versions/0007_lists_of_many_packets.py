"""lists of many packets: indexes in the order of the lists, and what a packet is found by"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from signing.store.tables import packet_search
from signing.values import found_by

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 1000  # rows in memory


def upgrade() -> None:
    for name, columns in (
        ("client_status", ["client", "status", "created_at", "id"]),
        ("client_corporation", ["client", "corporation", "status", "created_at", "id"]),
        ("corporation_status", ["corporation", "status", "created_at", "id"]),
        ("lease_number", ["lease_number"]),
    ):
        op.create_index(f"ix_packet_{name}", "packet", columns)
    # What was delivered is nearly all there is: only together with the status does its moment find a few.
    op.drop_index("ix_packet_proves_until", "packet")
    op.create_index("ix_packet_proves_until", "packet", ["status", "proves_until"])
    if op.get_bind().dialect.name == "sqlite":
        # By the packet's id: the numbers of SQLite's own rows may change when the file is compacted.
        op.execute(
            "CREATE VIRTUAL TABLE packet_search USING fts5(packet_id UNINDEXED, text, tokenize='trigram')"
        )
        _fill()
        return
    # Any role that may create in the database may do this: the extension is a trusted one.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "packet_search",
        sa.Column("packet_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name="fk_packet_search_packet_id_packet"),
        sa.PrimaryKeyConstraint("packet_id", name="pk_packet_search"),
    )
    _fill()
    op.execute(
        "CREATE INDEX ix_packet_search_text ON packet_search USING gin (text gin_trgm_ops)"
        " WITH (fastupdate = off)"  # few packets are made, many are looked for
    )


def _fill() -> None:
    for rows in _packets():
        op.get_bind().execute(
            packet_search.insert(),
            [
                {
                    "packet_id": row["id"],
                    "text": found_by(row["reference"], row["lease_number"], row["title"], row["values"]),
                }
                for row in rows
            ],
        )


def _packets() -> Iterator[list[Any]]:
    packet = sa.table(
        "packet",
        sa.column("id", sa.String),
        sa.column("reference", sa.String),
        sa.column("lease_number", sa.String),
        sa.column("title", sa.String),
        sa.column("values", sa.JSON),
    )
    last = ""
    while True:
        query = sa.select(packet).where(packet.c.id > last).order_by(packet.c.id).limit(_AT_ONCE)
        rows = list(op.get_bind().execute(query).mappings())
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]
