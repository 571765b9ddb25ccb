"""Which exchange rate holds, as the specification says it and in plain Python; it shares no code with us.

The newest direct rate up to the day, else the oldest later one; else the inverse of what is so found for the
pair turned round, at ten decimals; else by way of the dollar.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=76, rounding=ROUND_HALF_UP)
HEADER = "base_currency_code,currency_code,rate,date"


@dataclass(frozen=True)
class Known:
    """1 of the base was worth so much of the other on a day."""

    base: str
    other: str
    rate: Decimal
    day: dt.date


def as_csv(rates: Sequence[Known]) -> str:
    """Write rates as they are uploaded."""
    return "\n".join([HEADER, *(f"{r.base},{r.other},{r.rate:f},{r.day}" for r in rates)]) + "\n"


def rate_into(
    currency: str, rates: Sequence[Known], *, monthly: bool = False
) -> Callable[[str, dt.date], Decimal]:
    """Give the rate from any currency into this one, for what accrued on a day."""

    def direct(base: str, other: str, day: dt.date) -> Decimal | None:
        of_pair = [known for known in rates if (known.base, known.other) == (base, other)]
        before = [known for known in of_pair if known.day <= day]
        if before:
            return max(before, key=lambda known: known.day).rate
        return min(of_pair, key=lambda known: known.day).rate if of_pair else None

    def step(base: str, other: str, day: dt.date) -> Decimal | None:
        found = direct(base, other, day)
        if found is not None:
            return found
        turned = direct(other, base, day)
        return turned and (1 / turned).quantize(Decimal("0.0000000001"), ROUND_HALF_UP)

    def rate(base: str, day: dt.date) -> Decimal:
        if base == currency:
            return Decimal(1)
        if monthly:
            day = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        found = step(base, currency, day)
        if found is None:
            to_dollar, from_dollar = step(base, "USD", day), step("USD", currency, day)
            assert to_dollar is not None
            assert from_dollar is not None
            found = EXACT.multiply(to_dollar, from_dollar)
        return found

    return rate
