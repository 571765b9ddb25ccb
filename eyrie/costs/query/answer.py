"""Answers: what an ask gave, exact and for ever; pages are slices of it.

The parts are read once. Their groups stay with the engine, packed in columns and in order; the totals, the
counts and every page are read from these few rows, so a page can never disagree with the total.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eyrie.basics.errors import Malformed
from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.ask import AggregateBy, Ask, Order
from eyrie.costs.query.claims import is_divided
from eyrie.costs.query.plan import (
    ACCRUED_AT,
    AMOUNT,
    CURRENCY,
    INSTANCE,
    RESOURCE_NAME,
    USAGE,
    USAGE_UNIT,
    Planned,
    named,
    planned,
    shows_usage,
)
from eyrie.costs.query.weighing import Rows as WeighedRows
from eyrie.costs.query.weighing import weighed
from eyrie.engine.plan import By, Field, Missing, Not, OneOf, Rows, Sum, Totals
from eyrie.engine.port import Cancel, Engine, Held, Result, Row

ZERO = Decimal(0)
Group = str | bool | None


@dataclass(frozen=True, slots=True)
class Usage:
    """A quantity and its unit."""

    amount: Decimal
    unit: str | None


@dataclass(frozen=True, slots=True)
class CostRow:
    """One group in one bin."""

    accrued_at: dt.date | dt.datetime  # the first day of the bin; a moment when bins are hours
    amount: Decimal
    groups: tuple[Group, ...]  # in the order of the ask's groupings; a tag's value, `tagged` as a truth
    usage: Usage | None  # only where rows are split by unit; None for rows without usage
    resource_name: str | None  # only when grouped by resource, if known
    instance: str | None  # which integration a group of `custom_provider` is; only when grouped by provider


@dataclass(frozen=True, slots=True)
class BinCount:
    """How many groups with a cost a bin has."""

    accrued_at: dt.date | dt.datetime
    count: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What an ask gave at one version of the ledger. Amounts are not rounded."""

    ask: Ask
    version: int
    currency: str | None  # of all rows asked about; None if there are none
    total_cost: Decimal
    total_usage: tuple[Usage, ...] | None  # when aggregating usage
    counts: tuple[BinCount, ...] | None  # when counting
    held: Held | WeighedRows | None

    @property
    def bytes(self) -> int:
        """About how much memory its rows take."""
        return self.held.bytes if self.held else 0

    def __len__(self) -> int:
        """How many rows on all pages."""
        return len(self.held) if self.held else 0

    @property
    def total_count(self) -> int | None:
        """The counts of all bins together."""
        return None if self.counts is None else sum(counted.count for counted in self.counts)

    def page(self, start: int, stop: int) -> tuple[CostRow, ...]:
        """Give the rows from `start` up to, not including, `stop`; none past the end."""
        if not self.held or start >= len(self.held):
            return ()
        found = self.held.slice(start, stop)
        places = {name: place for place, name in enumerate(found.names)}
        groups = [column for column, _ in named(self.ask.groupings)]
        return tuple(_row(row, places, groups, usage=shows_usage(self.ask)) for row in found.rows)

    def texts(self, columns: Sequence[str], start: int, stop: int) -> list[Row]:
        """Give some columns of the same rows as the texts that `Held.texts` speaks of."""
        if not self.held or start >= len(self.held):
            return []
        return self.held.texts(columns, start, stop)


def answer(engine: Engine, snapshot: Snapshot, ask: Ask, cancel: Cancel | None = None) -> Answer:
    """Answer an ask.

    Seats 100 and -10 on Jan 1 and 8 on Jan 2 by service and day: two rows, 8 and 90, and a total of 98.
    """
    aggregate = ask.settings.aggregate_by
    plan = planned(ask, snapshot)
    if plan and (ask.shares or is_divided(ask)):
        currency = plan.currency or _one_currency(engine, plan, cancel)
        return _weighted_answer(engine.run(plan.totals, cancel), snapshot, ask, currency)
    held = engine.hold(plan.totals, cancel) if plan else None
    if not plan or not held or not len(held):
        return Answer(
            ask=ask,
            version=snapshot.version,
            currency=_one_currency(engine, plan, cancel) if plan else None,
            total_cost=ZERO,
            total_usage=() if aggregate is AggregateBy.USAGE else None,
            counts=() if aggregate is AggregateBy.COUNT else None,
            held=None,
        )
    return Answer(
        ask=ask,
        version=snapshot.version,
        currency=plan.currency or _one_currency(engine, plan, cancel),
        total_cost=engine.run(Totals(held.source, measures=((AMOUNT, Sum(AMOUNT)),)), cancel).rows[0][0],
        total_usage=_total_usage(engine, held, cancel) if aggregate is AggregateBy.USAGE else None,
        counts=_counts(engine, held, ask.order, cancel) if aggregate is AggregateBy.COUNT else None,
        held=held,
    )


def _weighted_answer(summed: Result, snapshot: Snapshot, ask: Ask, currency: str | None) -> Answer:
    """Answer an ask whose rows count by fractions: the engine added them up, weights are multiplied here."""
    found = weighed(summed, ask)
    aggregate = ask.settings.aggregate_by
    return Answer(
        ask=ask,
        version=snapshot.version,
        currency=currency if len(found.rows) else None,
        total_cost=found.total_cost,
        total_usage=tuple(Usage(amount, unit) for unit, amount in found.total_usage)
        if aggregate is AggregateBy.USAGE
        else None,
        counts=tuple(BinCount(accrued_at, count) for accrued_at, count in found.counts)
        if aggregate is AggregateBy.COUNT
        else None,
        held=found.rows,
    )


def _row(row: Sequence[object], places: dict[str, int], groups: Sequence[str], *, usage: bool) -> CostRow:
    def cell(name: str) -> Any:  # Any: each column has its own type
        return row[places[name]] if name in places else None

    used = cell(USAGE) if usage else None
    return CostRow(
        accrued_at=cell(ACCRUED_AT),
        amount=cell(AMOUNT),
        groups=tuple(cell(group) for group in groups),
        usage=None if used is None else Usage(used, cell(USAGE_UNIT)),
        resource_name=cell(RESOURCE_NAME),
        instance=cell(INSTANCE),
    )


def _one_currency(engine: Engine, plan: Planned, cancel: Cancel | None) -> str | None:
    """The currency of all rows asked about, also of those that add up to nothing; None if there are none.

    Amounts of several currencies do not add, however they would be grouped.
    """
    currencies = engine.run(plan.currencies, cancel).column(CURRENCY)
    if len(currencies) > 1:
        raise Malformed(
            f"These costs are in several currencies ({', '.join(currencies)}), which do not add up; "
            "narrow the filter to costs in one of them"
        )
    return str(currencies[0]) if currencies else None


def _total_usage(engine: Engine, held: Held, cancel: Cancel | None) -> tuple[Usage, ...]:
    plan = Totals(
        held.source,
        keys=((USAGE_UNIT, Field(USAGE_UNIT)),),
        measures=((USAGE, Sum(USAGE)),),
        where=Not(Missing(USAGE)),
        order=(By(USAGE_UNIT),),
    )
    return tuple(Usage(amount, unit) for unit, amount in engine.run(plan, cancel).rows)


def _counts(engine: Engine, held: Held, order: Order, cancel: Cancel | None) -> tuple[BinCount, ...]:
    """Groups with a cost; a group that only has usage is not counted."""
    plan = Totals(
        held.source,
        keys=((ACCRUED_AT, Field(ACCRUED_AT)),),
        measures=(("count", Rows()),),
        where=Not(OneOf(AMOUNT, (ZERO,))),
        order=(By(ACCRUED_AT, descending=order is Order.DESCENDING),),
    )
    return tuple(BinCount(accrued_at, count) for accrued_at, count in engine.run(plan, cancel).rows)
