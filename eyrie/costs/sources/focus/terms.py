"""Commitments over their terms: what their usage costs effectively must be what their purchases were billed.

FOCUS asks it of all charges of a CommitmentDiscountId together, but a delivery rarely has them all, and what
is not there cannot be held against it. So a commitment is looked at where its term is complete, that is, if

    its purchases tell when they are for: their charge periods lie side by side, without a gap, and are
    together longer than a day (some providers give a purchase the day on which it was made),
    all usage of it that was delivered lies within them, and
    usage of its billing account was delivered from their beginning to their end, in files of this delivery
    alone: where other files of the dataset hold rows of the same months, the rest may be in those.

A year paid at once is thus looked at when the year is delivered at once, and a monthly fee with its month,
but not while the month runs. Each currency of a billing account is apart. A file is read to a few sums for
each of its commitments, since its rows are gone when the next one is read. Sums are exact, and differ as the
costs of prices do: by more than a millionth.

The road not taken: to ask the ledger instead, which knows earlier deliveries too. It would read the rows of a
year to check a month.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import NamedTuple

from eyrie.basics.money import WIDE, plain
from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.costs.sources.focus.settings import ROWS_TOLD

_NAMES_TOLD = 3
_TOLERANCE = Decimal("0.000001")
_LONGEST_DAY = dt.timedelta(hours=25)


class Key(NamedTuple):
    """Which commitment, and in which currency."""

    account: str
    currency: str
    name: str


class Span(NamedTuple):
    """Some time; its end is exclusive."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Commitment:
    """What there is of one commitment."""

    purchased: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    paid_for: tuple[Span, ...] = ()
    usage: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Purchases:
    """The rows of a file that are purchases of one commitment."""

    count: int
    first: tuple[int, ...]


@dataclass(frozen=True)
class Commitments:
    """What a file holds of commitments, and the times of which it holds the usage of a billing account."""

    held: Mapping[Key, Commitment] = field(default_factory=dict)
    purchases: Mapping[Key, Purchases] = field(default_factory=dict)
    delivered: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


class Terms:
    """The commitments of a delivery, file after file.

    With more than `most` of them, which then are other things, nothing is said.
    """

    def __init__(self, most: int = 50_000) -> None:
        self.most = most
        self._held: dict[Key, Commitment] = {}
        self._delivered: dict[str, tuple[Span, ...]] = {}
        self._purchases: dict[str, Mapping[Key, Purchases]] = {}
        self._is_known = True

    def add(self, name: str, file: Commitments | None) -> None:
        """Add what a file holds; None if that is not known."""
        if file is None:
            self._is_known = False
        elif self._is_known:
            self._add(name, file)
            self._is_known = len(self._held) <= self.most
        if not self._is_known:
            self._held.clear()
            self._purchases.clear()

    def _add(self, name: str, file: Commitments) -> None:
        self._purchases[name] = file.purchases
        for key, each in file.held.items():
            self._held[key] = _together(self._held[key], each) if key in self._held else each
        for account, spans in file.delivered.items():
            self._delivered[account] = joined((*self._delivered.get(account, ()), *spans))

    def findings(self, elsewhere: Collection[dt.date]) -> dict[str, Finding]:
        """Tell of the commitments that do not add up, by the name of the file with the purchases.

        `elsewhere` are the months of which the dataset has rows in files that were not added.
        """
        unequal = {
            key: each
            for key, each in sorted(self._held.items())
            if self._is_complete(key, each, elsewhere) and _differs(each)
        }
        found = {}
        for name, purchases in self._purchases.items():
            here = {key: each for key, each in unequal.items() if key in purchases}
            if here:
                found[name] = _finding(here, [purchases[key] for key in here])
        return found

    def _is_complete(self, key: Key, each: Commitment, elsewhere: Collection[dt.date]) -> bool:
        """Tell whether all usage that was paid for must be there; see above."""
        if len(each.paid_for) != 1 or each.paid_for[0].end - each.paid_for[0].start <= _LONGEST_DAY:
            return False
        term = each.paid_for[0]
        return (
            all(_lies_within(span, term) for span in each.usage)
            and any(_lies_within(term, span) for span in self._delivered.get(key.account, ()))
            and not any(term.start.date().replace(day=1) <= month < term.end.date() for month in elsewhere)
        )


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that meet or overlap.

    >>> days = [dt.datetime(2025, 1, day) for day in (1, 2, 3, 5, 6)]
    >>> [span.end.day for span in joined([Span(days[1], days[2]), Span(*days[:2]), Span(*days[3:])])]
    [3, 6]
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def _together(one: Commitment, other: Commitment) -> Commitment:
    with localcontext(WIDE):
        return Commitment(
            one.purchased + other.purchased,
            one.used + other.used,
            joined((*one.paid_for, *other.paid_for)),
            joined((*one.usage, *other.usage)),
        )


def _lies_within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _differs(each: Commitment) -> bool:
    with localcontext(WIDE):
        return abs(each.purchased - each.used) > _TOLERANCE * max(Decimal(1), abs(each.purchased))


def _finding(unequal: Mapping[Key, Commitment], purchases: Collection[Purchases]) -> Finding:
    listed = [
        f"{key.name} (purchased {plain(each.purchased)} {key.currency}, used {plain(each.used)})"
        for key, each in list(unequal.items())[:_NAMES_TOLD]
    ]
    named = ", ".join([*listed, *(["…"] if len(unequal) > _NAMES_TOLD else [])])
    return Finding(
        Weight.WARNING,
        "CommitmentDiscountId",
        "must have Usage whose EffectiveCost adds up to the BilledCost of its Purchase over a term; "
        f"not so: {named}",
        sum(each.count for each in purchases),
        tuple(sorted(row for each in purchases for row in each.first)[:ROWS_TOLD]),
    )
