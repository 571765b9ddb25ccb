"""Converts what an ask adds up: the sums of each currency and rate day, times the rate that is theirs.

In each of three ways the engine adds up first, as ever:

- Where every bin has one rate, as euros by day have, nothing else changes: the order is the same, and the
  rows that somebody looks at are multiplied when they are read.
- Else it adds up apart for each currency and for days with rates of their own, and multiplies these sums.
  Products have up to 38 decimals, which may be more than a column of an engine keeps; then they stand in two
  until they are read.
- Sums that have weights too are few, and are multiplied here.

What is multiplied or put together here is so in decimals of 76 digits.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eyrie.basics.errors import Malformed
from eyrie.basics.money import WIDE
from eyrie.basics.period import Bin, Period, bin_start
from eyrie.costs.query.currency import Conversion
from eyrie.engine.columns import Kind
from eyrie.engine.plan import DateBin, Factor, Factored, Field, Key, Totals
from eyrie.engine.port import Result, Row

AMOUNT_REST = "amount_rest"
RATE_DAY = "rate_day"  # of the rows in a bin that is wider than the days of one rate

Cells = tuple[str | dt.date, ...]
Together = Callable[[Any, Any], Any]  # Any: cells of one column


@dataclass(frozen=True)
class Converting:
    """How the sums of a question become amounts in the currency that is asked for."""

    told_by: tuple[str, ...]  # the columns of a sum that choose its rate: the currency if several, and a day
    keys: tuple[tuple[str, Key], ...]  # those of them that the sums would not have otherwise
    rates: Mapping[Cells, Decimal]
    into: str  # the currency that is asked for
    unrated: tuple[str, ...]  # currencies from which no rate leads there

    @property
    def by_bin(self) -> bool:
        """Tell whether each bin has one rate."""
        return not self.keys

    @property
    def dropped(self) -> frozenset[str]:
        """The columns of the sums that the answer does not have."""
        return frozenset(column for column, _ in self.keys)

    def rate_of(self, row: Mapping[str, Any]) -> Decimal:  # Any: each column has its own type
        """The rate of a sum, by its cells."""
        return self.rates[tuple(row[column] for column in self.told_by)]

    def factored(self, sums: Totals) -> Factored:
        """Have the engine put its rate beside each sum."""
        *texts, day = self.told_by
        told_by = (*((column, Kind.TEXT) for column in texts), (day, Kind.DAY))
        return Factored(
            sums, told_by, tuple(Factor(tuple(map(str, cells)), rate) for cells, rate in self.rates.items())
        )


def converting(
    conversion: Conversion, currencies: set[str], days: Period, bins: Bin, names: tuple[str, str]
) -> Converting:
    """Say how sums of these currencies and days are converted; `names` are their columns of bin and currency.

    Euros of January by month at daily rates: the sums have a key for the day, and 31 rates.
    """
    accrued_at, currency = names
    unit = conversion.unit
    in_bins = bins in (Bin.DAY, unit)  # then a bin has one rate
    width, day_column = (bins, accrued_at) if in_bins else (unit, RATE_DAY)
    keys: list[tuple[str, Key]] = [] if in_bins else [(RATE_DAY, DateBin("accrued_on", unit))]
    several = len(currencies) > 1
    if several:
        keys.append((currency, Field("billing_currency")))
    starts = tuple(dict.fromkeys(bin_start(day, width) for day in days))
    rates: dict[Cells, Decimal] = {}
    unrated = []
    for code in sorted(currencies):
        found = [conversion.rate(code, start) for start in starts]
        if None in found:  # a rate of any day is a rate for all days
            unrated.append(code)
        rates |= {
            (code, start) if several else (start,): rate
            for start, rate in zip(starts, found, strict=True)
            if rate is not None
        }
    told_by = (currency, day_column) if several else (day_column,)
    return Converting(told_by, tuple(keys), rates, conversion.currency, tuple(unrated))


def without_rates(currencies: Sequence[str], into: str) -> Malformed:
    """Say which rates are missing, and three ways to go on."""
    pairs = ", ".join(f"{code} to {into}" for code in currencies)
    return Malformed(
        f"There is no exchange rate for {pairs}: add one with POST /v2/exchange_rates/csv or "
        "`eyrie rates import`, narrow the filter to costs in other currencies, or change the workspace's "
        "currency or turn its currency conversion off"
    )


def converted(sums: Result, found: Converting, amount: str, together: Mapping[str, Together]) -> Result:
    """Convert sums here, where they are few and have more to go through, as shares of a filter have.

    `together` says how other measures of sums that the answer does not tell apart become one.
    """
    names = tuple(name for name in sums.names if name not in found.dropped)
    others = [name for name in names if name in together]
    keys = [name for name in names if name != amount and name not in together]
    groups: dict[Row, dict[str, Any]] = {}
    for row in sums.rows:
        cells = dict(zip(sums.names, row, strict=True))
        if cells[amount] is not None:
            cells[amount] = WIDE.multiply(cells[amount], found.rate_of(cells))
        group = groups.setdefault(tuple(cells[key] for key in keys), cells)
        if group is not cells:
            group[amount] = _known(WIDE.add, group[amount], cells[amount])
            for name in others:
                group[name] = _known(together[name], group[name], cells[name])
    return Result(names, [tuple(group[name] for name in names) for group in groups.values()])


def _known(join: Together, one: Any, other: Any) -> Any:  # Any: cells of one column
    if one is None or other is None:
        return other if one is None else one
    return join(one, other)
