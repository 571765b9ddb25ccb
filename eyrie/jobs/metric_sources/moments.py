"""Moments as other services write them: seconds, milliseconds or days since 1970, in UTC."""

import datetime as dt
from decimal import Decimal, InvalidOperation

from eyrie.basics.errors import Refused
from eyrie.basics.money import LARGEST, at_rest

EPOCH = dt.datetime.combine(dt.date(1970, 1, 1), dt.time())


def to_seconds(moment: dt.datetime) -> int:
    """Whole seconds since 1970.

    >>> to_seconds(EPOCH + dt.timedelta(days=1))
    86400
    """
    return int((moment - EPOCH).total_seconds())


def from_seconds(seconds: Decimal | int | str) -> dt.datetime:
    """The moment, to the second.

    >>> str(from_seconds("1735689600.123000000"))
    '2025-01-01 00:00:00'
    """
    try:
        return EPOCH + dt.timedelta(seconds=int(Decimal(seconds)))
    except (InvalidOperation, OverflowError, ValueError, TypeError):
        raise Refused(f"{str(seconds)[:40]!r} is no moment") from None


def from_milliseconds(milliseconds: Decimal | int) -> dt.datetime:
    """The moment, to the second."""
    return from_seconds(Decimal(milliseconds) / 1000)


def from_days(days: str) -> dt.datetime:
    """The day.

    >>> str(from_days("20089"))
    '2025-01-01 00:00:00'
    """
    return from_seconds(Decimal(days) * 86400)


def amount(value: Decimal | int | str) -> Decimal:
    """An amount as it is kept; what no amount can be is told."""
    try:
        found = Decimal(value)
    except (InvalidOperation, ValueError, TypeError):
        raise Refused(f"{str(value)[:40]!r} is no number") from None
    if not found.is_finite() or found.copy_abs() >= LARGEST:
        raise Refused(f"{str(value)[:40]!r} is no number that can be kept")
    return at_rest(found)
