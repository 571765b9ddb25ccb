"""Which part a cube adds up."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the column."""
    op.add_column("ledger_parts", sa.Column("cube_of", sa.String(length=128), nullable=True))
