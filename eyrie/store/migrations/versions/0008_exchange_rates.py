"""Exchange rates."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exchange_rates",
        sa.Column("base_currency_code", sa.String(length=3), nullable=False),
        sa.Column("currency_code", sa.String(length=3), nullable=False),
        sa.Column("effective_date", sa.Date(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("added_version", sa.Integer(), nullable=False),
        sa.Column("retired_version", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_exchange_rates_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_exchange_rates")),
    )
    op.create_index(
        op.f("ix_exchange_rates_account_token"), "exchange_rates", ["account_token"], unique=False
    )
    op.create_index(
        "ix_exchange_rates_pair",
        "exchange_rates",
        ["base_currency_code", "currency_code", "effective_date"],
        unique=False,
    )
