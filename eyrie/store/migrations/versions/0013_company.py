"""The reports' company: dashboards, canvases, report notifications, and messages on their way out."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


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
    op.create_table(
        "report_notifications",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cost_report_token", sa.String(length=64), nullable=False),
        sa.Column("recipient_channels", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("told_through", sa.Date(), nullable=True),
        *_kept_in_workspace("report_notifications"),
    )
    _index("report_notifications")
    op.create_index(
        op.f("ix_report_notifications_cost_report_token"),
        "report_notifications",
        ["cost_report_token"],
        unique=False,
    )
    op.create_table(
        "messages",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_token", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("sink", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        *_kept("messages"),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_messages_idempotency_key")),
    )
    op.create_index(op.f("ix_messages_account_token"), "messages", ["account_token"], unique=False)
    op.create_index("ix_messages_state_created", "messages", ["state", "created_at"], unique=False)


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    """The columns and constraints of every table of things that are kept."""
    return [
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f(f"fk_{table}_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f(f"pk_{table}")),
    ]


def _kept_in_workspace(table: str) -> list[sa.schema.SchemaItem]:
    """Those of things that are kept in a workspace."""
    return [
        *_kept(table),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f(f"fk_{table}_workspace_token")
        ),
    ]


def _index(table: str) -> None:
    for column in ("account_token", "workspace_token"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
