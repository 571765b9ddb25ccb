"""A figure, the bar that it should reach, and how both are told: the words that every part of the bench uses.

A bar speaks of a size: one that needs more rows than were run is neither held nor missed, and says so.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.results import machine

Ours = float
ByHand = float | None


class Wrong(Exception):
    """What was measured did not do what it should, so its figures mean nothing: answers that differ, above all."""


@dataclass(frozen=True)
class Bar:
    """What a figure should reach, in words and as a test, and from how many rows on that is asked."""

    says: str
    holds: Callable[[Ours, ByHand], bool]
    least_rows: int = 0

    def verdict(self, ours: Ours, by_hand: ByHand, rows: int) -> str:
        """Tell whether the bar is reached; nothing is claimed of fewer rows than it needs."""
        if rows < self.least_rows:
            return f"needs {self.least_rows:,} rows"
        return "held" if self.holds(ours, by_hand) else "not held"


def at_most(limit: float, unit: str, least_rows: int = 0) -> Bar:
    """A bar for ours alone."""
    return Bar(f"≤ {limit:,.4g} {unit}".rstrip(), lambda ours, _: ours <= limit, least_rows)


def at_least(limit: float, unit: str, least_rows: int = 0) -> Bar:
    """A bar for ours alone, where more is better."""
    return Bar(f"≥ {limit:,.4g} {unit}", lambda ours, _: ours >= limit, least_rows)


def share_of_hand(share: float, least_rows: int = 0) -> Bar:
    """A bar for a speed: at least such a share of that by hand."""
    return Bar(
        f"≥ {share:g} of by hand", lambda ours, hand: hand is not None and ours >= share * hand, least_rows
    )


def near_hand(times: float, more: float, least_rows: int = 0) -> Bar:
    """A bar for milliseconds: at most so many times those by hand, and a few more."""

    def holds(ours: Ours, by_hand: ByHand) -> bool:
        return by_hand is not None and ours <= times * by_hand + more

    return Bar(f"≤ {times:g} times by hand + {more:g} ms", holds, least_rows)


def above(more: float, less: str, least_rows: int = 0) -> Bar:
    """A bar for milliseconds: at most so many more than in the other column."""
    return Bar(
        f"≤ {less} + {more:g} ms",
        lambda ours, other: other is not None and ours <= other + more,
        least_rows,
    )


def no_more_than(times: float, least_rows: int = 0) -> Bar:
    """A bar for growth: at most so many times what it was."""
    return Bar(f"≤ {times:g} times", lambda more, less: less is not None and more <= times * less, least_rows)


@dataclass(frozen=True)
class Figure:
    """One thing measured, ours and by hand; or, where growth is measured, with more and with less."""

    work: str
    ours: Ours
    unit: str
    by_hand: ByHand = None
    bar: Bar | None = None

    def line(self, rows: int) -> str:
        """Tell it as a line of a table."""
        ratio = f"{self.ours / self.by_hand:.2f}" if self.by_hand else ""
        bar = self.bar.says if self.bar else ""
        verdict = self.bar.verdict(self.ours, self.by_hand, rows) if self.bar else ""
        cells = (
            self.work,
            _shown(self.ours, self.unit),
            _shown(self.by_hand, self.unit),
            ratio,
            bar,
            verdict,
        )
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Section:
    """What one part of the bench found, on so many rows."""

    part: str
    rows: int
    about: str  # sentences on what was done
    figures: Sequence[Figure]
    columns: tuple[str, str] = ("ours", "by hand")

    @property
    def title(self) -> str:
        """Sections of another size stand beside each other."""
        return f"{self.part}, {self.rows:,} rows"

    def text(self, today: dt.date) -> str:
        """Tell it as Markdown."""
        lines = [
            f"{today}. {self.about}",
            "",
            f"| Work | {self.columns[0]} | {self.columns[1]} | ratio | bar | |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
            *(figure.line(self.rows) for figure in self.figures),
            "",
            machine(),
        ]
        return "\n".join(lines)


def _shown(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    digits = 0 if number >= 1000 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f} {unit}".rstrip()
