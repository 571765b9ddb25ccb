"""Tables of business metrics: the metrics, their values, the labels of these, and where they are shown.

A metric may have millions of values. They lie in the order in which they are asked for, by time, and an
amount is four whole numbers (`amounts.py`), so that both databases add it up exactly.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Kept, Row


class BusinessMetricRow(Kept):
    """A business metric. Values come from people, or from `source` by way of an integration."""

    __tablename__ = "business_metrics"
    title: Mapped[str]
    created_by_token: Mapped[str]
    import_type: Mapped[str] = mapped_column(index=True)
    integration_token: Mapped[str]  # empty where people bring the values
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # Any: each kind of source has its own fields
    tried_at: Mapped[dt.datetime | None]  # when values were last asked for at the source
    fetched_at: Mapped[dt.datetime | None]  # when they last came
    fetch_error: Mapped[str | None]  # why they did not come the last time


class MetricValueRow(Row):
    """One value: at a moment, under labels (`labels.py`). Its amount is cut into limbs."""

    __tablename__ = "business_metric_values"
    metric_token: Mapped[str] = mapped_column(
        String(64), ForeignKey("business_metrics.token", ondelete="CASCADE"), primary_key=True
    )
    forecasted: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    labels: Mapped[str] = mapped_column(primary_key=True)
    limb_30: Mapped[int] = mapped_column(BigInteger)
    limb_20: Mapped[int] = mapped_column(BigInteger)
    limb_10: Mapped[int] = mapped_column(BigInteger)
    limb_0: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        Index("ix_business_metric_values_labels", "metric_token", "labels"),
        {"sqlite_with_rowid": False},
    )


class MetricLabelRow(Row):
    """One key of the labels that a metric's values have, so that labels are found without their values."""

    __tablename__ = "business_metric_labels"
    metric_token: Mapped[str] = mapped_column(
        String(64), ForeignKey("business_metrics.token", ondelete="CASCADE"), primary_key=True
    )
    labels: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    __table_args__ = (Index("ix_business_metric_labels_value", "metric_token", "value"),)


class AttachmentRow(Row):
    """A metric on a report, seen from both: each side lists its own in an order of its own.

    Reports are of several tables, so the report's token is no reference that the database checks.
    """

    __tablename__ = "business_metric_attachments"
    metric_token: Mapped[str] = mapped_column(
        String(64), ForeignKey("business_metrics.token", ondelete="CASCADE"), primary_key=True
    )
    report_token: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # a metric may be on a report in several ways
    on_metric: Mapped[int]  # the place in the metric's list
    on_report: Mapped[int]  # the place in the report's
    unit_scale: Mapped[str]
    calculation_type: Mapped[str]
    label: Mapped[str | None]
    label_filter: Mapped[list[str] | None] = mapped_column(JSON)
    label_filters: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)
