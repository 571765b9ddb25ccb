"""A business metric on a cost report, as it goes over the wire: the same relation, named from either side."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from eyrie.operations.shapes import Json, Part, Token, View

UnitScale = Literal["per_unit", "per_hundred", "per_thousand", "per_million", "per_billion"]
Calculation = Literal["unit_cost", "gross_margin", "usage_unit_cost", "raw_business_metric"]


def _empty(value: Any) -> bool:  # Any: a field of any type
    return not value


class Attaching(Part):
    """How a metric is set against a report."""

    defaults: ClassVar[Json] = {"unit_scale": "per_unit", "calculation_type": "unit_cost"}

    unit_scale: UnitScale = Field("per_unit", description="The scale of its values.")
    calculation_type: Calculation = Field("unit_cost", description="What is calculated with it.")
    label: str | None = Field(None, description="A name of its own on this report.")
    label_filter: list[str] | None = Field(
        None, description="Only values with these labels; an empty one stands for values without label."
    )
    label_filters: dict[str, Annotated[list[str], Field(min_length=1)]] | None = Field(
        None, description="Only values that have, under every key, one of these labels."
    )


class AttachedMetric(Attaching):
    """A business metric beside the report."""

    business_metric_token: Token = Field(description="The BusinessMetric.")


class AttachedReport(Attaching):
    """A report beside the business metric."""

    cost_report_token: Token = Field(description="The CostReport.")


class Attached(View):
    """How a metric is set against a report; what is empty is left out."""

    unit_scale: UnitScale
    calculation_type: Calculation
    label: str | None = Field(None, exclude_if=_empty)
    label_filter: list[str] | None = Field(None, exclude_if=_empty)
    label_filters: dict[str, list[str]] | None = Field(None, exclude_if=_empty)


class MetricOnReport(Attached):
    """A business metric beside the report."""

    business_metric_token: Token


class ReportOfMetric(Attached):
    """A report beside the business metric."""

    cost_report_token: Token | None
