"""Amounts that any database adds up exactly: a decimal as four whole numbers of at most ten digits.

An amount has 18 decimals, so it is a whole number of 10⁻¹⁸, of at most 38 digits, and these are cut by tens.
SQLite would add decimals as binary floats; whole numbers of ten digits it adds exactly, nearly a billion of
them.
"""

from collections.abc import Iterable
from decimal import Decimal

from eyrie.basics.money import WIDE, at_rest

BASE = 10**10
COUNT = 4
Limbs = tuple[int, ...]  # the highest first, all with the sign of the amount


def limbs_of(amount: Decimal) -> Limbs:
    """Cut an amount.

    >>> limbs_of(Decimal("-1234.5"))
    (0, -12, -3450000000, 0)
    """
    units = int(at_rest(amount).scaleb(18, context=WIDE))
    left, limbs = abs(units), []
    for _ in range(COUNT):
        left, limb = divmod(left, BASE)
        limbs.append(-limb if units < 0 else limb)
    return tuple(reversed(limbs))


def amount_of(limbs: Iterable[int]) -> Decimal:
    """Put an amount, or a sum of amounts, together again.

    >>> str(amount_of((0, -12, -3450000000, 0)).normalize())
    '-1234.5'
    """
    units = 0
    for limb in limbs:
        units = units * BASE + int(limb)  # PostgreSQL adds up to a decimal
    return Decimal(units).scaleb(-18, context=WIDE)
