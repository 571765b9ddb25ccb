"""What people plan: changes of a forecast by amounts and percentages, and by how a business metric will grow.

Scenarios apply one after another, each to what the one before left; their order is whoever's who hands them
in. Everything here is decimal and exact, so that after any of it the leaves still add up to the total.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from eyrie.basics.money import WIDE, at_rest, split, spread
from eyrie.basics.period import ONE_DAY, Period, first_of_month, next_month
from eyrie.costs.insights.forecasts.forecast import Forecast
from eyrie.costs.insights.forecasts.history import HISTORY_DAYS, ONE, ZERO, Leaf

HUNDRED = Decimal(100)


class AmountType(StrEnum):
    """What the amount of a change means."""

    DOLLAR = "dollar"  # for each calendar month, evenly over its days
    PERCENT = "percent"


@dataclass(frozen=True)
class PlannedChange:
    """A change on days from the first to the last; without a last day for ever."""

    first: dt.date
    last: dt.date | None
    amount: Decimal
    kind: AmountType

    def covers(self, day: dt.date) -> bool:
        """Tell whether it changes this day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def on(self, day: dt.date) -> Decimal:
        """The part of a month's amount that falls on a day."""
        month = Period(first_of_month(day), next_month(day))
        return spread(self.amount, month.days)[day.day - 1]


@dataclass(frozen=True)
class Scenario:
    """Changes of all leaves together, or of those of a provider, of a service, or of both."""

    changes: tuple[PlannedChange, ...]
    provider: str | None = None
    service: str | None = None

    def touches(self, leaf: Leaf) -> bool:
        """Tell whether it is about this leaf."""
        return self.provider in (None, leaf.provider) and self.service in (None, leaf.service)


@dataclass(frozen=True)
class MetricDays:
    """A business metric by day: what it was, and what it is expected to be."""

    historical: tuple[tuple[dt.date, Decimal], ...] = ()
    forecasted: tuple[tuple[dt.date, Decimal], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What changes a baseline: first a metric, then scenarios in their order."""

    scenarios: tuple[Scenario, ...] = ()
    metric: MetricDays | None = None


def planned(baseline: Forecast, plan: Plan) -> Forecast:
    """Apply a plan to a baseline.

    100 a day in January with 1250.75 dollars more comes to 4350.75; with 10 percent more, to 3410.
    """
    forecast = scaled(baseline, plan.metric) if plan.metric else baseline
    amounts = {leaf: list(series) for leaf, series in forecast.amounts.items()}
    with localcontext(WIDE):
        for scenario in plan.scenarios:
            leaves = [leaf for leaf in amounts if scenario.touches(leaf)]
            for change in scenario.changes:
                _apply(change, amounts, leaves, forecast)
    return Forecast(forecast.period, {leaf: tuple(series) for leaf, series in amounts.items()})


def scaled(baseline: Forecast, metric: MetricDays) -> Forecast:
    """Let costs grow with a metric: each day by its expected value, over the mean of the last 90 days.

    10 a day, with a metric that was 50 and will be 75, is 15. A day without an expected value stays.
    """
    start = baseline.period.start
    lately = Period(start - HISTORY_DAYS * ONE_DAY, start)
    known = [value for day, value in metric.historical if day in lately]
    with localcontext(WIDE):
        mean = sum(known, ZERO) / len(known) if known else ZERO
        if mean <= 0:
            return baseline
        expected = dict(metric.forecasted)
        times = [expected.get(day) for day in baseline.period]
        return Forecast(
            baseline.period,
            {
                leaf: tuple(
                    amount if value is None else at_rest(amount * max(ZERO, value) / mean)
                    for amount, value in zip(series, times, strict=True)
                )
                for leaf, series in baseline.amounts.items()
            },
        )


def _apply(
    change: PlannedChange, amounts: Mapping[Leaf, list[Decimal]], leaves: Sequence[Leaf], baseline: Forecast
) -> None:
    if not leaves:
        return
    for place, day in enumerate(baseline.period):
        if not change.covers(day):
            continue
        before = [amounts[leaf][place] for leaf in leaves]
        if change.kind is AmountType.PERCENT:
            times = max(ZERO, ONE + change.amount / HUNDRED)
            after = [at_rest(amount * times) for amount in before]
        else:
            weights = [max(ZERO, baseline.amounts[leaf][place]) for leaf in leaves]
            after = _raised(before, change.on(day), weights)
        for leaf, amount in zip(leaves, after, strict=True):
            amounts[leaf][place] = amount


def _raised(before: Sequence[Decimal], by: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Add an amount in proportion to weights; what one leaf cannot give any more, the others give.

    10 and 30 with -20 by equal weights are 0 and 20; with -50 they are 0 and 0.
    """
    counted = weights if any(weights) else [ONE] * len(before)
    parts = split(by, counted, sum(counted, ZERO))
    after = [amount + part for amount, part in zip(before, parts, strict=True)]
    if min(after) >= 0:
        return after
    total, left = sum(after, ZERO), [max(ZERO, amount) for amount in after]
    return split(total, left, sum(left, ZERO)) if total > 0 else [ZERO] * len(after)
