"""The shape of weeks and months: how a weekday, or one of the first days of a month, is unlike others."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from eyrie.costs.insights.forecasts.statistics import median, running_median

WINDOW_DAYS = 29  # four weeks and a day: every weekday counts alike, and half a month on each side
LEAST_SAMPLES = 3
FIRST_DAYS = (1, 2, 3)  # of a month, on which bills of whole months come
LEAST_MONTHS, LEAST_FACTOR = 2, 1.5
WEEK = 7


@dataclass(frozen=True)
class Calendar:
    """Days in a row, by weekday and by day of the month; made once for all series of the same days."""

    weekdays: tuple[int, ...]
    month_days: tuple[int, ...]

    @classmethod
    def of(cls, days: Sequence[dt.date]) -> "Calendar":
        """Look at days once."""
        return cls(tuple(day.weekday() for day in days), tuple(day.day for day in days))

    def since(self, place: int) -> "Calendar":
        """The days from a place on."""
        return Calendar(self.weekdays[place:], self.month_days[place:])

    def until(self, place: int) -> "Calendar":
        """The days before a place."""
        return Calendar(self.weekdays[:place], self.month_days[:place])

    def __len__(self) -> int:
        """How many days."""
        return len(self.weekdays)


@dataclass(frozen=True)
class Shape:
    """What a usual day is multiplied by on each weekday, and on the first days of a month."""

    by_weekday: tuple[float, ...]
    by_month_day: tuple[tuple[int, float], ...]

    def factors(self, calendar: Calendar) -> list[float]:
        """The factor of each day."""
        factors = [self.by_weekday[weekday] for weekday in calendar.weekdays]
        if self.by_month_day:
            firsts = dict(self.by_month_day)
            for place, day in enumerate(calendar.month_days):
                factors[place] *= firsts.get(day, 1.0)
        return factors


FLAT = Shape((1.0,) * WEEK, ())


def shape_of(values: Sequence[float], calendar: Calendar) -> Shape:
    """Find the shape of a series that is not mostly zero.

    Each day is held against the median of the four weeks around it, so neither growth nor a jump is taken
    for a shape. The first days of a month count only if they stood out in every month.
    """
    around = running_median(values, WINDOW_DAYS)
    weekdays: list[list[float]] = [[] for _ in range(WEEK)]
    firsts: dict[int, list[tuple[int, float]]] = {day: [] for day in FIRST_DAYS}
    for value, usual, weekday, day in zip(
        values, around, calendar.weekdays, calendar.month_days, strict=True
    ):
        if usual <= 0:
            continue
        ratio = max(0.0, value / usual)
        if day in firsts:
            firsts[day].append((weekday, ratio))
        else:
            weekdays[weekday].append(ratio)
    by_weekday = _of_mean_one([median(each) if len(each) >= LEAST_SAMPLES else 1.0 for each in weekdays])
    return Shape(by_weekday, tuple(_outstanding(firsts, by_weekday)))


def _of_mean_one(factors: Sequence[float]) -> tuple[float, ...]:
    mean = math.fsum(factors) / len(factors)
    return tuple(factor / mean for factor in factors) if mean > 0 else FLAT.by_weekday


def _outstanding(
    firsts: dict[int, list[tuple[int, float]]], by_weekday: Sequence[float]
) -> list[tuple[int, float]]:
    """The first days of a month that stood out in every month, whatever weekday they fell on."""
    found = []
    for day, seen in firsts.items():
        ratios = [ratio / by_weekday[weekday] for weekday, ratio in seen if by_weekday[weekday] > 0]
        if len(ratios) >= LEAST_MONTHS and min(ratios) > LEAST_FACTOR:
            found.append((day, median(ratios)))
    return found
