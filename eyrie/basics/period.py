"""Days and half-open periods; all days are UTC days and "today" is always an argument."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ONE_DAY = dt.timedelta(days=1)


class Bin(StrEnum):
    """The width of the time slots an answer is cut into."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, not including, `end`."""

    start: dt.date
    end: dt.date

    @classmethod
    def through(cls, first: dt.date, last: dt.date) -> "Period":
        """Make the period of both days and all between, the way people write periods."""
        return cls(first, last + ONE_DAY)

    @property
    def last(self) -> dt.date:
        """The last day inside."""
        return self.end - ONE_DAY

    @property
    def days(self) -> int:
        """How many days are inside; an empty period has none."""
        return max(0, (self.end - self.start).days)

    def __contains__(self, day: dt.date) -> bool:
        """Tell whether a day is inside."""
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[dt.date]:
        """Walk the days."""
        return (self.start + dt.timedelta(days=n) for n in range(self.days))


def first_of_month(day: dt.date) -> dt.date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def next_month(day: dt.date) -> dt.date:
    """Give the first day of the month after a day's own."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def shifted(day: dt.date, months: int) -> dt.date:
    """The same day some months on; the last day of a month that has no such day.

    >>> str(shifted(dt.date(2025, 3, 31), -1))
    '2025-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def bin_start(day: dt.date, width: Bin) -> dt.date:
    """Give the first day of the bin that holds a day; weeks begin on Monday."""
    match width:
        case Bin.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Bin.MONTH:
            return first_of_month(day)
        case Bin.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Bin.DAY | Bin.HOUR:
            return day


def read_day(text: str) -> dt.date | None:
    """Read a date, or the UTC day of an ISO 8601 date-time; None if it is neither.

    >>> [str(read_day(t)) for t in ("2025-01-31", "2025-02-01T00:30:00+02:00", "31.01.2025")]
    ['2025-01-31', '2025-01-31', 'None']
    """
    moment = read_moment(text)
    return moment.date() if moment else None


def read_moment(text: str) -> dt.datetime | None:
    """Read an ISO 8601 date or date-time as a moment in UTC without zone; None if it is neither."""
    cleaned = text.strip()
    if not _DATE.match(cleaned):
        return None
    try:
        moment = dt.datetime.fromisoformat(cleaned)
        if moment.tzinfo:
            moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment


def is_date_only(text: str) -> bool:
    """Tell `2025-01-31` from a text with a time of day."""
    return bool(_DATE.fullmatch(text.strip()))


def iso_seconds(moment: dt.datetime) -> str:
    """Write a UTC moment as `2024-01-18T17:39:37Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(moment: dt.datetime) -> str:
    """Write a UTC moment as `2024-01-18T17:39:37.123Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
