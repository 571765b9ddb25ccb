"""How times are taken: medians, ours and by hand in turn, after both have run once."""

import statistics
import time
from collections.abc import Callable

Work = Callable[[], object]
RUNS = 7


def milliseconds(work: Work) -> float:
    """How long a piece of work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def median_of(work: Work, runs: int = RUNS) -> float:
    """The median of several runs, after one that warms up."""
    work()
    return statistics.median(milliseconds(work) for _ in range(runs))


def in_turn(ours: Work, by_hand: Work, runs: int = RUNS) -> tuple[float, float]:
    """The medians of both; what else the machine does meanwhile then falls on both alike."""
    ours()
    by_hand()
    pairs = [(milliseconds(ours), milliseconds(by_hand)) for _ in range(runs)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs)
