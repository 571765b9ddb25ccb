"""Business metrics, their values and labels, and the reports that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    _metrics()
    _values()
    _labels()
    _attachments()


def _metrics() -> None:
    op.create_table(
        "business_metrics",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_by_token", sa.Text(), nullable=False),
        sa.Column("import_type", sa.Text(), nullable=False),
        sa.Column("integration_token", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=True),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(), nullable=True),
        sa.Column("fetch_error", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_business_metrics_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_business_metrics")),
    )
    op.create_index(op.f("ix_business_metrics_account_token"), "business_metrics", ["account_token"])
    op.create_index(op.f("ix_business_metrics_import_type"), "business_metrics", ["import_type"])


def _values() -> None:
    op.create_table(
        "business_metric_values",
        sa.Column("metric_token", sa.String(length=64), nullable=False),
        sa.Column("forecasted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("limb_30", sa.BigInteger(), nullable=False),
        sa.Column("limb_20", sa.BigInteger(), nullable=False),
        sa.Column("limb_10", sa.BigInteger(), nullable=False),
        sa.Column("limb_0", sa.BigInteger(), nullable=False),
        _of_metric("business_metric_values"),
        sa.PrimaryKeyConstraint(
            "metric_token", "forecasted", "at", "labels", name=op.f("pk_business_metric_values")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_business_metric_values_labels", "business_metric_values", ["metric_token", "labels"])


def _labels() -> None:
    op.create_table(
        "business_metric_labels",
        sa.Column("metric_token", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        _of_metric("business_metric_labels"),
        sa.PrimaryKeyConstraint("metric_token", "labels", "key", name=op.f("pk_business_metric_labels")),
    )
    op.create_index("ix_business_metric_labels_value", "business_metric_labels", ["metric_token", "value"])


def _attachments() -> None:
    op.create_table(
        "business_metric_attachments",
        sa.Column("metric_token", sa.String(length=64), nullable=False),
        sa.Column("report_token", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on_metric", sa.Integer(), nullable=False),
        sa.Column("on_report", sa.Integer(), nullable=False),
        sa.Column("unit_scale", sa.Text(), nullable=False),
        sa.Column("calculation_type", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("label_filter", sa.JSON(), nullable=True),
        sa.Column("label_filters", sa.JSON(), nullable=True),
        _of_metric("business_metric_attachments"),
        sa.PrimaryKeyConstraint(
            "metric_token", "report_token", "number", name=op.f("pk_business_metric_attachments")
        ),
    )
    op.create_index(
        op.f("ix_business_metric_attachments_report_token"), "business_metric_attachments", ["report_token"]
    )


def _of_metric(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["metric_token"],
        ["business_metrics.token"],
        name=op.f(f"fk_{table}_metric_token"),
        ondelete="CASCADE",
    )
