"""Medians of all kinds: they do not mind a few days that were unlike the others."""

from bisect import bisect_left, insort
from collections.abc import Sequence

SPREAD = 1.4826  # times the median deviation is the standard deviation, where that means something


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two.

    >>> median([3.0, 1.0, 2.0]), median([4.0, 1.0])
    (2.0, 2.5)
    """
    return _middle(sorted(values))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the others lies, between neighbours in proportion.

    >>> quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.1)
    1.4
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def running_median(values: Sequence[float], width: int) -> list[float]:
    """The median of the days around each day; at the ends, of those that there are.

    >>> running_median([1.0, 9.0, 2.0, 3.0], 3)
    [5.0, 2.0, 3.0, 2.5]
    """
    reach = width // 2
    window = sorted(values[:reach])
    medians = []
    for place in range(len(values)):
        if place + reach < len(values):
            insort(window, values[place + reach])
        if place - reach > 0:
            del window[bisect_left(window, values[place - reach - 1])]
        medians.append(_middle(window))
    return medians


def spread(deviations: Sequence[float]) -> float:
    """How far values usually lie from what was expected."""
    return SPREAD * median([abs(deviation) for deviation in deviations])


def slope(values: Sequence[float]) -> float:
    """The median slope between all pairs of days (Theil and Sen).

    >>> slope([1.0, 2.0, 50.0, 4.0, 5.0])
    1.0
    """
    slopes: list[float] = []
    for apart in range(1, len(values)):
        slopes += [(later - earlier) / apart for earlier, later in zip(values, values[apart:], strict=False)]
    return median(slopes) if slopes else 0.0


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
