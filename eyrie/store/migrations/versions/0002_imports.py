"""What was imported from files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "imports",
        sa.Column("integration_token", sa.String(length=64), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("focus_version", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_token"], ["accounts.token"], name=op.f("fk_imports_account_token")),
        sa.ForeignKeyConstraint(
            ["integration_token"],
            ["integrations.token"],
            name=op.f("fk_imports_integration_token"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_account_token"), "imports", ["account_token"], unique=False)
    op.create_index("ix_imports_content", "imports", ["integration_token", "sha256"], unique=False)
    op.create_index(
        "ix_imports_file", "imports", ["integration_token", "dataset", "source_name"], unique=True
    )
