"""The shapes of business metrics: what is shown, what makes one, what changes one, and their values."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from eyrie.basics.errors import Refused
from eyrie.basics.money import LARGEST, at_rest, read_amount
from eyrie.basics.period import read_moment
from eyrie.operations.shapes import (
    Amount,
    Change,
    Draft,
    Json,
    Moment,
    PagedQuery,
    Part,
    Title,
    Token,
    View,
    Whole,
)
from eyrie.records.metrics.attachment_shapes import AttachedReport, ReportOfMetric
from eyrie.records.metrics.labels import text_of_label
from eyrie.records.metrics.values import Point


class ImportType(StrEnum):
    """Where the values of a metric come from."""

    DATADOG = "datadog_metrics"
    CLOUDWATCH = "cloudwatch"
    SNOWFLAKE = "snowflake_metrics"
    METRONOME = "metronome_metrics"
    CSV = "csv"


def _moment(sent: Any) -> Any:  # Any: whatever a client sent
    moment = read_moment(sent) if isinstance(sent, str) else None
    if moment is None:
        raise PydanticCustomError("date_invalid", "not a date")
    return moment.replace(microsecond=0)


def _amount(sent: Any) -> Any:  # Any: whatever a client sent
    if sent is None:
        return None
    if isinstance(sent, bool) or not isinstance(sent, int | Decimal | str):
        raise PydanticCustomError("amount_invalid", "not a number")
    amount = read_amount(sent) if isinstance(sent, str) else Decimal(sent)
    if amount is None or not amount.is_finite() or amount.copy_abs() >= LARGEST:
        raise PydanticCustomError("amount_invalid", "not a number")
    return at_rest(amount)


def _label(sent: str | None) -> str | None:
    try:
        text_of_label(sent)
    except Refused:
        raise PydanticCustomError("label_invalid", "too long") from None
    return sent


_NUMBER: Json = {"anyOf": [{"type": "number"}, {"type": "null"}]}
PointMoment = Annotated[
    dt.datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
PointAmount = Annotated[Decimal | None, BeforeValidator(_amount), WithJsonSchema(_NUMBER)]


class PointSent(Part):
    """A value: written if it is new, replaced if there is one, taken away by an amount of null."""

    date: PointMoment = Field(description="Its day, or a moment of it.")
    amount: PointAmount = Field(description="Its amount; null takes the value away.")
    label: Annotated[str | None, BeforeValidator(_label)] = Field(
        None, description="Its label, if it has one."
    )

    @classmethod
    def given(cls, sent: Json) -> Json:
        """An amount of null says something; a label of null does not."""
        return {key: value for key, value in sent.items() if key == "amount" or value is not None}

    def point(self) -> Point:
        """The value as it is kept."""
        return Point(self.date, text_of_label(self.label), self.amount)


class DatadogFields(View):
    """What is asked of Datadog."""

    query: str = Field(description="The query.")


class CloudwatchDimension(View):
    """A dimension that is held to one value."""

    name: str = Field(description="The name of the dimension.")
    value: str = Field(description="Its value.")


Stat = Literal["Sum", "Average", "Minimum", "Maximum"]


class CloudwatchFields(View):
    """What is asked of CloudWatch."""

    stat: Stat = Field(description="How points of a day become one.")
    region: str = Field(description="The AWS region.")
    namespace: str = Field(description="The namespace of the metric.")
    metric_name: str = Field(description="Its name.")
    dimensions: list[CloudwatchDimension] = Field(description="The dimensions that are held to one value.")
    label_dimension: str | None = Field(description="The dimension whose values become labels.")


class SnowflakeFields(View):
    """What is asked of Snowflake."""

    sql_query: str = Field(description="The statement.")


class SourceSent(Part):
    """What all sources have: the integration that is asked. A change may leave it as it is."""

    integration_token: Token | None = Field(None, description="The Integration whose account is asked.")


class DatadogSent(SourceSent):
    """What to ask of Datadog."""

    query: Title | None = Field(
        None, description="A metrics query, such as sum:requests{*}.rollup(sum,daily)."
    )


class DimensionSent(Part):
    """A dimension to hold to one value."""

    name: Title | None = Field(None, description="The name of the dimension.")
    value: Title | None = Field(None, description="Its value.")


class CloudwatchSent(SourceSent):
    """What to ask of CloudWatch."""

    stat: Stat | None = Field(None, description="Sum, Average, Minimum or Maximum.")
    region: Title | None = Field(None, description="The AWS region.")
    namespace: Title | None = Field(None, description="The namespace of the metric.")
    metric_name: Title | None = Field(None, description="Its name.")
    label_dimension: str | None = Field(None, description="The dimension whose values become labels.")
    dimensions: list[DimensionSent] | None = Field(None, description="The dimensions to hold to one value.")

    @classmethod
    def given(cls, sent: Json) -> Json:
        """An empty dimension for labels says that there is none."""
        given = super().given(sent)
        return given | ({"label_dimension": ""} if sent.get("label_dimension") == "" else {})


class SnowflakeSent(SourceSent):
    """What to ask of Snowflake."""

    sql_query: Title | None = Field(
        None, description="A statement whose columns are a date, a value and perhaps labels."
    )


class BusinessMetric(View):
    """Something that a company counts, to be set against costs. Its values are lists of their own."""

    token: Token
    title: str = Field(description="The title of the BusinessMetric.")
    created_by_token: Token | None = Field(description="The token of its creator.")
    cost_report_tokens_with_metadata: list[ReportOfMetric] = Field(
        description="The CostReports that show it."
    )
    import_type: ImportType | None = Field(description="Where its values come from.")
    integration_token: Token | None = Field(description="The Integration that is asked; empty if none is.")
    cloudwatch_fields: CloudwatchFields | None = Field(
        None, description="What is asked of CloudWatch.", exclude_if=lambda fields: fields is None
    )
    datadog_metric_fields: DatadogFields | None = Field(
        None, description="What is asked of Datadog.", exclude_if=lambda fields: fields is None
    )
    snowflake_metric_fields: SnowflakeFields | None = Field(
        None, description="What is asked of Snowflake.", exclude_if=lambda fields: fields is None
    )


class CreateBusinessMetric(Draft):
    """What makes a BusinessMetric: at most one of values and sources."""

    title: Title = Field(description="The title of the BusinessMetric.")
    cost_report_tokens_with_metadata: list[AttachedReport] = Field(
        [], description="CostReports to show it on."
    )
    values: list[PointSent] = Field([], description="Values.")
    forecasted_values: list[PointSent] = Field([], description="Values that are expected.")
    datadog_metric_fields: DatadogSent | None = Field(None, description="Fetch values from Datadog.")
    cloudwatch_fields: CloudwatchSent | None = Field(None, description="Fetch values from CloudWatch.")
    snowflake_metric_fields: SnowflakeSent | None = Field(None, description="Fetch values from Snowflake.")


class UpdateBusinessMetric(Change):
    """What changes a BusinessMetric. Values are added to those that there are."""

    title: Title | None = Field(None, description="The title of the BusinessMetric.")
    cost_report_tokens_with_metadata: list[AttachedReport] | None = Field(
        None, description="Replaces the whole list."
    )
    values: list[PointSent] | None = Field(None, description="Values to write; others stay.")
    forecasted_values: list[PointSent] | None = Field(None, description="Expected values; others stay.")
    datadog_metric_fields: DatadogSent | None = Field(None, description="Fetch values from Datadog.")
    cloudwatch_fields: CloudwatchSent | None = Field(None, description="Fetch values from CloudWatch.")
    snowflake_metric_fields: SnowflakeSent | None = Field(None, description="Fetch values from Snowflake.")


LargeLimit = Annotated[
    Whole | None, Field(ge=1, le=5000, description="The amount of results to return, 5000 at most.")
]


class ListBusinessMetrics(PagedQuery):
    """Which BusinessMetrics to list."""

    limit: LargeLimit = None
    q: str | None = Field(None, description="A part of the title.")


class BusinessMetricValue(View):
    """A value of a BusinessMetric, or the sum of those of a day or month under one label."""

    date: Moment = Field(description="Its moment, or the first of its bin.")
    amount: Amount = Field(description="Its amount.")
    label: str | None = Field(None, description="Its label.", exclude_if=lambda label: label is None)


class BusinessMetricLabel(View):
    """A label of a BusinessMetric's values."""

    value: str = Field(description="The label.")
