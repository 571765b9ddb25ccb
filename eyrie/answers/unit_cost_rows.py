"""Unit costs as arithmetic: costs or usage of each bin against what a metric counted there.

    unit_cost            C ÷ (M ÷ k)            500 for 20,000 requests per thousand: 25
    usage_unit_cost      U ÷ (M ÷ k)
    gross_margin         100 - 100 C ÷ M        500 of a revenue of 2,000: 75
    raw_business_metric  M

A bin in which the metric counted nothing has no unit cost, and one without costs costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from eyrie.basics.money import WIDE

SCALES: Mapping[str, int] = {
    "per_unit": 1,
    "per_hundred": 100,
    "per_thousand": 1_000,
    "per_million": 1_000_000,
    "per_billion": 1_000_000_000,
}
SHOWN = Decimal(1).scaleb(-10)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Spent:
    """What was spent, bin by bin; bins are named as the API shows them."""

    costs: Mapping[str, Decimal] = field(default_factory=dict)
    usage: Mapping[str, Decimal | None] = field(default_factory=dict)  # None where units are mixed


@dataclass(frozen=True)
class Counted:
    """What a metric counted, bin by bin, and how that is set against costs."""

    token: str
    title: str
    label: str | None
    calculation: str
    scale: int
    amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class UnitCostRow:
    """One metric in one bin, rounded as it is shown."""

    date: str
    counted: Counted
    unit_cost: Decimal
    metric: Decimal


def unit_cost_rows(spent: Spent, series: Sequence[Counted], *, descending: bool) -> list[UnitCostRow]:
    """All rows: by date, and on one date in the order of the series."""
    bins = sorted({date for counted in series for date in counted.amounts}, reverse=descending)
    return [row for date in bins for row in _rows_of(date, spent, series)]


def unit_cost(
    calculation: str, scale: int, metric: Decimal, cost: Decimal, usage: Decimal | None
) -> Decimal | None:
    """One figure, rounded to ten decimals; None where there is none.

    >>> str(unit_cost("unit_cost", 1000, Decimal(20000), Decimal(500), None))
    '25.0000000000'
    """
    spent = usage if calculation == "usage_unit_cost" else cost
    if not metric or spent is None:
        return None
    with localcontext(WIDE) as context:
        context.rounding = ROUND_HALF_UP
        match calculation:
            case "raw_business_metric":
                found = metric
            case "gross_margin":
                found = (metric - spent) * 100 / metric
            case _:
                found = spent * scale / metric
        return found.quantize(SHOWN)


def _rows_of(date: str, spent: Spent, series: Iterable[Counted]) -> Iterator[UnitCostRow]:
    for counted in series:
        metric = counted.amounts.get(date, ZERO)
        cost, usage = spent.costs.get(date, ZERO), spent.usage.get(date, ZERO)
        found = unit_cost(counted.calculation, counted.scale, metric, cost, usage)
        if found is not None:
            yield UnitCostRow(date, counted, found, WIDE.quantize(metric, SHOWN))
