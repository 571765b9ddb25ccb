"""Months that lose much of their costs: likelier a delivery cut short than bills that became so much smaller.

A month that is over has all its charges, or nearly; what comes later corrects them. So a closed month of
which more than half would go waits for somebody who says that this is right. A month that is not over may do
as it likes. Only a sum above nothing can drop: nobody can say whether less of mere credits is a loss.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from eyrie.basics.money import WIDE


@dataclass(frozen=True)
class MonthChange:
    """What a billing month adds up to in a currency, billed, before and after a change."""

    month: dt.date
    currency: str
    before: Decimal
    after: Decimal


def drops(changes: Iterable[MonthChange], today: dt.date) -> list[MonthChange]:
    """Give the closed months that lose more than half of a currency, in order.

    >>> january = MonthChange(dt.date(2025, 1, 1), "USD", Decimal(100), Decimal("49.99"))
    >>> len(drops([january], dt.date(2025, 2, 1))), len(drops([january], dt.date(2025, 1, 31)))
    (1, 0)
    """
    open_since = today.replace(day=1)
    with localcontext(WIDE):
        found = [
            each
            for each in changes
            if each.month < open_since and each.before > 0 and 2 * each.after < each.before
        ]
    return sorted(found, key=lambda each: (each.month, each.currency))
