"""Unit costs as arithmetic: the figures that the specification works out, and what holds for any others."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyrie.answers.unit_cost_rows import SCALES, SHOWN, Counted, Spent, unit_cost, unit_cost_rows
from eyrie.basics.money import WIDE, plain

AMOUNTS = st.decimals(-(10**12), 10**12, places=6)
COUNTED = AMOUNTS.filter(bool)


def figure(calculation, scale, metric, cost="0", usage="0"):
    found = unit_cost(calculation, SCALES[scale], Decimal(metric), Decimal(cost), usage and Decimal(usage))
    return None if found is None else plain(found)


@pytest.mark.parametrize(
    ("calculation", "scale", "metric", "cost", "usage", "shown"),
    [
        ("unit_cost", "per_thousand", "20000", "500", "0", "25.0"),
        ("unit_cost", "per_thousand", "20000", "50.00", "0", "2.5"),
        ("unit_cost", "per_unit", "8", "0", "0", "0.0"),
        ("unit_cost", "per_hundred", "1400", "70", "0", "5.0"),  # a week: not a mean of daily ratios
        ("unit_cost", "per_unit", "3", "1", "0", "0.3333333333"),
        ("unit_cost", "per_unit", "3", "-2", "0", "-0.6666666667"),
        ("unit_cost", "per_billion", "1", "0.0000000001", "0", "0.1"),
        ("usage_unit_cost", "per_hundred", "200", "9", "30", "15.0"),
        ("gross_margin", "per_unit", "1200", "300", "0", "75.0"),
        ("gross_margin", "per_million", "2000", "500", "0", "75.0"),  # the scale does not matter
        ("gross_margin", "per_unit", "100", "150", "0", "-50.0"),
        ("raw_business_metric", "per_thousand", "20000", "500", "0", "20000.0"),
    ],
)
def test_worked_figures(calculation, scale, metric, cost, usage, shown):
    assert figure(calculation, scale, metric, cost, usage) == shown


@pytest.mark.parametrize(
    "calculation", ["unit_cost", "usage_unit_cost", "gross_margin", "raw_business_metric"]
)
def test_where_nothing_was_counted_there_is_no_figure(calculation):
    assert figure(calculation, "per_unit", "0", "5", "5") is None


def test_usage_in_two_units_has_no_figure():
    assert figure("usage_unit_cost", "per_unit", "5", "5", None) is None


@given(cost=AMOUNTS, metric=COUNTED, scale=st.sampled_from(sorted(SCALES)))
def test_23_unit_cost_times_units_is_the_cost_within_the_rounding(cost, metric, scale):
    found = unit_cost("unit_cost", SCALES[scale], metric, cost, None)
    with localcontext(WIDE):
        units = metric / SCALES[scale]
        assert abs(found * units - cost) <= abs(units) * SHOWN


@given(amounts=st.lists(st.tuples(AMOUNTS, st.decimals("0.000001", 10**9, places=6)), min_size=1, max_size=9))
def test_23_the_average_of_a_range_is_the_formula_over_one_big_bin(amounts):
    costs, counted = (sum(column, Decimal(0)) for column in zip(*amounts, strict=True))
    average = unit_cost("unit_cost", 1, counted, costs, None)
    with localcontext(WIDE):
        weighted = sum(
            (unit_cost("unit_cost", 1, metric, cost, None) * metric for cost, metric in amounts), Decimal(0)
        )
        assert abs(weighted / counted - average) <= 2 * SHOWN


def counted(token, **amounts):
    named = {f"2025-01-{day[1:]}": Decimal(amount) for day, amount in amounts.items()}
    return Counted(token, token, None, "unit_cost", 1, named)


def test_rows_are_by_date_and_then_as_the_report_lists_its_metrics():
    series = [counted("b", d01=1, d02=2), counted("a", d02=4, d03=0)]
    spent = Spent(costs={"2025-01-02": Decimal(8)})

    def told(*, descending):
        rows = unit_cost_rows(spent, series, descending=descending)
        return [(row.date[-2:], row.counted.token, plain(row.unit_cost)) for row in rows]

    assert told(descending=False) == [("01", "b", "0.0"), ("02", "b", "4.0"), ("02", "a", "2.0")]
    assert told(descending=True) == [("02", "b", "4.0"), ("02", "a", "2.0"), ("01", "b", "0.0")]
