"""How far off a forecast may be: as far as the same method was off on the same costs before.

The forecast is made again as of one to eight weeks ago and held against what came then. The errors, as parts
of the forecast, are pooled by how far ahead they were. A total has the errors of the total: services that are
off in different directions are not added up, and neither are days.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from eyrie.costs.insights.forecasts.statistics import quantile

ORIGINS, ORIGIN_STEP_DAYS = 8, 7
BUCKETS = (7, 30, 90)  # days ahead, each bucket up to this one
LOWER, UPPER = 0.1, 0.9
WIDENED = 1.15  # the future is a little less like the past than the past was
LEAST_ERRORS, LEAST_SUMS = 5, 4

Try = tuple[Sequence[float], Sequence[float]]  # what was forecast for the days after an origin, and what came


@dataclass(frozen=True)
class Range:
    """Which part of the forecast it may be below or above it."""

    below: float  # not above 0
    above: float  # not below 0

    def around(self, amount: float) -> tuple[float, float]:
        """The least and the most that an amount may come to; costs do not turn into income."""
        return amount + max(-1.0, self.below) * abs(amount), amount + self.above * abs(amount)


@dataclass(frozen=True)
class Ranges:
    """A range for each bucket of days ahead, and for the sums of the first days."""

    by_bucket: tuple[Range | None, ...]
    of_sums: tuple[Range | None, ...]  # of the first day, the first two, and so on

    def at(self, ahead: int) -> Range | None:
        """The range so many days ahead, 1 being the first; None if too little is known."""
        place = next((place for place, last in enumerate(BUCKETS) if ahead <= last), len(BUCKETS) - 1)
        found = _last_known(self.by_bucket[: place + 1])
        return found if found is None else _widened(found, ahead / BUCKETS[-1])

    def of_sum(self, days: int) -> Range | None:
        """The range of what so many days come to together."""
        found = _last_known(self.of_sums[:days])
        return found if found is None else _widened(found, days / BUCKETS[-1])


def origins(days: int, least: int) -> list[int]:
    """The places in a history from which the forecast is made again, the latest first.

    >>> origins(40, 14)
    [33, 26, 19]
    """
    places = (days - ORIGIN_STEP_DAYS * back for back in range(1, ORIGINS + 1))
    return [place for place in places if place >= least]


def ranges_of(tries: Sequence[Try]) -> Ranges:
    """Pool the errors of tries."""
    errors: list[list[float]] = [[] for _ in BUCKETS]
    for forecast, came in tries:
        for ahead, (expected, actual) in enumerate(zip(forecast, came, strict=True), start=1):
            if expected > 0 and ahead <= BUCKETS[-1]:
                place = next(place for place, last in enumerate(BUCKETS) if ahead <= last)
                errors[place].append(actual / expected - 1)
    longest = max((len(came) for _, came in tries), default=0)
    sums = [_errors_of_sums(tries, days) for days in range(1, longest + 1)]
    by_bucket = accumulate((_range(each, LEAST_ERRORS) for each in errors), _not_surer)
    return Ranges(tuple(by_bucket), tuple(_range(each, LEAST_SUMS) for each in sums))


def _errors_of_sums(tries: Sequence[Try], days: int) -> list[float]:
    sums = [
        (math.fsum(forecast[:days]), math.fsum(came[:days])) for forecast, came in tries if len(came) >= days
    ]
    return [actual / expected - 1 for expected, actual in sums if expected > 0]


def _range(errors: Sequence[float], least: int) -> Range | None:
    if len(errors) < least:
        return None
    lower, upper = quantile(errors, LOWER), quantile(errors, UPPER)
    return Range(WIDENED * min(0.0, lower), WIDENED * max(0.0, upper))


def _not_surer(near: Range | None, far: Range | None) -> Range | None:
    """What is further ahead is not surer, though chance may say so of a few tries."""
    if near is None or far is None:
        return far or near
    return Range(min(near.below, far.below), max(near.above, far.above))


def _last_known(ranges: Sequence[Range | None]) -> Range | None:
    return next((each for each in reversed(ranges) if each is not None), None)


def _widened(known: Range, times: float) -> Range:
    if times <= 1:
        return known
    return Range(known.below * math.sqrt(times), known.above * math.sqrt(times))
