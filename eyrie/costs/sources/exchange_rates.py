"""Reads a CSV of exchange rates: `base_currency_code,currency_code,rate,date`, whole or not at all.

`USD,EUR,0.92,2025-01-31` says that 1 USD was worth 0.92 EUR on that day.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from eyrie.basics.errors import Refused
from eyrie.basics.money import WIDE
from eyrie.basics.words import CURRENCIES
from eyrie.costs.ledger.rates import LARGEST_RATE, RATE_QUANTUM, Rate
from eyrie.costs.sources.custom.cells import read_date
from eyrie.costs.sources.custom.problems import Problem, Unreadable, refusal
from eyrie.costs.sources.custom.read import Sheet, read_sheet
from eyrie.costs.sources.custom.settings import UploadLimits

COLUMNS = ("base_currency_code", "currency_code", "rate", "date")
_PLAIN = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def read_rates(content: bytes, limits: UploadLimits) -> tuple[Rate, ...]:
    """Read rates in the order of the file, or refuse it with every problem.

    >>> read_rates(b"base_currency_code,currency_code,rate,date\\nUSD,EUR,0.92,2025-01-31", UploadLimits())
    (Rate(base='USD', currency='EUR', day=datetime.date(2025, 1, 31), rate=Decimal('0.9200000000')),)
    """
    sheet = read_sheet(content, limits)
    missing = [name for name in COLUMNS if name not in sheet.places]
    if missing:
        raise Refused(*(f"Missing required column: {name}" for name in missing))
    if not sheet.rows:
        raise Refused("The file has a header but no data rows")
    rates, problems = _read(sheet)
    if problems:
        raise refusal(problems)
    return tuple(rates)


def _read(sheet: Sheet) -> tuple[list[Rate], list[Problem]]:
    rates: list[Rate] = []
    problems = list(sheet.problems)
    first_rows: dict[tuple[str, str, dt.date], int] = {}
    columns = [sheet.cells(name) or [] for name in COLUMNS]
    for row, cells in enumerate(zip(*columns, strict=True), 1):
        wrong = [*_wrong(cells), *_equal(cells)]
        problems += [Problem(row, text) for text in wrong]
        if wrong:
            continue
        base, currency, rate, day = cells
        read = Rate(_currency(base), _currency(currency), _day(day), _rate(rate))
        first = first_rows.setdefault((read.base, read.currency, read.day), row)
        if first != row:
            problems.append(
                Problem(row, f"{read.base} to {read.currency} on {read.day} stands in row {first} already")
            )
        rates.append(read)
    return rates, problems


def _wrong(cells: tuple[str, ...]) -> list[str]:
    """Say what is wrong with each cell."""
    readers: tuple[Callable[[str], object], ...] = (_currency, _currency, _rate, _day)
    found = []
    for name, cell, reader in zip(COLUMNS, cells, readers, strict=True):
        try:
            reader(cell)
        except Unreadable as unreadable:
            found.append(f"{name} {unreadable}")
    return found


def _equal(cells: tuple[str, ...]) -> list[str]:
    base, currency = (cell.strip().upper() for cell in cells[:2])
    if base != currency or base not in CURRENCIES:
        return []
    return ["currency_code must be another currency than base_currency_code"]


def _currency(text: str) -> str:
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise Unreadable("must be a valid currency code, such as USD")
    return code


def _rate(text: str) -> Decimal:
    """Ten decimals are kept of a rate, rounded half away from zero."""
    cleaned = text.strip()
    if not _PLAIN.fullmatch(cleaned):
        raise Unreadable("must be a number more than 0, such as 0.92")
    sent = Decimal(cleaned)
    if sent >= LARGEST_RATE:
        raise Unreadable(f"must be less than {LARGEST_RATE:,}")
    rate = WIDE.quantize(sent, RATE_QUANTUM)
    if not rate:
        raise Unreadable("must be a number more than 0, in its first ten decimals")
    return rate


def _day(text: str) -> dt.date:
    return read_date(text).day
