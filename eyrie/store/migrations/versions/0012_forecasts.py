"""Scenario models, report forecasts, and what forecasts said."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scenario_models",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("created_by_token", sa.Text(), nullable=False),
        sa.Column("workspace_token", sa.String(length=64), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_scenario_models_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_scenario_models_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_scenario_models")),
    )
    for column in ("account_token", "workspace_token"):
        op.create_index(op.f(f"ix_scenario_models_{column}"), "scenario_models", [column], unique=False)
    op.create_table(
        "report_forecasts",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cost_report_token", sa.String(length=64), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_by_token", sa.Text(), nullable=False),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_report_forecasts_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_report_forecasts_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_report_forecasts")),
    )
    for column in ("account_token", "cost_report_token", "workspace_token"):
        op.create_index(op.f(f"ix_report_forecasts_{column}"), "report_forecasts", [column], unique=False)
    op.create_index(
        "uq_report_forecasts_default",
        "report_forecasts",
        ["cost_report_token"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "forecast_runs",
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report"], ["cost_reports.token"], name=op.f("fk_forecast_runs_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", "made_on", name=op.f("pk_forecast_runs")),
    )
