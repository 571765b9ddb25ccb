"""Medians of all kinds: they do not mind a few days that were unlike the others."""

from bisect import bisect_left, insort
from collections.abc import Sequence

SPREAD = 1.4826  # times the median deviation is the standard deviation, where that means something


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two.

    >>> median([3.0, 1.0, 2.0]), median([4.0, 1.0])
    (2.0, 2.5)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


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


def running_median(values: Sequence[float], width: int, at_ends: int | None = None) -> list[float]:
    """The median of the days around each day.

    At the ends it is that of the days that there are, which lags behind a trend; with a width for the ends
    the days on both sides become fewer, down to that.

    >>> running_median([1.0, 9.0, 2.0, 3.0], 3)
    [5.0, 2.0, 3.0, 2.5]
    >>> running_median([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 7, at_ends=3)
    [1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 6.5]
    """
    count, reach = len(values), width // 2
    least = reach if at_ends is None else at_ends // 2
    window: list[float] = []
    medians = []
    begin = end = 0
    for place in range(count):
        near = min(reach, max(least, min(place, count - 1 - place)))
        while end < min(count, place + near + 1):
            insort(window, values[end])
            end += 1
        while begin < place - near:
            del window[bisect_left(window, values[begin])]
            begin += 1
        size = len(window)
        half = size // 2
        medians.append(window[half] if size % 2 else (window[half - 1] + window[half]) / 2)
    return medians


def spread(deviations: Sequence[float]) -> float:
    """How far values usually lie from what was expected."""
    return SPREAD * median([abs(deviation) for deviation in deviations])


def slope(values: Sequence[float]) -> float:
    """The median slope of all pairs of days a third of the series or more apart (Theil and Sen).

    Pairs that are nearer tell more of noise than of the slope, and are the half of them.

    >>> slope([1.0, 2.0, 50.0, 4.0, 5.0, 6.0])
    1.0
    """
    slopes: list[float] = []
    for apart in range(max(1, len(values) // 3), len(values)):
        slopes += [(later - earlier) / apart for earlier, later in zip(values, values[apart:], strict=False)]
    return median(slopes) if slopes else 0.0
