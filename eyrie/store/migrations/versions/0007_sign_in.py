"""Signing in to the console."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "passwords",
        _user(),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        _of_users("passwords"),
        sa.PrimaryKeyConstraint("user_token", name=op.f("pk_passwords")),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        _user(),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        _of_users("sessions"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sessions_secret_hash")),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        _user(),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        _of_users("sign_in_links"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "outside_identities",
        sa.Column("issuer", sa.String(length=512), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        _user(),
        _of_users("outside_identities"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_outside_identities")),
    )
    op.create_table(
        "failed_tries",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_failed_tries")),
    )
    for table, column in (
        ("sessions", "user_token"),
        ("sessions", "expires_at"),
        ("sign_in_links", "user_token"),
        ("sign_in_links", "expires_at"),
        ("outside_identities", "user_token"),
        ("failed_tries", "last_at"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _user() -> sa.Column[str]:
    return sa.Column("user_token", sa.String(length=64), nullable=False)


def _of_users(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_token"], ["users.token"], name=op.f(f"fk_{table}_user_token"), ondelete="CASCADE"
    )
