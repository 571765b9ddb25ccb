"""The shapes of dashboards: what is shown, what makes one, what changes one."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from eyrie.operations.shapes import (
    Change,
    Day,
    Draft,
    Json,
    Moment,
    PagedQuery,
    Part,
    Title,
    Token,
    Tokens,
    View,
)
from eyrie.records.reports.intervals import Interval


class DisplayType(StrEnum):
    """How a widget shows what it is about."""

    TABLE = "table"
    CHART = "chart"


class DashboardBin(StrEnum):
    """The width of the bins of all reports on a dashboard."""

    CUMULATIVE = "cumulative"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class WidgetSettings(Part):
    """How a widget is to be shown."""

    display_type: DisplayType | None = Field(None, description="As a table or a chart.")


class WidgetSent(Part):
    """A widget as it is sent; what is left out is filled in from its target."""

    widgetable_token: Token = Field(description="What it shows.")
    title: str | None = Field(None, description="Its title; default is that of what it shows.")
    settings: WidgetSettings | None = Field(None, description="How it is to be shown.")


class WidgetSettingsShown(View):
    """How a widget is shown."""

    display_type: DisplayType


class DashboardWidget(View):
    """One thing on a dashboard."""

    widgetable_token: Token = Field(description="What it shows.")
    title: str = Field(description="The title of the Widget.")
    settings: WidgetSettingsShown = Field(description="How it is shown.")


class Dashboard(View):
    """Reports side by side, perhaps over days of their own."""

    token: Token
    title: str = Field(description="The title of the Dashboard.")
    widgets: list[DashboardWidget] = Field(description="What is on it, in order.")
    saved_filter_tokens: list[Token] = Field(description="The SavedFilters that act on every CostReport.")
    date_bin: DashboardBin | None = Field(description="The width of all bins; null leaves each its own.")
    date_interval: Interval | None = Field(description="The interval; null leaves each report its own days.")
    start_date: str | None = Field(description="The first day, as the interval resolves now.")
    end_date: str | None = Field(description="The last day, as the interval resolves now.")
    created_at: Moment
    updated_at: Moment
    workspace_token: Token


class CreateDashboard(Draft):
    """What makes a Dashboard."""

    title: Title = Field(description="The title of the Dashboard.")
    widgets: list[WidgetSent] = Field([], description="What is on it, in order.")
    saved_filter_tokens: Tokens = Field([], description="SavedFilters for every CostReport shown.")
    date_bin: DashboardBin | None = Field(None, description="The width of all bins.")
    date_interval: Interval | None = Field(None, description="The interval of all reports.")
    start_date: Day | None = Field(None, description="The first day of all reports.")
    end_date: Day | None = Field(None, description="The last day; default is today.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )


class UpdateDashboard(Change):
    """What changes a Dashboard."""

    defaults: ClassVar[Json] = {"date_bin": None, "date_interval": None}

    title: Title | None = Field(None, description="The title of the Dashboard.")
    widgets: list[WidgetSent] | None = Field(None, description="Replaces all that is on it.")
    saved_filter_tokens: Tokens | None = Field(None, description="Replaces the whole list.")
    date_bin: DashboardBin | None = Field(None, description="The width of all bins; empty clears.")
    date_interval: Interval | None = Field(
        None,
        description="The interval; empty clears it and the dates.",
        json_schema_extra={"anyOf": [{"type": "string", "enum": [*Interval, ""]}, {"type": "null"}]},
    )
    start_date: Day | None = Field(None, description="The first day of all reports.")
    end_date: Day | None = Field(None, description="The last day; default is today.")
    workspace_token: Token | None = Field(None, description="The Workspace it is in; it cannot move.")


class ListDashboards(PagedQuery):
    """Which Dashboards to list."""

    q: str | None = Field(None, description="A part of the title.")
    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")
