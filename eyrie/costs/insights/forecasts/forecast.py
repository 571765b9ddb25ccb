"""Forecasts of all leaves of a report: decimals, of which the total of a day is the exact sum."""

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property

from eyrie.basics.money import WIDE, at_rest
from eyrie.basics.period import Period
from eyrie.costs.insights.forecasts.history import ZERO, Days, History, Leaf
from eyrie.costs.insights.forecasts.projection import LEAST_DAYS, projected
from eyrie.costs.insights.forecasts.ranges import Ranges, Try, origins, ranges_of
from eyrie.costs.insights.forecasts.shape import Calendar

DECIMALS = 6
_UNITS = 10**DECIMALS


@dataclass(frozen=True)
class Forecast:
    """What each leaf will cost on each day of a period."""

    period: Period
    amounts: Mapping[Leaf, tuple[Decimal, ...]]  # in the order of leaves

    @cached_property
    def overall(self) -> tuple[Decimal, ...]:
        """What all leaves will cost together on each day."""
        return self.together(self.amounts)

    def together(self, leaves: Collection[Leaf]) -> tuple[Decimal, ...]:
        """What some leaves will cost together on each day."""
        with localcontext(WIDE):
            series = [self.amounts[leaf] for leaf in leaves]
            return tuple(sum(each, ZERO) for each in zip(*series, strict=True)) or (ZERO,) * self.period.days

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return 120 * self.period.days * len(self.amounts)


def forecast(histories: Sequence[History], period: Period) -> Forecast:
    """Forecast a period that begins the day after the histories end.

    Histories of 10 a day with weight 0.5 and of 4 a day with weight 1 are a forecast of 9 a day, if they are
    of one leaf.
    """
    ahead = Calendar.of(tuple(period))
    amounts: dict[Leaf, tuple[Decimal, ...]] = {}
    with localcontext(WIDE):
        for history in histories:
            calendar = Calendar.of(tuple(history.period))
            for leaf in history.leaves:
                series = _one(history, leaf, calendar, ahead, period)
                before = amounts.get(leaf)
                amounts[leaf] = (
                    series
                    if before is None
                    else tuple(one + other for one, other in zip(before, series, strict=True))
                )
    return Forecast(period, {leaf: amounts[leaf] for leaf in sorted(amounts)})


def ranges(histories: Sequence[History], leaves: Collection[Leaf] | None = None) -> Ranges:
    """How far off the forecast was for these leaves together, or for all."""
    return ranges_of(tries(histories, leaves))


def tries(histories: Sequence[History], leaves: Collection[Leaf] | None = None) -> list[Try]:
    """Make the forecast again as of the weeks before, each beside what came then."""
    days = max((history.period.days for history in histories), default=0)
    return [_tried(histories, leaves, days - place) for place in origins(days, LEAST_DAYS)]


def _one(
    history: History, leaf: Leaf, calendar: Calendar, ahead: Calendar, period: Period
) -> tuple[Decimal, ...]:
    costs = history.costs.get(leaf, ())
    known = history.known.get(leaf)
    usual = [rounded(value) for value in projected(list(map(float, costs)), calendar, ahead)]
    if known:
        usual = [amount + known.get(day, ZERO) for amount, day in zip(usual, period, strict=True)]
    return tuple(usual if history.weight == 1 else (at_rest(amount * history.weight) for amount in usual))


def rounded(value: float) -> Decimal:
    """An amount of a forecast, which has six decimals."""
    return Decimal(round(value * _UNITS)).scaleb(-DECIMALS)


def _tried(histories: Sequence[History], leaves: Collection[Leaf] | None, back: int) -> Try:
    """The forecast of so many days ago for the days since, and those days."""
    expected: list[list[float]] = []
    came: list[list[float]] = []
    for history in histories:
        place = history.period.days - back
        if place < 0:
            continue
        calendar, weight = Calendar.of(tuple(history.period)), float(history.weight)
        since = Period(history.period.end - dt.timedelta(days=back), history.period.end)
        until, ahead = calendar.until(place), calendar.since(place)
        for leaf in history.leaves if leaves is None else sorted(set(leaves) & set(history.leaves)):
            costs = [float(cost) * weight for cost in history.costs.get(leaf, ())]
            expected.append(projected(costs[:place], until, ahead))
            came.append(costs[place:])
            if leaf in history.known:
                fixed = _floats(history.known[leaf], since, weight)
                expected.append(fixed)
                came.append(fixed)
    return _added(expected, back), _added(came, back)


def _floats(days: Days, period: Period, weight: float) -> list[float]:
    return [float(days.get(day, ZERO)) * weight for day in period]


def _added(series: Sequence[Sequence[float]], days: int) -> list[float]:
    full = [each for each in series if len(each) == days]
    return [math.fsum(each) for each in zip(*full, strict=True)] or [0.0] * days
