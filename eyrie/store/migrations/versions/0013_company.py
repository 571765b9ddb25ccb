"""The reports' company: dashboards and canvases."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dashboards",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("widgets", sa.JSON(), nullable=False),
        sa.Column("date_bin", sa.Text(), nullable=True),
        sa.Column("date_interval", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        *_kept_in_workspace("dashboards"),
    )
    _index("dashboards")
    op.create_table(
        "canvases",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(), nullable=True),
        sa.Column("refreshed_version", sa.Integer(), nullable=True),
        *_kept_in_workspace("canvases"),
    )
    _index("canvases")


def _kept_in_workspace(table: str) -> list[sa.schema.SchemaItem]:
    """The columns and constraints of every table of things that are kept in a workspace."""
    return [
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f(f"fk_{table}_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f(f"fk_{table}_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f(f"pk_{table}")),
    ]


def _index(table: str) -> None:
    for column in ("account_token", "workspace_token"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
