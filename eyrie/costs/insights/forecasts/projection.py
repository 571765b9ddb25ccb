"""Carries one series of daily costs on: its level, what is left of its trend, and its shape.

The steps, each of which a few odd days cannot mislead:

1. Weeks and starts of months are divided out (`shape.py`), single spikes are clipped.
2. After the last jump of the level only what came after it counts.
3. The level is that of the last three weeks; a trend counts if it is larger than the noise, and dies down.
4. What was zero on most days goes on at its mean, and so does what is younger than a fortnight.
"""

import math
from collections.abc import Sequence

from eyrie.costs.insights.forecasts.shape import FLAT, WEEK, WINDOW_DAYS, Calendar, Shape, shape_of
from eyrie.costs.insights.forecasts.statistics import median, medians_ahead, running_median, slope, spread

LEAST_DAYS = 14  # of which a shape can be told
INTERMITTENT_DAYS, LEAST_BUSY = 56, 0.5
CLIPPED_AT = 3
BREAK_DAYS, BREAK_SIDE, LEAST_SIDE = 60, 14, 7
BREAK_NOISE = 2
SLIDING = 0.75  # of a jump lies between the weeks around it; of an even slope, half
BREAK_RATIO = 1.2840254166877414  # e to the 0.25, written out: machines reckon powers each in their way
TREND_DAYS, LEVEL_DAYS = 42, 21
DAMPING = 0.98  # of the trend, each day


def projected(values: Sequence[float], calendar: Calendar, ahead: Calendar) -> list[float]:
    """Forecast the days ahead; `calendar` has the days of the values.

    Four weeks of 10 on working days and 2 at weekends go on like that.
    """
    begins = next((place for place, value in enumerate(values) if value != 0), len(values))
    known = values[begins:]
    if len(known) <= LEAST_DAYS:
        return _constant(known, ahead)
    recent = values[-INTERMITTENT_DAYS:]
    if sum(value != 0 for value in recent) < LEAST_BUSY * len(recent):
        return _constant(values, ahead)
    days = calendar.since(begins)
    shape = shape_of(known, days)
    usual = _divided(known, shape, days)
    around = running_median(usual, WINDOW_DAYS, at_ends=WEEK)
    noise = spread([value - middle for value, middle in zip(usual, around, strict=True)])
    clipped = _clipped(usual, around, CLIPPED_AT * noise)
    return _carried_on(clipped[_last_break(clipped, noise) :], shape, ahead)


def _constant(values: Sequence[float], ahead: Calendar) -> list[float]:
    mean = math.fsum(values) / len(values) if values else 0.0
    return [max(0.0, mean)] * len(ahead)


def _divided(values: Sequence[float], shape: Shape, days: Calendar) -> list[float]:
    """The series as if all days were usual ones; a day that is always zero says nothing, and is left so."""
    if shape == FLAT:
        return list(values)
    return [
        value / factor if factor > 0 else value
        for value, factor in zip(values, shape.factors(days), strict=True)
    ]


def _clipped(values: Sequence[float], around: Sequence[float], room: float) -> list[float]:
    """The series without its spikes."""
    return [min(max(value, usual - room), usual + room) for value, usual in zip(values, around, strict=True)]


def _carried_on(values: Sequence[float], shape: Shape, ahead: Calendar) -> list[float]:
    trend = _trend(values[-TREND_DAYS:])
    recent = values[-LEVEL_DAYS:]
    level = median([value + trend * back for back, value in enumerate(reversed(recent))] if trend else recent)
    forecast, step = [], trend
    for factor in shape.factors(ahead):
        step *= DAMPING
        level += step
        forecast.append(max(0.0, level) * factor)
    return forecast


def _trend(values: Sequence[float]) -> float:
    """The slope, if over all days it comes to more than the noise; else none."""
    if len(values) < LEAST_DAYS:
        return 0.0
    found = slope(values)
    if not found:
        return 0.0
    middle = (len(values) - 1) / 2
    centre = median(values)
    noise = spread([value - centre - found * (place - middle) for place, value in enumerate(values)])
    return found if abs(found) * len(values) > noise else 0.0


def _last_break(values: Sequence[float], noise: float) -> int:
    """Where the level jumped most in the last two months; 0 if it never did.

    Fortnights before and after are compared; near the end a week after must do. What is only noise can
    look like a jump, so a jump is larger than that as well.
    """
    count = len(values)
    first = max(LEAST_SIDE, count - BREAK_DAYS)
    start = max(0, first - BREAK_SIDE)
    levels = medians_ahead(values[start:], BREAK_SIDE, LEAST_SIDE)
    largest, jump = BREAK_RATIO, None
    for place in range(first, count - LEAST_SIDE + 1):
        before = levels[place - BREAK_SIDE - start] if place >= BREAK_SIDE else median(values[:place])
        after = levels[place - start]
        ratio = _ratio(before, after)
        if ratio > largest and abs(after - before) > BREAK_NOISE * noise:
            largest, jump = ratio, (place, before, after)
    return _day_of(values, *jump) if jump else 0


def _day_of(values: Sequence[float], place: int, before: float, after: float) -> int:
    """The day of a jump, since medians of fortnights see it a week off; 0 if the level only slid there."""
    found = first = place - LEAST_SIDE
    gained = off = 0.0
    for day in range(first, min(len(values) - 1, place + LEAST_SIDE)):
        off += abs(values[day] - before) - abs(values[day] - after)
        if off < gained:
            gained, found = off, day + 1
    if found == 0:
        return 0
    near = median(values[found : found + LEAST_SIDE]) - median(values[max(0, found - LEAST_SIDE) : found])
    return found if abs(near) > SLIDING * abs(after - before) else 0


def _ratio(before: float, after: float) -> float:
    """How many times the larger level is the smaller one."""
    smaller, larger = (before, after) if before < after else (after, before)
    if larger <= 0:
        return 1.0
    return larger / smaller if smaller > 0 else math.inf
