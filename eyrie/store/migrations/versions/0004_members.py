"""The deliveries inside compacted parts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ledger_members",
        sa.Column("part", sa.String(length=128), nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("integration", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("accrued_start", sa.Date(), nullable=False),
        sa.Column("accrued_end", sa.Date(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.Column("providers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("part", "member", name=op.f("pk_ledger_members")),
    )
    op.create_index(
        "ix_ledger_members_delivery",
        "ledger_members",
        ["integration", "dataset", "source_name"],
        unique=False,
    )
