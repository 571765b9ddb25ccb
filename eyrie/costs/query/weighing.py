"""Weighs the shares of an ask: what a filter counts by a fraction, multiplied after it was added up.

What segments take of a row is shared out here as well; `claims.py` says who gets which fraction.

The engine adds up each share by itself, exactly; a product of an amount, which may be converted already, and
a weight may need more digits than the engine keeps, so it is made here, in decimals of 120 digits. Asks with
weights are rare and their groups few, so their rows are kept in Python.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from eyrie.basics.money import WIDEST
from eyrie.costs.query.ask import AggregateBy, Ask, Dimension, Order
from eyrie.costs.query.claims import SEGMENT, SERIES, Portions, is_claim_key, is_divided
from eyrie.costs.query.plan import (
    ACCRUED_AT,
    AMOUNT,
    INSTANCE,
    RESOURCE_NAME,
    SHARE,
    USAGE,
    USAGE_UNIT,
    named,
)
from eyrie.engine.port import Result, Row

Cell = Any  # a text, a truth, a day, a decimal or None: each column has its own type
_MEASURED = (AMOUNT, USAGE, RESOURCE_NAME)
ZERO, ONE = Decimal(0), Decimal(1)
CELL_BYTES = 100  # of a Python value in a tuple, about


@dataclass(frozen=True)
class Rows:
    """The rows of an answer in their order, cut into pages like those that an engine keeps."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def bytes(self) -> int:
        """About how much memory they take."""
        return len(self.rows) * len(self.names) * CELL_BYTES

    def slice(self, start: int, stop: int) -> Result:
        """Give the rows from `start` up to, not including, `stop`."""
        return Result(self.names, list(self.rows[start:stop]))

    def texts(self, columns: Sequence[str], start: int, stop: int) -> list[Row]:
        """Give some columns of a slice as an engine writes them."""
        places = [self.names.index(column) for column in columns]
        return [tuple(_text(row[place]) for place in places) for row in self.rows[start:stop]]


@dataclass(frozen=True)
class Weighed:
    """What the shares come to."""

    rows: Rows
    total_cost: Decimal
    total_usage: tuple[tuple[str | None, Decimal], ...]
    counts: tuple[tuple[dt.date | dt.datetime, int], ...]


@dataclass
class _Group:
    """One group while its shares are put together."""

    amount: Decimal = ZERO
    usage: Decimal | None = None
    resource_name: str | None = None
    costs: bool = False  # whether it has a cost before it is weighed: counts do not see weights


def weighed(found: Result, ask: Ask) -> Weighed:
    """Multiply each share by its weight and put the groups together.

    40.00 in a share of weight 0.5 and 10.00 in one of weight 1 are one row of 30.00, if they share a group.
    """
    read = tuple(name for name in found.names if name not in (*_MEASURED, SHARE) and not is_claim_key(name))
    by_segment = is_divided(ask) and Dimension.SEGMENT in ask.groupings
    keys = (*read, SEGMENT, SERIES) if by_segment else read
    with localcontext(WIDEST):
        groups = _grouped(found, read, ask, by_segment=by_segment)
        ordered = sorted(groups.items(), key=lambda item: _rank(item[0], item[1], keys, ask))
        usage: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
        counts: dict[Cell, int] = defaultdict(int)
        for key, group in ordered:
            if group.usage is not None:
                usage[_cell(key, keys, USAGE_UNIT)] += group.usage
            counts[_cell(key, keys, ACCRUED_AT)] += group.costs
        return Weighed(
            rows=Rows(
                (*keys, *_MEASURED),
                tuple((*key, group.amount, group.usage, group.resource_name) for key, group in ordered),
            ),
            total_cost=sum((group.amount for group in groups.values()), ZERO),
            total_usage=tuple(sorted(usage.items(), key=lambda item: (item[0] is None, item[0] or ""))),
            counts=tuple((begins, count) for begins, count in counts.items() if count),
        )


def _grouped(
    found: Result, keys: Sequence[str], ask: Ask, *, by_segment: bool
) -> dict[tuple[Cell, ...], _Group]:
    places = {name: place for place, name in enumerate(found.names)}
    portions = Portions(ask, found.names) if is_divided(ask) else None
    groups: dict[tuple[Cell, ...], _Group] = defaultdict(_Group)
    for row in found.rows:
        cells = tuple(row[places[key]] for key in keys)
        weight = ask.shares[row[places[SHARE]]].weight if SHARE in places else ONE
        for claim, part in portions.of(row, weight) if portions else ((None, weight),):
            series = portions.series(claim) if portions and by_segment else ()
            _add(groups[(*cells, *series)], row, places, part)
    if portions:  # what segments took may come to nothing only here
        return {key: group for key, group in groups.items() if group.amount or group.usage}
    return groups


def _add(group: _Group, row: Row, places: Mapping[str, int], weight: Decimal) -> None:
    amount, usage = row[places[AMOUNT]] or ZERO, row[places[USAGE]]
    group.amount += amount * weight
    group.costs = group.costs or amount != 0
    if usage is not None:
        group.usage = (group.usage or ZERO) + usage * weight
    if RESOURCE_NAME in places:
        names = (group.resource_name, row[places[RESOURCE_NAME]])
        group.resource_name = max(filter(None, names), default=None)


def _cell(key: Sequence[Cell], names: Sequence[str], name: str) -> Cell:
    return key[names.index(name)] if name in names else None


def _rank(key: tuple[Cell, ...], group: _Group, names: Sequence[str], ask: Ask) -> Cell:
    """The order of every answer: bins, the largest first, then the values, what is missing last."""
    by_usage = ask.settings.aggregate_by is AggregateBy.USAGE
    begins = _cell(key, names, ACCRUED_AT)
    moment = begins.timestamp() if isinstance(begins, dt.datetime) else begins.toordinal()
    most = group.usage if by_usage else group.amount
    columns = [column for column, _ in named(ask.groupings)]
    cells = [_cell(key, names, column) for column in (*columns, USAGE_UNIT, INSTANCE, SERIES)]
    return (
        -moment if ask.order is Order.DESCENDING else moment,
        (most is None, -most if most is not None else ZERO),
        [(cell is None, "" if cell is None else cell) for cell in cells],
    )


def _text(cell: Cell) -> str | None:
    match cell:
        case None | str():
            return cell
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(cell, "f")
        case _:
            return str(cell)
