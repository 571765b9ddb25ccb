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
    window = sorted(values[:reach])
    medians = []
    for place in range(count):
        if place + reach < count:
            insort(window, values[place + reach])
        if place > reach:
            del window[bisect_left(window, values[place - reach - 1])]
        size = len(window)
        half = size // 2
        medians.append(window[half] if size % 2 else (window[half - 1] + window[half]) / 2)
    if at_ends is not None:
        for place in {*range(min(reach, count)), *range(max(count - reach, 0), count)}:
            near = min(reach, max(at_ends // 2, min(place, count - 1 - place)))
            medians[place] = median(values[max(0, place - near) : place + near + 1])
    return medians


def medians_ahead(values: Sequence[float], width: int, least: int) -> list[float]:
    """The median of each day and those after it, so many or as many as are left but no fewer than the least.

    >>> medians_ahead([1.0, 5.0, 2.0, 3.0], 3, 2)
    [2.0, 3.0, 2.5]
    """
    window = sorted(values[:width])
    medians = []
    for place in range(len(values) - least + 1):
        size = len(window)
        half = size // 2
        medians.append(window[half] if size % 2 else (window[half - 1] + window[half]) / 2)
        del window[bisect_left(window, values[place])]
        if place + width < len(values):
            insort(window, values[place + width])
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
