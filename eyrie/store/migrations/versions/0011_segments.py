"""Segments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "segments",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parent_segment_token", sa.String(length=64), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("track_unallocated", sa.Boolean(), nullable=False),
        sa.Column("report_settings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("is_computed", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_segments_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["parent_segment_token"], ["segments.token"], name=op.f("fk_segments_parent_segment_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_segments_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_segments")),
        sa.UniqueConstraint("report", name=op.f("uq_segments_report")),
    )
    for column in ("account_token", "parent_segment_token", "workspace_token"):
        op.create_index(op.f(f"ix_segments_{column}"), "segments", [column], unique=False)
