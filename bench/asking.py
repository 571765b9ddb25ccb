"""Puts a question as `GET /costs` does, without the door: parameters in, totals and rows out.

The parameters are read, the question is made of them, the snapshot found, the answer worked out, its totals
and the rows of one page shown. What the door adds is measured over HTTP.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import duckdb

from bench import by_hand
from bench.figures import Wrong
from bench.place import Clock
from bench.shapes import Shape
from eyrie.answers.cost_shapes import shown_bin
from eyrie.answers.costs import DEFAULT_LIMIT, CostsQuery, told
from eyrie.costs.ledger.parts import Snapshot
from eyrie.operations.house import House
from eyrie.start.calling import asking
from eyrie.surfaces.api.parameters import read_values

Row = tuple[object, ...]
# By hand as people do it: one page of the sorted answer.
PAGE = "{} ORDER BY bin DESC, amount DESC LIMIT {} OFFSET {}"


@dataclass(frozen=True)
class Asker:
    """Asks a house; `clock` is the house's own."""

    house: House
    clock: Clock

    def page(
        self, asked: Mapping[str, str], number: int = 1
    ) -> Sequence[Mapping[str, Any]]:  # Any: JSON values
        """Give a page; all but the first come from the answer that is remembered."""
        query = read_values(CostsQuery, {name: [text] for name, text in asked.items()})
        with asking(self.house) as call:
            found = told(call, query)
            found.totals()
            return found.rows((number - 1) * DEFAULT_LIMIT, number * DEFAULT_LIMIT)

    def afresh(self, asked: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:  # Any: JSON values
        """Give the first page of a question that nobody has asked before: it is another day."""
        self.clock.next_day()
        return self.page(asked)

    def pages(self, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:  # Any: JSON values
        """Give all rows."""
        number = 1
        while rows := self.page(asked, number):
            yield from rows
            number += 1

    def snapshot(self) -> Snapshot:
        """What there is to ask about."""
        with asking(self.house) as call:
            return self.house.snapshots.at(call.session, None, None, call.now)


def compare(asker: Asker, connection: duckdb.DuckDBPyConnection, shape: Shape) -> int:
    """Hold all rows of an answer against those by hand, digit for digit; give how many there are."""
    text = by_hand.over(shape.by_hand, asker.snapshot(), shape.period)
    theirs = [_by_hand(row, shape) for row in connection.execute(PAGE.format(text, "NULL", 0)).fetchall()]
    ours = [_ours(row, shape) for row in asker.pages(shape.asked)]
    if [row[:2] for row in ours] != [row[:2] for row in theirs] or Counter(ours) != Counter(theirs):
        apart = (Counter(ours) - Counter(theirs)) + (Counter(theirs) - Counter(ours))
        raise Wrong(f"{shape.name}: the answers differ, first in {next(iter(apart), 'their order')}")
    return len(ours)


def first_pages(
    asker: Asker, connection: duckdb.DuckDBPyConnection, shape: Shape
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The first page of a question, ours and by hand, to be timed."""
    text = PAGE.format(by_hand.over(shape.by_hand, asker.snapshot(), shape.period), DEFAULT_LIMIT, 0)
    return partial(asker.afresh, shape.asked), lambda: connection.execute(text).fetchall()


def _ours(row: Mapping[str, Any], shape: Shape) -> Row:  # Any: JSON values
    cells = tuple(row.get(name) for name in _plain(shape))
    return row["accrued_at"], Decimal(row["amount"]), *cells, *row.get("tags", ())


def _by_hand(row: Sequence[Any], shape: Shape) -> Row:  # Any: each column has its own type
    begins, *cells, amount = row
    plain = len(_plain(shape))
    keys = [each.removeprefix("tag:") for each in shape.groupings if each.startswith("tag:")]
    pairs = sorted(
        f"{key}:{value}" for key, value in zip(keys, cells[plain:], strict=True) if value is not None
    )
    return shown_bin(begins), amount, *cells[:plain], *pairs


def _plain(shape: Shape) -> tuple[str, ...]:
    """The columns besides tags: a resource comes with its name."""
    named = tuple(each for each in shape.groupings if not each.startswith("tag:"))
    return (*named, "resource_name") if "resource_id" in named else named
