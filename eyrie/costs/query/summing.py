"""Adds up the rows of an answer over all of its bins, group by group, in one order and not all at once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from eyrie.basics.money import WIDEST
from eyrie.costs.query.answer import Answer
from eyrie.costs.query.ask import Dimension
from eyrie.costs.query.converted_rows import ConvertedRows
from eyrie.costs.query.plan import AMOUNT, INSTANCE, named
from eyrie.costs.query.weighing import Rows
from eyrie.engine.plan import Always, By, Field, Sum, Totals
from eyrie.engine.port import Engine

AT_ONCE = 10_000
_ONE_RUN = "one_run"


@total_ordering
@dataclass(frozen=True)
class Group:
    """The values of a group as texts; what is missing comes last, as in every order of ours."""

    texts: tuple[str | None, ...]

    def __lt__(self, other: "Group") -> bool:
        """Compare as the engine does: by the letters' numbers."""
        return self._rank < other._rank

    @property
    def _rank(self) -> list[tuple[bool, str]]:
        return [(text is None, text or "") for text in self.texts]


def in_groups(engine: Engine, found: Answer) -> Iterator[tuple[Group, Decimal]]:
    """Give each group with its sum: the groupings in their order, then which custom provider it is.

    Seats 100 on Jan 1 and 8 on Jan 2, and Support 5: Seats 108 and Support 5.
    """
    columns = [column for column, _ in named(found.ask.groupings)]
    columns += [INSTANCE] if Dimension.PROVIDER in found.ask.groupings else []
    if not found.held:
        return iter(())
    if isinstance(found.held, Rows | ConvertedRows):
        return _added_up(found.held, columns)
    # An engine keeps an answer in runs of its first step; what is read from end to end should be one.
    plan = Totals(
        found.held.source,
        keys=(*((column, Field(column)) for column in columns), (_ONE_RUN, Always(None))),
        measures=((AMOUNT, Sum(AMOUNT)),),
        order=(By(_ONE_RUN), *(By(column) for column in columns)),
    )
    return _walked(engine, plan, len(columns))


def _walked(engine: Engine, plan: Totals, width: int) -> Iterator[tuple[Group, Decimal]]:
    held = engine.hold(plan)
    for start in range(0, len(held), AT_ONCE):
        for row in held.slice(start, start + AT_ONCE).rows:
            yield Group(tuple(map(_text, row[:width]))), row[-1]


def _added_up(rows: Rows | ConvertedRows, columns: list[str]) -> Iterator[tuple[Group, Decimal]]:
    """Add up in Python what the engine cannot: weighed and converted amounts."""
    sums: dict[Group, Decimal] = defaultdict(Decimal)
    for start in range(0, len(rows), AT_ONCE):
        some = rows.slice(start, start + AT_ONCE)
        places = [some.names.index(column) for column in columns]
        amount = some.names.index(AMOUNT)
        for row in some.rows:
            group = Group(tuple(_text(row[place]) for place in places))
            sums[group] = WIDEST.add(sums[group], row[amount])
    return iter(sorted(sums.items()))


def _text(cell: str | bool | None) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell
