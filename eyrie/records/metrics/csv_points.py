"""Points from a CSV: `date,amount`, perhaps with `label`, in any order; a blank amount takes the point away.

Files may be large, so rows are walked and not gathered, and what is wrong is told in the end, all of it:
whoever keeps the points on the way must not commit before. Beyond the API's own columns, `label:team` gives a
label under the key `team`, and a value may have several.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from eyrie.basics.errors import Malformed, Refused
from eyrie.basics.money import read_amount
from eyrie.basics.period import read_moment
from eyrie.costs.sources.csv_lines import lines_with_words
from eyrie.costs.sources.custom.problems import Problem, Unreadable, refusal
from eyrie.records.metrics.labels import PLAIN, text_of
from eyrie.records.metrics.values import Point

DATE, AMOUNT, KEYED = "date", "amount", "label:"
_BOM = "\ufeff"


def decoded(content: bytes) -> Iterator[str]:
    """The lines of a file that came as bytes."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"The file is not UTF-8: byte {error.start + 1} cannot be read") from None
    return iter(text.splitlines(keepends=True))


def read_points(lines: Iterable[str]) -> Iterator[Point]:
    """Walk the points of a CSV; when all are walked, refuse the file if anything was wrong."""
    walked = lines_with_words(csv.reader(lines, strict=True))
    header = [name.strip().removeprefix(_BOM) for name in next(walked, [])]
    reading = _Reading(_columns(header))
    for row, cells in enumerate(walked, 1):
        try:
            point = reading.point([*cells, *[""] * (len(header) - len(cells))])
            reading.remember(point, row)
        except Unreadable as wrong:
            reading.problems.append(Problem(row, str(wrong)))
        else:
            yield point
    if reading.problems:
        raise refusal(reading.problems)


@dataclass(frozen=True)
class _Columns:
    """Where what stands."""

    date: int
    amount: int
    labels: dict[str, int]  # by key


@dataclass
class _Reading:
    """A file while it is read."""

    columns: _Columns
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, dict[dt.datetime, int]] = field(default_factory=dict)  # labels to moments to the row

    def point(self, cells: list[str]) -> Point:
        """What a row says."""
        if any("\0" in cell for cell in cells):
            raise Unreadable("holds a NUL character; save the file as UTF-8 text")
        at = read_moment(cells[self.columns.date])
        if at is None:
            raise Unreadable("date must be a date such as 2025-01-31")
        labels = {key: cells[place] for key, place in self.columns.labels.items()}
        return Point(at.replace(microsecond=0), _labels(labels), _amount(cells[self.columns.amount]))

    def remember(self, point: Point, row: int) -> None:
        """Refuse a second row for the same point: which of them counts would be a guess."""
        rows = self.seen.setdefault(point.labels, {})
        first = rows.setdefault(point.at, row)
        if first != row:
            raise Unreadable(f"has the same date and label as row {first}")


def _columns(header: list[str]) -> _Columns:
    if not header:
        raise Refused(
            "The file is empty; its first line must name the columns date, amount and perhaps label"
        )
    places = {name.lower(): place for place, name in reversed(list(enumerate(header)))}
    missing = [name for name in (DATE, AMOUNT) if name not in places]
    if missing:
        raise Refused(*(f"Missing required column: {name}" for name in missing))
    labels = {PLAIN: places[PLAIN]} if PLAIN in places else {}
    for place, name in enumerate(header):
        if name.lower().startswith(KEYED) and len(name) > len(KEYED):
            labels.setdefault(name[len(KEYED) :], place)
    return _Columns(places[DATE], places[AMOUNT], labels)


def _labels(labels: dict[str, str]) -> str:
    try:
        return text_of(labels)
    except Refused as refused:
        raise Unreadable(refused.problems[0]) from None


def _amount(cell: str) -> Decimal | None:
    if not cell.strip():
        return None
    amount = read_amount(cell)
    if amount is None:
        raise Unreadable("amount must be a number")
    return amount
