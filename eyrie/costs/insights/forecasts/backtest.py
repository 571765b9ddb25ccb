"""Holds the method against simpler ways on the same past: forecasts are made again each week, as it was then.

*WAPE* is what all days were off, by all that came: a tenth means a tenth of the money. *Month* is how far a
whole horizon was off, as a mean of the tries. *Coverage* is the share of days that came inside the range.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eyrie.costs.insights.forecasts.history import HISTORY_DAYS, History
from eyrie.costs.insights.forecasts.projection import LEAST_DAYS, projected
from eyrie.costs.insights.forecasts.ranges import Try, origins, ranges_of
from eyrie.costs.insights.forecasts.shape import WEEK, Calendar

HORIZON_DAYS, STEP_DAYS, LEAST_HISTORY = 30, 7, 28
RANGES_EVERY = 4  # tries: a range takes eight forecasts of its own
MEAN_DAYS = 30

Way = Callable[[Sequence[float], Calendar, Calendar], list[float]]


def mean_of_month(values: Sequence[float], _calendar: Calendar, ahead: Calendar) -> list[float]:
    """What a day of the last thirty cost, for ever."""
    recent = values[-MEAN_DAYS:]
    return [math.fsum(recent) / len(recent) if recent else 0.0] * len(ahead)


def last_week_again(values: Sequence[float], _calendar: Calendar, ahead: Calendar) -> list[float]:
    """The last week, again and again."""
    week = values[-WEEK:]
    return [week[place % len(week)] if week else 0.0 for place in range(len(ahead))]


WAYS: dict[str, Way] = {
    "Eyrie": projected,
    "mean of 30 days": mean_of_month,
    "last week again": last_week_again,
}


@dataclass(frozen=True)
class Accuracy:
    """How far off a way of forecasting was. None where nothing came that it could be held against."""

    wape: float | None  # of services, each by itself
    total_wape: float | None  # of days, all services together
    month: float | None  # of whole horizons, all services together


@dataclass(frozen=True)
class Backtest:
    """How all ways did on the same past."""

    tries: int
    ways: dict[str, Accuracy]
    coverage: float | None  # of the range of the total, at every fourth try


def backtest(histories: Sequence[History], horizon: int = HORIZON_DAYS) -> Backtest:
    """Make forecasts as of every week of a past that leaves a horizon to hold them against."""
    longest = max((history.period for history in histories), key=lambda period: period.days)
    series = [
        _padded(costs, longest.days, history) for history in histories for costs in history.costs.values()
    ]
    calendar = Calendar.of(tuple(longest))
    places = range(LEAST_HISTORY, longest.days - horizon + 1, STEP_DAYS)
    ways = {name: _accuracy(way, series, calendar, places, horizon) for name, way in WAYS.items()}
    return Backtest(len(places), ways, _coverage(series, calendar, places, horizon))


def _padded(costs: Sequence[Decimal], days: int, history: History) -> list[float]:
    """Weighed, and with nothing on the days before the history of its share begins."""
    weight = float(history.weight)
    return [0.0] * (days - len(costs)) + [float(cost) * weight for cost in costs]


def wape(tries: Sequence[Try]) -> float | None:
    """What forecasts were off, by what came."""
    came = math.fsum(abs(actual) for _, actuals in tries for actual in actuals)
    off = math.fsum(
        abs(actual - expected)
        for forecast, actuals in tries
        for expected, actual in zip(forecast, actuals, strict=True)
    )
    return off / came if came else None


def _accuracy(
    way: Way, series: Sequence[Sequence[float]], calendar: Calendar, places: Sequence[int], horizon: int
) -> Accuracy:
    of_leaves: list[Try] = []
    of_totals: list[Try] = []
    for place in places:
        one = [_try(way, values, calendar, place, horizon) for values in series]
        of_leaves += one
        of_totals.append(_together(one, horizon))
    months = [
        abs(math.fsum(forecast) - math.fsum(came)) / abs(math.fsum(came))
        for forecast, came in of_totals
        if math.fsum(came)
    ]
    month = math.fsum(months) / len(months) if months else None
    return Accuracy(wape(of_leaves), wape(of_totals), month)


def _try(way: Way, values: Sequence[float], calendar: Calendar, place: int, horizon: int) -> Try:
    first = max(0, place - HISTORY_DAYS)
    known, ahead = calendar.until(place).since(first), calendar.since(place).until(horizon)
    return way(values[first:place], known, ahead), values[place : place + horizon]


def _together(tries: Sequence[Try], horizon: int) -> Try:
    zeros = [[0.0] * horizon]
    forecasts, came = [forecast for forecast, _ in tries], [actuals for _, actuals in tries]
    return _added(forecasts or zeros), _added(came or zeros)


def _added(series: Sequence[Sequence[float]]) -> list[float]:
    return [math.fsum(each) for each in zip(*series, strict=True)]


def _coverage(
    series: Sequence[Sequence[float]], calendar: Calendar, places: Sequence[int], horizon: int
) -> float | None:
    """The share of days on which the total came inside the range that it would have been given."""
    inside = days = 0
    for place in places[::RANGES_EVERY]:
        forecast, came = _together(
            [_try(projected, values, calendar, place, horizon) for values in series], horizon
        )
        first = max(0, place - HISTORY_DAYS)
        earlier = [
            _together(
                [_as_of(values[first:place], calendar.until(place).since(first), at) for values in series],
                place - first - at,
            )
            for at in origins(place - first, LEAST_DAYS)
        ]
        ranges = ranges_of(earlier)
        for ahead, (expected, actual) in enumerate(zip(forecast, came, strict=True), start=1):
            known = ranges.at(ahead)
            if known is not None:
                least, most = known.around(expected)
                days += 1
                inside += least <= actual <= most
    return inside / days if days else None


def _as_of(values: Sequence[float], calendar: Calendar, place: int) -> Try:
    return projected(values[:place], calendar.until(place), calendar.since(place)), values[place:]
