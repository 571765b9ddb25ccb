"""Date intervals: what "last month" means today, what came before it, and where it is complete.

All in UTC, and today is an argument. With today Friday 2025-08-15:

>>> today = dt.date(2025, 8, 15)
>>> for name in ("this_month", "last_7_days", "last_3_months", "next_3_months", "year_to_date"):
...     period = resolved(Interval(name), today)
...     print(name, period.start, period.last)
this_month 2025-08-01 2025-08-31
last_7_days 2025-08-08 2025-08-14
last_3_months 2025-05-01 2025-08-15
next_3_months 2025-09-01 2025-11-30
year_to_date 2025-01-01 2025-08-15
"""

import datetime as dt
from enum import StrEnum
from itertools import count

from eyrie.basics.period import ONE_DAY, Bin, Period, bin_start, first_of_month, next_month, shifted


class Interval(StrEnum):
    """The intervals that a report can have."""

    THIS_MONTH = "this_month"
    LAST_7_DAYS = "last_7_days"
    LAST_30_DAYS = "last_30_days"
    LAST_MONTH = "last_month"
    LAST_3_MONTHS = "last_3_months"
    LAST_6_MONTHS = "last_6_months"
    CUSTOM = "custom"
    LAST_12_MONTHS = "last_12_months"
    LAST_24_MONTHS = "last_24_months"
    LAST_36_MONTHS = "last_36_months"
    NEXT_MONTH = "next_month"
    NEXT_3_MONTHS = "next_3_months"
    NEXT_6_MONTHS = "next_6_months"
    NEXT_12_MONTHS = "next_12_months"
    YEAR_TO_DATE = "year_to_date"
    LAST_3_DAYS = "last_3_days"
    LAST_14_DAYS = "last_14_days"


def resolved(interval: Interval, today: dt.date) -> Period:
    """The days of an interval; `custom` has days of its own and is not asked."""
    month = first_of_month(today)
    match interval:
        case Interval.THIS_MONTH:
            return Period(month, next_month(today))
        case Interval.LAST_MONTH:
            return Period(shifted(month, -1), month)
        case Interval.YEAR_TO_DATE:
            return Period.through(today.replace(month=1, day=1), today)
        case Interval.NEXT_MONTH:
            return Period(shifted(month, 1), shifted(month, 2))
    direction, number, unit = interval.value.split("_")
    if unit == "days":
        return Period(today - dt.timedelta(days=int(number)), today)
    if direction == "next":
        return Period(shifted(month, 1), shifted(month, 1 + int(number)))
    return Period.through(shifted(month, -int(number)), today)


def previous(period: Period) -> Period:
    """The period before: moved back by as few whole months as leave no overlap.

    Whole months stay whole months: February's 28 days follow on January's 31.

    >>> found = previous(Period.through(dt.date(2025, 2, 1), dt.date(2025, 2, 28)))
    >>> str(found.start), str(found.last)
    ('2025-01-01', '2025-01-31')
    """
    whole = period.start.day == 1 and period.end.day == 1
    for months in count(1):
        end = shifted(period.last, -months)
        if whole:
            end = next_month(end) - ONE_DAY
        if end < period.start:
            return Period.through(shifted(period.start, -months), end)
    raise AssertionError("months go on without end")


def completed(period: Period, width: Bin, now: dt.datetime) -> Period:
    """The part of a period whose bins are over; it may have no day left."""
    if width is Bin.HOUR:
        # Hours of today that are over belong to it; the last full hour may end yesterday.
        end = (now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=1)).date() + ONE_DAY
    else:
        end = bin_start(now.date(), width)
    return Period(period.start, max(period.start, min(period.end, end)))
