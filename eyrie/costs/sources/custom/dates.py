"""Dates in foreign spellings to ISO 8601, where they can mean one day only.

    2025/1/31  20250131  2025-01-31 10:00:00 UTC  31-Jan-2025  January 31, 2025  2025-01  Jan 2025

Numbers with the year last are another matter: 02/01/2025 is January in London and February in New York. They
are read month first where the bill is known to be written so, or where the column proves it: some date would
have no such month the other way round, and none would have none this way. Day first is never guessed.
"""

import re
from collections.abc import Iterable

# No date is written longer, and no pattern below is quick on endless blanks.
LONGEST = 60
_TIME = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAYS = [
    re.compile(pattern + _TIME, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?P<day>\d{{1,2}})[- ]{_MONTH}[- ,]+(?P<year>\d{{4}})",
        rf"{_MONTH}[- ](?P<day>\d{{1,2}}),?[- ](?P<year>\d{{4}})",
    )
]
_MONTHS = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        rf"{_MONTH}[- ,]+(?P<year>\d{{4}})",
    )
]
_YEAR_LAST = re.compile(r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4})" + _TIME, re.ASCII)
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def is_month_first(texts: Iterable[str]) -> bool:
    """Tell whether dates with the year last prove that they begin with the month.

    >>> [is_month_first(t) for t in (["1/2/2025", "1/31/2025"], ["1/2/2025"], ["1/31/2025", "31/1/2025"])]
    [True, False, False]
    """
    found = [match for text in texts if (match := _YEAR_LAST.fullmatch(text.strip()[: LONGEST + 1]))]
    return any(int(match["day"]) > 12 for match in found) and all(
        int(match["month"]) <= 12 for match in found
    )


def iso(text: str, month_first: bool, months: bool = False) -> str:
    """Give a date as ISO 8601, or the text as it is; with `months`, a month alone stands for its first day.

    >>> iso("31 Jan 2025", False), iso("1/31/2025 11:00 PM", True), iso("2025/3", False, months=True)
    ('2025-01-31', '2025-01-31T23:00:00', '2025-03-01')
    """
    cleaned = text.strip()
    if len(cleaned) > LONGEST:
        return text
    shapes = [*_DAYS, *([_YEAR_LAST] if month_first else []), *(_MONTHS if months else [])]
    for shape in shapes:
        found = shape.fullmatch(cleaned)
        if found:
            return _written(found) or text
    return text


def month_start(day: str) -> str:
    """Give the first day of the month of a date in ISO 8601; other texts as they are."""
    return f"{day[:8]}01" if re.match(r"\d{4}-\d\d-\d\d", day, re.ASCII) else day


def _written(found: re.Match[str]) -> str | None:
    told = found.groupdict()
    month = int(told["month"]) if told.get("month") else _month_named(told["name"])
    if month is None:
        return None
    day = f"{told['year']}-{month:02}-{int(told.get('day') or 1):02}"
    if told.get("hour") is None:
        return day
    hour = int(told["hour"])
    if told["half"]:
        hour = hour % 12 + (12 if told["half"].lower() == "pm" else 0)
    zone = told["zone"] or ""
    zone = "Z" if zone in ("UTC", "GMT") else zone
    return f"{day}T{hour:02}:{told['minute']}:{told['second'] or '00'}{zone}"


def _month_named(name: str) -> int | None:
    """Read a month by its name or the beginning of it."""
    starts = [number for number, month in enumerate(_NAMES, 1) if month.startswith(name.lower())]
    return starts[0] if starts else None
