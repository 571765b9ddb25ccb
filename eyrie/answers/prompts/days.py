"""The days that a prompt speaks of: `last month`, `since 2025-01-01`, `Q1 2025`.

Months and longer spans that are counted (`last 3 months`) go as those of reports do: they begin with the
first of the month that many months ago and run up to today.
"""

import calendar
import datetime as dt
import re
from collections.abc import Sequence

from eyrie.basics.period import ONE_DAY, Bin, Period, bin_start, next_month, read_day, shifted

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name
}
UNITS = {f"{unit}{end}": unit for unit in ("day", "week", "month", "quarter", "year") for end in ("", "s")}
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_BINS = {"day": Bin.DAY, "week": Bin.WEEK, "month": Bin.MONTH, "quarter": Bin.QUARTER}
_TO = ("to", "until", "till", "through", "and")
_YEAR, _MONTH, _QUARTER = re.compile(r"[12]\d{3}"), re.compile(r"([12]\d{3})-(\d\d)"), re.compile(r"q([1-4])")
_COUNT = re.compile(r"[0-9]{1,3}", re.ASCII)
Found = tuple[Period, int]  # and how many words it took


def read_days(said: Sequence[str], today: dt.date) -> Found | None:
    """The days that the first of these words speak of, if they do.

    >>> today = dt.date(2025, 8, 15)
    >>> for text in ("last month by service", "last 2 weeks", "this quarter", "since 2025-08-01", "may"):
    ...     period, count = read_days(text.split(), today)
    ...     print(period.start, period.last, count)
    2025-07-01 2025-07-31 2
    2025-07-28 2025-08-10 3
    2025-07-01 2025-08-15 2
    2025-08-01 2025-08-15 2
    2025-05-01 2025-05-31 1
    """
    try:
        return _near(said, today) or _between(said, today) or _span(said, today)
    except (ValueError, OverflowError):  # before the first year, or after the last
        return None


def read_count(word: str) -> int | None:
    """A number in digits, or a small one in letters."""
    if _COUNT.fullmatch(word):
        return int(word)
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else None


def _near(said: Sequence[str], today: dt.date) -> Found | None:
    """Days that are told from today."""
    match said:
        case ["today", *_]:
            return Period.through(today, today), 1
        case ["yesterday", *_]:
            return Period(today - ONE_DAY, today), 1
        case ["ytd", *_]:
            return _this("year", today), 1
        case ["mtd", *_]:
            return _this("month", today), 1
        case [unit, "to", "date", *_] if unit in UNITS:
            return _this(UNITS[unit], today), 3
        case ["this" | "current", unit, *_] if unit in UNITS:
            return _this(UNITS[unit], today), 2
        case ["last" | "past" | "previous", unit, *_] if unit in UNITS:
            return _last(1, UNITS[unit], today), 2
        case ["last" | "past" | "previous", count, unit, *_] if unit in UNITS:
            number = read_count(count)
            return (_last(number, UNITS[unit], today), 3) if number else None
    return None


def _this(unit: str, today: dt.date) -> Period:
    return Period.through(_start(unit, today), today)


def _last(number: int, unit: str, today: dt.date) -> Period:
    start = _start(unit, today)
    if unit == "day":
        return Period(today - dt.timedelta(days=number), today)
    if unit == "week":
        return Period(start - dt.timedelta(weeks=number), start)
    begin = shifted(start, -number * _MONTHS_OF[unit])
    return Period(begin, start) if number == 1 else Period.through(begin, today)


def _start(unit: str, day: dt.date) -> dt.date:
    return day.replace(month=1, day=1) if unit == "year" else bin_start(day, _BINS[unit])


def _between(said: Sequence[str], today: dt.date) -> Found | None:
    """Days from one span to another, or from one on."""
    leading = 1 if said[:1] and said[0] in ("from", "between", "since") else 0
    first = _span(said[leading:], today)
    if first is None:
        return None
    begin, end = first[0].start, leading + first[1]
    if said[end : end + 1] and said[end] in _TO:
        second = _span(said[end + 1 :], today)
        if second is not None and second[0].end > begin:
            return Period(begin, second[0].end), end + 1 + second[1]
    if leading and said[0] in ("since", "from") and begin <= today:
        return Period.through(begin, today), end
    return None


def _span(said: Sequence[str], today: dt.date) -> Found | None:
    """A day, a month, a quarter or a year that is named."""
    if not said:
        return None
    word, after = said[0], said[1] if len(said) > 1 else ""
    year = int(after) if _YEAR.fullmatch(after) else None
    taken = 1 if year is None else 2
    if word in _MONTHS:
        begin = dt.date(year or today.year, _MONTHS[word], 1)
        if year is None and begin > today:
            begin = shifted(begin, -12)
        return Period(begin, next_month(begin)), taken
    if quarter := _QUARTER.fullmatch(word):
        begin = dt.date(year or today.year, int(quarter[1]) * 3 - 2, 1)
        if year is None and begin > today:
            begin = shifted(begin, -12)
        return Period(begin, shifted(begin, 3)), taken
    if month := _MONTH.fullmatch(word):
        begin = dt.date(int(month[1]), int(month[2]), 1)
        return Period(begin, next_month(begin)), 1
    if _YEAR.fullmatch(word):
        return Period(dt.date(int(word), 1, 1), dt.date(int(word) + 1, 1, 1)), 1
    day = read_day(word)
    return (Period.through(day, day), 1) if day else None
