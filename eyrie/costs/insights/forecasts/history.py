"""What a forecast is made from: what each leaf cost on each day, and what is known of days to come."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from eyrie.basics.money import WIDE, at_rest
from eyrie.basics.period import Period

HISTORY_DAYS = 90
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, order=True)
class Leaf:
    """A service of a provider: what is forecast by itself."""

    provider: str
    service: str


Days = Mapping[dt.date, Decimal]


@dataclass(frozen=True)
class History:
    """Complete days in a row, from the first with a cost on.

    What is known beforehand (a fee that was spread over days, some of them still to come) is told apart: it
    takes no part in the statistics, and goes on as it stands.
    """

    period: Period
    costs: Mapping[Leaf, tuple[Decimal, ...]]  # of each day, without what is known beforehand
    known: Mapping[Leaf, Days] = field(default_factory=dict)  # on days of the period and after it
    weight: Decimal = ONE  # what a filter counts of it

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All leaves, in order."""
        return tuple(sorted({*self.costs, *self.known}))

    def came(self, leaves: Collection[Leaf]) -> dict[dt.date, Decimal]:
        """What some leaves cost together on each day, weighed."""
        with localcontext(WIDE):
            return {
                day: at_rest(self.weight * sum(self._on(place, day, leaves), ZERO))
                for place, day in enumerate(self.period)
            }

    def _on(self, place: int, day: dt.date, leaves: Collection[Leaf]) -> Iterator[Decimal]:
        for leaf in leaves:
            if leaf in self.costs:
                yield self.costs[leaf][place]
            if leaf in self.known:
                yield self.known[leaf].get(day, ZERO)


def history_of(
    costs: Mapping[Leaf, Days], known: Mapping[Leaf, Days], period: Period, weight: Decimal = ONE
) -> History:
    """Put costs of days in a row; `costs` has what is known in it, too.

    A service that cost 15 on a day, 5 of it a spread fee, is a series with 10 and a known 5.
    """
    first = min((day for days in costs.values() for day in days), default=period.end)
    days = Period(min(max(period.start, first), period.end), period.end)
    listed = tuple(days)
    usual = {leaf: _without(found, known.get(leaf), listed) for leaf, found in costs.items()}
    return History(days, usual, known, weight)


def _without(costs: Days, known: Days | None, days: Sequence[dt.date]) -> tuple[Decimal, ...]:
    if known is None:
        return tuple([costs.get(day, ZERO) for day in days])
    with localcontext(WIDE):
        return tuple([costs.get(day, ZERO) - known.get(day, ZERO) for day in days])
