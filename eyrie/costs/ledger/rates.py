"""Exchange rates: what one unit of a currency was worth in another, day by day, and which rate holds when.

A rate is a fact like a line item, and versioned with the ledger: what was known at a version says for ever
how costs were converted then. Rates and their inverses have ten decimals; nothing else is rounded.
"""

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from eyrie.basics.money import WIDE

RATE_QUANTUM = Decimal(1).scaleb(-10)
LARGEST_RATE = Decimal(10) ** 12  # a bitcoin is some billions of the smallest currencies
ONE = Decimal(1)
DOLLAR = "USD"  # the currency by way of which two others meet


@dataclass(frozen=True)
class Rate:
    """On a day, 1 of the base currency was worth so much of the other."""

    base: str
    currency: str
    day: dt.date
    rate: Decimal


@dataclass(frozen=True)
class Rates:
    """All rates that a question may need; equal ones are recognised by their mark, without a look at each."""

    mark: str
    _days: Mapping[tuple[str, str], Sequence[dt.date]] = field(compare=False, repr=False)
    _rates: Mapping[tuple[str, str], Sequence[Decimal]] = field(compare=False, repr=False)

    @classmethod
    def of(cls, rates: Iterable[Rate]) -> "Rates":
        """Put rates in order; of each pair there is one a day."""
        digest = hashlib.sha256()
        days: dict[tuple[str, str], list[dt.date]] = {}
        values: dict[tuple[str, str], list[Decimal]] = {}
        for each in sorted(rates, key=lambda rate: (rate.base, rate.currency, rate.day)):
            digest.update(f"{each.base}{each.currency}{each.day}{each.rate.normalize()}\n".encode())
            days.setdefault((each.base, each.currency), []).append(each.day)
            values.setdefault((each.base, each.currency), []).append(each.rate)
        return cls(digest.hexdigest(), days, values)

    def between(self, base: str, currency: str, day: dt.date) -> Decimal | None:
        """What 1 of a currency is worth in another on a day; None if no rate leads from one to the other.

        With 1 USD = 0.8 GBP and 1 USD = 0.9 EUR known, 1 GBP is 1 ÷ 0.8 and then times 0.9, 1.125 EUR.
        """
        found = self._one_step(base, currency, day)
        if found is not None or DOLLAR in (base, currency):
            return found
        to_dollar, from_dollar = self._one_step(base, DOLLAR, day), self._one_step(DOLLAR, currency, day)
        if to_dollar is None or from_dollar is None:
            return None
        rate = WIDE.multiply(to_dollar, from_dollar)
        return rate if rate < LARGEST_RATE else None

    def _one_step(self, base: str, currency: str, day: dt.date) -> Decimal | None:
        """The rate that is known for a pair, else the inverse of that for the pair turned round."""
        if base == currency:
            return ONE
        known = self._known(base, currency, day)
        if known is not None:
            return known
        turned = self._known(currency, base, day)
        inverse = WIDE.quantize(WIDE.divide(ONE, turned), RATE_QUANTUM) if turned else None
        return inverse or None  # an inverse of nothing would make every amount vanish

    def _known(self, base: str, currency: str, day: dt.date) -> Decimal | None:
        """The newest rate up to a day; before the first one, that."""
        days = self._days.get((base, currency))
        if not days:
            return None
        return self._rates[base, currency][max(bisect_right(days, day) - 1, 0)]


NO_RATES = Rates.of(())
