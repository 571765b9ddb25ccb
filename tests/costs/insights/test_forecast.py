"""Forecasts of reports: exact sums, weights, what is known beforehand; and laws for any history."""

import datetime as dt
from decimal import Decimal, localcontext

import hypothesis.strategies as st
from hypothesis import given

from eyrie.basics.money import WIDE
from eyrie.basics.period import Period
from eyrie.costs.insights.forecasts.forecast import forecast
from eyrie.costs.insights.forecasts.history import Leaf, history_of
from eyrie.costs.insights.forecasts.scenarios import (
    AmountType,
    MetricDays,
    Plan,
    PlannedChange,
    Scenario,
    planned,
)
from tests.costs.insights.series import FIRST, history

EC2, S3 = Leaf("aws", "EC2"), Leaf("aws", "S3")


def next_days(before, count=31):
    return Period(before.period.end, before.period.end + dt.timedelta(days=count))


def test_each_service_is_forecast_by_itself_and_the_total_is_their_sum():
    before = history({"EC2": ["10.25"] * 60, "S3": ["0.5"] * 60})
    found = forecast([before], next_days(before, 2))
    assert found.amounts == {EC2: (Decimal("10.25"),) * 2, S3: (Decimal("0.5"),) * 2}
    assert found.overall == (Decimal("10.75"),) * 2


def test_a_weight_counts_what_was_forecast():
    whole, half = history({"EC2": [4] * 60}), history({"EC2": [10] * 60}, weight=Decimal("0.5"))
    assert forecast([whole, half], next_days(whole, 1)).overall == (Decimal(9),)


def test_a_fee_that_is_spread_over_coming_days_goes_on_as_it_stands_and_then_ends():
    days = Period(FIRST, FIRST + dt.timedelta(days=62))
    usage = {day: Decimal(10) for day in days}
    fee = {day: Decimal(5) for day in Period(FIRST, days.end - dt.timedelta(days=1))}
    costs = {day: amount + fee.get(day, Decimal(0)) for day, amount in usage.items()}
    before = history_of({EC2: costs}, {EC2: fee}, Period(days.start, days.end - dt.timedelta(days=2)))
    assert forecast([before], next_days(before, 3)).overall == (Decimal(15), Decimal(10), Decimal(10))


def test_a_history_begins_with_the_first_cost_of_any_service():
    late = {FIRST + dt.timedelta(days=5): Decimal(1)}
    before = history_of({S3: late}, {}, Period(FIRST, FIRST + dt.timedelta(days=8)))
    assert before.period.start == FIRST + dt.timedelta(days=5)
    assert before.costs == {S3: (Decimal(1), Decimal(0), Decimal(0))}


amounts = st.decimals(-50, 1_000, places=4)
histories = st.integers(1, 80).flatmap(
    lambda days: st.dictionaries(
        st.sampled_from(["EC2", "S3", "RDS", "Lambda"]),
        st.lists(amounts, min_size=days, max_size=days),
        min_size=1,
    )
)
changes = st.builds(
    PlannedChange,
    first=st.dates(FIRST, FIRST + dt.timedelta(days=100)),
    last=st.none() | st.dates(FIRST, FIRST + dt.timedelta(days=200)),
    amount=st.decimals(-2_000, 2_000, places=2),
    kind=st.sampled_from(AmountType),
)
scenarios = st.builds(
    Scenario,
    changes=st.lists(changes, max_size=3).map(tuple),
    provider=st.sampled_from([None, "aws", "gcp"]),
    service=st.sampled_from([None, "EC2", "RDS"]),
)
metrics = st.builds(
    MetricDays,
    historical=st.lists(st.tuples(st.dates(FIRST, FIRST + dt.timedelta(days=80)), amounts)).map(tuple),
    forecasted=st.lists(st.tuples(st.dates(FIRST, FIRST + dt.timedelta(days=120)), amounts)).map(tuple),
)
plans = st.builds(Plan, scenarios=st.lists(scenarios, max_size=3).map(tuple), metric=st.none() | metrics)


@given(histories, plans)
def test_services_add_up_to_the_total_on_every_day_whatever_is_planned(leaves, plan):
    before = history(leaves)
    for found in (baseline := forecast([before], next_days(before)), planned(baseline, plan)):
        assert all(len(series) == 31 for series in found.amounts.values())
        with localcontext(WIDE):
            for place, total in enumerate(found.overall):
                assert sum(series[place] for series in found.amounts.values()) == total
        assert min(min(series) for series in found.amounts.values()) >= 0


@given(histories, plans)
def test_the_same_history_and_plan_give_the_same_forecast(leaves, plan):
    before = history(leaves)
    shuffled = history(dict(reversed(leaves.items())))
    one, other = (planned(forecast([each], next_days(each)), plan) for each in (before, shuffled))
    assert one == other


def test_a_forecast_is_the_same_to_the_last_digit_on_every_machine():
    """Weeks, a trend and noise; the figures were written down once, and not reckoned by this test."""
    costs = [(100 + 3 * day + (day * 7919) % 31) * (7 if day % 7 < 5 else 2) for day in range(80)]
    before = history({"EC2": costs})
    assert [str(amount) for amount in forecast([before], next_days(before, 4)).overall] == [
        "2449.443226",
        "2488.113262",
        "725.194219",
        "729.872779",
    ]
