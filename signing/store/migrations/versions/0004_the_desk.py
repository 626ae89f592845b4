"""the desk: organisations, accounts and how they log in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _organisations()
    _accounts()
    _passkeys()
    for name in ("session", "invitation", "browser"):
        _tokens(name)
    _tries()
    op.create_index("ix_packet_client", "packet", ["client", "created_at"])


def _organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kvk", sa.String(8), nullable=False),
        sa.Column("client", sa.String(64)),
        sa.Column("corporation", sa.String(5)),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.String(16)),
        sa.Column("mailbox", sa.Text()),
        sa.Column("archive", sa.Text()),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("client", name="uq_organisation_client"),
        sa.UniqueConstraint("corporation", name="uq_organisation_corporation"),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36)),
        sa.Column("mail", sa.String(320), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("totp_salt", sa.String(64)),
        sa.Column("totp_since", sa.String(32)),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("blocked_at", sa.String(32)),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_account_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("mail", name="uq_account_mail"),
        sa.UniqueConstraint("organisation_id", "subject", name="uq_account_organisation_id"),
    )
    op.create_index("ix_account_organisation_id", "account", ["organisation_id"])


def _passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_passkey_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])


def _tokens(name: str) -> None:
    more = {
        "session": (
            sa.Column("ends_at", sa.String(32), nullable=False),
            sa.Column("complete", sa.Boolean(), nullable=False),
        ),
        "invitation": (
            sa.Column("ends_at", sa.String(32), nullable=False),
            sa.Column("used_at", sa.String(32)),
        ),
        "browser": (),
    }[name]
    key = ("token_sha256", "account_id") if name == "browser" else ("token_sha256",)
    op.create_table(
        name,
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{name}_account_id_account"),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
    )
    if name != "browser":
        op.create_index(f"ix_{name}_account_id", name, ["account_id"])


def _tries() -> None:
    op.create_table(
        "login_try",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("secret", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_try"),
    )
    op.create_index("ix_login_try_account", "login_try", ["account"])
    op.create_index("ix_login_try_place", "login_try", ["place"])
