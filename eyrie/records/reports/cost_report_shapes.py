"""The shapes of cost reports: what is shown, what makes one, what changes one."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from eyrie.basics.errors import Malformed
from eyrie.costs.query.ask import AggregateBy, Dimension, read_groupings
from eyrie.operations.shapes import (
    Change,
    Clears,
    Day,
    Draft,
    Json,
    Moment,
    PagedQuery,
    Part,
    Title,
    Token,
    Tokens,
    Truth,
    View,
)
from eyrie.records.metrics.attachment_shapes import AttachedMetric, MetricOnReport
from eyrie.records.reports.filter_text import FilterText
from eyrie.records.reports.intervals import Interval


class ChartType(StrEnum):
    """How a report is drawn."""

    AREA = "area"
    LINE = "line"
    PIE = "pie"
    BAR = "bar"
    MULTI_BAR = "multi_bar"


class ReportBin(StrEnum):
    """The width of a report's bins."""

    CUMULATIVE = "cumulative"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HOUR = "hour"


SETTINGS: Json = {
    "include_credits": False,
    "include_refunds": False,
    "include_discounts": True,
    "include_tax": True,
    "amortize": True,
    "unallocated": False,
    "aggregate_by": "cost",
    "show_previous_period": True,
    "complete_period": False,
}
CHART_SETTINGS: Json = {"x_axis_dimension": ["date"], "y_axis_dimension": "cost"}


def _readable_groupings(text: str) -> str:
    try:
        groupings = read_groupings(text)
    except Malformed as error:
        raise PydanticCustomError("spoken", "{problem}", {"problem": error.problems[0]}) from None
    if Dimension.SEGMENT in groupings:
        raise PydanticCustomError("spoken", "groupings: segment works on the reports of segments only")
    return text


def _one_axis(names: list[str]) -> list[str]:
    if len(names) != 1:
        raise PydanticCustomError("spoken", "x_axis_dimension takes exactly one value")
    if names != ["date"]:
        _readable_groupings(names[0])
    return names


Groupings = Annotated[str, AfterValidator(_readable_groupings)]


class QuestionSettings(Part):
    """Which costs count, and how; what is not sent is as the report has it."""

    include_credits: Truth | None = Field(None, description="Count credits.")
    include_refunds: Truth | None = Field(None, description="Count refunds.")
    include_discounts: Truth | None = Field(None, description="Count discounts.")
    include_tax: Truth | None = Field(None, description="Count taxes.")
    amortize: Truth | None = Field(None, description="Spread charges over the days that they are for.")
    unallocated: Truth | None = Field(None, description="Show what no segment claims.")
    aggregate_by: AggregateBy | None = Field(None, description="Add up cost or usage, or count groups.")
    show_previous_period: Truth | None = Field(None, description="Compare with the period before.")


class ReportSettings(QuestionSettings):
    """Which costs count, and how; what is not sent keeps its value."""

    defaults: ClassVar[Json] = SETTINGS

    complete_period: Truth | None = Field(None, description="Leave out bins that are not over.")


class ChartSettings(Part):
    """The axes of a report's chart."""

    defaults: ClassVar[Json] = CHART_SETTINGS

    x_axis_dimension: Annotated[list[str], AfterValidator(_one_axis)] | None = Field(
        None, description="`date`, or one grouping."
    )
    y_axis_dimension: AggregateBy | None = Field(None, description="What the chart is drawn of.")


class ForecastChoice(Part):
    """Which forecast a report shows."""

    kind: Literal["baseline", "report_forecast"] = Field(description="Which one.")
    report_forecast_token: Token | None = Field(None, description="The ReportForecast.")


class Settings(View):
    """The settings of a report, all of them."""

    include_credits: bool
    include_refunds: bool
    include_discounts: bool
    include_tax: bool
    amortize: bool
    unallocated: bool
    aggregate_by: AggregateBy
    show_previous_period: bool
    complete_period: bool


class Chart(View):
    """The axes of a report's chart."""

    x_axis_dimension: list[str]
    y_axis_dimension: AggregateBy


class DefaultForecast(View):
    """The forecast that a report shows."""

    kind: Literal["baseline", "report_forecast"]
    # The baseline has no token, not even an empty one.
    report_forecast_token: Token | None = Field(None, exclude_if=lambda token: token is None)


class CostReport(View):
    """A question about costs, kept under a title."""

    token: Token
    title: str = Field(description="The title of the CostReport.")
    folder_token: Token | None = Field(description="The Folder it lies in; null is the root.")
    saved_filter_tokens: list[Token] = Field(description="The SavedFilters that act on it.")
    business_metric_tokens_with_metadata: list[MetricOnReport] = Field(description="BusinessMetrics.")
    default_forecast: DefaultForecast = Field(description="The forecast that it shows.")
    filter: str | None = Field(description="Its own filter, as it was written.")
    groupings: str | None = Field(description="Its groupings, as they were written.")
    settings: Settings = Field(description="Which costs count, and how.")
    created_at: Moment
    workspace_token: Token
    previous_period_start_date: str | None = Field(description="The period compared with, if chosen.")
    previous_period_end_date: str | None = Field(description="The last day of the period compared with.")
    start_date: str | None = Field(description="The first day, as the interval resolves now.")
    end_date: str | None = Field(description="The last day, as the interval resolves now.")
    date_interval: str = Field(description="The interval.")
    chart_type: str = Field(description="How it is drawn.")
    date_bin: str = Field(description="The width of its bins.")
    chart_settings: Chart = Field(description="The axes of its chart.")


class CreateCostReport(Draft):
    """What makes a CostReport."""

    title: Title = Field(description="The title of the CostReport.")
    workspace_token: Token | None = Field(None, description="Ignored if 'folder_token' is set.")
    groupings: Groupings | None = Field(None, description="Groupings, comma-separated.")
    filter: FilterText | None = Field(None, description="A VQL filter; without one it shows everything.")
    saved_filter_tokens: Tokens = Field([], description="SavedFilters of the same Workspace.")
    business_metric_tokens_with_metadata: list[AttachedMetric] = Field([], description="BusinessMetrics.")
    folder_token: Token | None = Field(None, description="The Folder to put it in; decides the Workspace.")
    settings: ReportSettings = Field(ReportSettings(), description="Which costs count, and how.")
    previous_period_start_date: Day | None = Field(None, description="The period to compare with.")
    previous_period_end_date: Day | None = Field(None, description="Its last day.")
    start_date: Day | None = Field(None, description="The first day; needs the last.")
    end_date: Day | None = Field(None, description="The last day.")
    date_interval: Interval | None = Field(None, description="The interval; default is this month.")
    chart_type: ChartType = Field(ChartType.LINE, description="How it is drawn.")
    date_bin: ReportBin = Field(ReportBin.CUMULATIVE, description="The width of its bins.")
    chart_settings: ChartSettings = Field(ChartSettings(), description="The axes of its chart.")


class UpdateCostReport(Change):
    """What changes a CostReport."""

    defaults: ClassVar[Json] = {"chart_type": "line", "date_bin": "cumulative"}

    title: Title | None = Field(None, description="The title of the CostReport.")
    groupings: Annotated[Groupings | None, Clears.BY_EMPTY] = Field(None, description="Empty clears.")
    filter: Annotated[FilterText | None, Clears.BY_EMPTY] = Field(None, description="Empty clears.")
    saved_filter_tokens: Tokens | None = Field(None, description="Replaces the whole list.")
    business_metric_tokens_with_metadata: list[AttachedMetric] | None = Field(
        None, description="BusinessMetrics."
    )
    folder_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="The Folder to put it in; null is the root."
    )
    default_forecast: ForecastChoice | None = Field(None, description="The forecast to show.")
    settings: ReportSettings | None = Field(None, description="What is not sent stays.")
    chart_settings: ChartSettings | None = Field(None, description="What is not sent stays.")
    previous_period_start_date: Day | None = Field(None, description="The period to compare with.")
    previous_period_end_date: Day | None = Field(None, description="Its last day.")
    start_date: Day | None = Field(None, description="The first day; needs the last.")
    end_date: Day | None = Field(None, description="The last day.")
    date_interval: Interval | None = Field(None, description="The interval; drops stored dates.")
    chart_type: ChartType | None = Field(None, description="How it is drawn.")
    date_bin: ReportBin | None = Field(None, description="The width of its bins.")


class ListCostReports(PagedQuery):
    """Which CostReports to list."""

    folder_token: Token | None = Field(None, description="Only those in this Folder.")
    q: str | None = Field(None, description="A part of the title.")
    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")
