"""What plans do to a forecast, by figures that can be checked by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from eyrie.basics.money import spread
from eyrie.basics.period import Period
from eyrie.costs.insights.forecasts.forecast import Forecast
from eyrie.costs.insights.forecasts.history import Leaf
from eyrie.costs.insights.forecasts.scenarios import (
    AmountType,
    MetricDays,
    Plan,
    PlannedChange,
    Scenario,
    planned,
)

JANUARY = Period(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
EC2, S3, BIG_QUERY = Leaf("aws", "EC2"), Leaf("aws", "S3"), Leaf("gcp", "BigQuery")


def each_day(amount, period=JANUARY, leaf=EC2):
    return Forecast(period, {leaf: (Decimal(amount),) * period.days})


def scenario(amount, kind="dollar", first=JANUARY.start, last=None, **scope):
    return Scenario((PlannedChange(first, last, Decimal(amount), AmountType(kind)),), **scope)


def month(forecast, *leaves):
    return sum(forecast.together(leaves or forecast.amounts))


def after(baseline, *scenarios):
    return planned(baseline, Plan(scenarios))


def test_dollars_are_for_each_month_and_percents_multiply():
    baseline = each_day(100)
    assert month(after(baseline, scenario("1250.75"))) == Decimal("4350.75")
    assert month(after(baseline, scenario(10, "percent"))) == Decimal("3410.00")


def test_each_model_works_on_what_the_one_before_left():
    monthly_1000 = Forecast(JANUARY, {EC2: tuple(spread(Decimal(1000), 31))})
    more, tenth = scenario(500), scenario(10, "percent")
    assert month(after(monthly_1000, more, tenth)) == Decimal(1650)
    assert month(after(monthly_1000, tenth, more)) == Decimal(1600)


def test_only_covered_days_change_each_by_its_share_of_the_month():
    found = after(each_day(100), scenario(310, first=dt.date(2026, 1, 30), last=dt.date(2026, 1, 31)))
    assert found.overall[-3:] == (Decimal(100), Decimal(110), Decimal(110))


def test_an_open_end_goes_on_each_month_with_the_whole_amount():
    quarter = Period(JANUARY.start, dt.date(2026, 4, 1))
    assert month(after(each_day(0, quarter), scenario(300))) == 900


def test_a_change_of_everything_is_shared_as_the_baseline_is():
    baseline = Forecast(JANUARY, {EC2: (Decimal(30),) * 31, S3: (Decimal(10),) * 31})
    found = after(baseline, scenario(1240))
    assert [found.amounts[leaf][0] for leaf in (EC2, S3)] == [60, 20]


def test_a_change_of_a_provider_or_service_leaves_the_others_alone():
    baseline = Forecast(JANUARY, {leaf: (Decimal(10),) * 31 for leaf in (EC2, S3, BIG_QUERY)})
    found = after(baseline, scenario(100, "percent", provider="aws"), scenario(310, service="S3"))
    assert [found.amounts[leaf][0] for leaf in (EC2, S3, BIG_QUERY)] == [20, 30, 10]
    assert after(baseline, scenario(310, provider="azure")) == baseline


def test_costs_fall_to_nothing_and_no_further():
    baseline = Forecast(JANUARY, {EC2: (Decimal(10),) * 31, S3: (Decimal(30),) * 31})
    assert month(after(baseline, scenario(-9000))) == 0
    assert month(after(baseline, scenario(-150, "percent"))) == 0
    # Once S3 has fallen to 5, it cannot give its share of 15 of the 20 that are to be saved each day.
    fallen = scenario("-83.333333333333333333", "percent", service="S3")
    assert after(baseline, fallen, scenario(-310)).overall[0] == pytest.approx(
        Decimal(5), abs=Decimal("1e-9")
    )


def test_a_forecast_without_services_stays_empty():
    empty = Forecast(JANUARY, {})
    assert after(empty, scenario(500)).amounts == {}


def test_overlapping_periods_of_one_model_both_apply():
    change = scenario(310).changes[0]
    assert after(each_day(0), Scenario((change, change))).overall[0] == 20


def test_costs_grow_with_a_metric():
    lately = [(JANUARY.start - dt.timedelta(days=back), Decimal(50)) for back in range(1, 91)]
    long_ago = [(JANUARY.start - dt.timedelta(days=91), Decimal(9_000))]
    metric = MetricDays(tuple(lately + long_ago), ((dt.date(2026, 1, 2), Decimal(75)),))
    found = planned(each_day(10), Plan((scenario(100, "percent", first=dt.date(2026, 1, 3)),), metric))
    # As it was; with half as much again of the metric; with none expected, and then doubled.
    assert found.overall[:3] == (Decimal(10), Decimal(15), Decimal(20))


def test_a_metric_that_was_nothing_changes_nothing():
    metric = MetricDays(((JANUARY.start - dt.timedelta(days=1), Decimal(0)),), ((JANUARY.start, Decimal(5)),))
    assert planned(each_day(10), Plan(metric=metric)) == each_day(10)
