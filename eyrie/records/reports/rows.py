"""Tables of the things people keep to look at costs."""

import datetime as dt
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, column_property, mapped_column

from eyrie.store.rows import Granted, KeptInWorkspace


class FolderRow(KeptInWorkspace):
    """A folder of reports, perhaps inside another."""

    __tablename__ = "folders"
    granted: ClassVar = Granted("fldr", inside="parent_folder_token")
    title: Mapped[str]
    type: Mapped[str]
    parent_folder_token: Mapped[str | None] = mapped_column(ForeignKey("folders.token"), index=True)


class CostReportRow(KeptInWorkspace):
    """A question about costs."""

    __tablename__ = "cost_reports"
    granted: ClassVar = Granted("rprt", inside="folder_token")
    title: Mapped[str]
    folder_token: Mapped[str | None] = mapped_column(ForeignKey("folders.token"), index=True)
    filter: Mapped[str | None]
    groupings: Mapped[str | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: truths and a word
    chart_type: Mapped[str]
    chart_settings: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: words and a list of them
    date_bin: Mapped[str]
    date_interval: Mapped[str]
    start_date: Mapped[dt.date | None]  # both for the interval `custom` only
    end_date: Mapped[dt.date | None]
    previous_period_start_date: Mapped[dt.date | None]
    previous_period_end_date: Mapped[dt.date | None]


class SegmentRow(KeptInWorkspace):
    """A bucket of costs, perhaps inside another."""

    __tablename__ = "segments"
    granted: ClassVar = Granted("fltr_sgmt")
    title: Mapped[str]
    description: Mapped[str]
    parent_segment_token: Mapped[str | None] = mapped_column(ForeignKey("segments.token"), index=True)
    priority: Mapped[int]
    filter: Mapped[str | None]
    track_unallocated: Mapped[bool]
    report_settings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # Any: truths
    report: Mapped[str] = mapped_column(String(64), unique=True)  # the token of its report
    is_computed: Mapped[bool]  # whether its report was computed, and is shown


class SavedFilterRow(KeptInWorkspace):
    """A filter with a name."""

    __tablename__ = "saved_filters"
    granted: ClassVar = Granted("svd_fltr")
    title: Mapped[str]
    filter: Mapped[str | None]
    created_by: Mapped[str]


class AnnotationRow(KeptInWorkspace):
    """A note on a day of some reports."""

    __tablename__ = "annotations"
    title: Mapped[str]
    date: Mapped[dt.date | None] = mapped_column()
    message: Mapped[str | None]
    # What lists are sorted by; one without a date comes before all days.
    day: Mapped[dt.date] = column_property(sa.func.coalesce(date, dt.date.min))
