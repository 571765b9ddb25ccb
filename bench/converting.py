"""Questions whose answers are converted, beside the same ones that are not, in one home.

The bill is in dollars. Its workspace is told to see euros at a rate for every day, and dollars again.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bench.asking import Asker
from bench.figures import Bar, Figure, Section, Wrong, no_more_than
from bench.place import FIRST, Clock, Place, open_house
from bench.shapes import AT_SIZE, BY_SERVICE, DEFAULT, MONTH_TOTAL, Shape
from bench.timing import RUNS, in_turn
from eyrie.basics.money import WIDE, plain
from eyrie.basics.period import Bin, bin_start
from eyrie.costs.ledger.rates import Rate
from eyrie.operations.house import House
from eyrie.records.bills.exchange_rates import keep
from eyrie.start.calling import changing
from eyrie.store.people import WorkspaceRow

DAYS = 365
BY_DAY, BY_MONTH = no_more_than(1.3, AT_SIZE), no_more_than(2, AT_SIZE)
SHAPES: tuple[tuple[Shape, str, Bar], ...] = (
    (DEFAULT, "day", BY_DAY),
    (BY_SERVICE, "day", BY_DAY),
    (MONTH_TOTAL, "month", BY_MONTH),
    (BY_SERVICE, "month", BY_MONTH),
)
Row = Mapping[str, Any]  # Any: JSON values


def measure(place: Place) -> Section:
    """Compare every converted answer with the other times the rates, and time both."""
    place.need_home()
    clock = Clock()
    with open_house(place.home, clock) as house:
        rates = _rates()
        with changing(house) as call:
            keep(call, rates)
        by_day = {rate.day: rate.rate for rate in rates}
        asker, figures = Asker(house, clock), []
        for shape, width, bar in SHAPES:
            asked = {**shape.asked, "date_bin": width}
            rows = _compare(asker, asked, by_day)
            ours, theirs = in_turn(lambda: _in_euros(asker, asked), lambda: asker.afresh(asked))  # noqa: B023
            figures.append(Figure(f"{shape.name}, by {width} ({rows:,} rows)", ours, "ms", theirs, bar))
    return Section(
        "Conversion",
        place.rows,
        f"In process: totals and the first page of a question in dollars, converted into euros at {DAYS} daily "
        f"rates and as it is. Medians of {RUNS} runs, in turn; the two settings of the workspace that stand "
        "between them are in the time of the converted one. Every converted row was that of Decimal with 76 "
        "digits.",
        figures,
        ("converted", "untouched"),
    )


def _rates() -> list[Rate]:
    made_up = random.Random(FIRST.toordinal())
    days = (FIRST + dt.timedelta(days=day) for day in range(DAYS))
    return [Rate("USD", "EUR", day, Decimal(made_up.randrange(8_500, 9_900)).scaleb(-4)) for day in days]


def _in_euros(asker: Asker, asked: Mapping[str, str]) -> None:
    with _seeing_euros(asker.house):
        asker.afresh(asked)


def _compare(asker: Asker, asked: Mapping[str, str], rates: Mapping[dt.date, Decimal]) -> int:
    """Convert the untouched answer by day, add it up, and hold the other against it; count its rows."""
    asker.clock.next_day()
    expected: dict[object, Decimal] = {}
    for row in asker.pages({**asked, "date_bin": "day"}):
        day = dt.date.fromisoformat(row["accrued_at"])
        key = bin_start(day, Bin(asked["date_bin"])).isoformat(), _groups(row)
        amount = WIDE.multiply(Decimal(row["amount"]), rates[day])
        expected[key] = WIDE.add(expected.get(key, Decimal(0)), amount)
    with _seeing_euros(asker.house):
        found = [(row["accrued_at"], _groups(row), row["amount"]) for row in asker.pages(asked)]
    theirs = Counter((*key, plain(amount)) for key, amount in expected.items())  # type: ignore[misc]
    # A row of usage alone stands there whether its cost came to nothing or was none.
    apart = [row for row in (Counter(found) - theirs) + (theirs - Counter(found)) if row[2] != "0.0"]
    if apart:
        raise Wrong(f"converted: the answers differ, first in {apart[0]}")
    return len(found)


def _groups(row: Row) -> tuple[object, ...]:
    return tuple(value for name, value in row.items() if name not in ("accrued_at", "amount", "currency"))


@contextmanager
def _seeing_euros(house: House) -> Iterator[None]:
    """Have the workspace see euros for a while."""
    _see(house, "EUR")
    try:
        yield
    finally:
        _see(house, "USD")


def _see(house: House, currency: str) -> None:
    with house.database.writing() as session:
        session.execute(sa.update(WorkspaceRow).values(currency=currency))
