"""Answers: what an ask gave, exact and for ever; pages are slices of it.

The parts are read once. Their groups stay with the engine, packed in columns and in order; the totals, the
counts and every page are read from these few rows, so a page can never disagree with the total.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from eyrie.basics.errors import Malformed, TooWide
from eyrie.basics.money import WIDE
from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.ask import AggregateBy, Ask, Order
from eyrie.costs.query.claims import is_divided
from eyrie.costs.query.converted_rows import ConvertedRows, RatedRows, SplitRows
from eyrie.costs.query.converting import AMOUNT_REST, Together, converted, without_rates
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
from eyrie.engine.plan import By, Every, Field, Missing, Not, OneOf, Rows, Sum, Totals
from eyrie.engine.port import Cancel, Engine, Held, Result, Row

ZERO = Decimal(0)
Group = str | bool | None
# How measures of sums that were converted apart become one.
_TOGETHER: dict[str, Together] = {USAGE: WIDE.add, RESOURCE_NAME: max}


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
    currency: str | None  # that was asked for, else of all rows asked about; None if there are none
    total_cost: Decimal
    total_usage: tuple[Usage, ...] | None  # when aggregating usage
    counts: tuple[BinCount, ...] | None  # when counting
    held: Held | ConvertedRows | WeighedRows | None

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
    try:
        return _answer(engine, snapshot, ask, planned(ask, snapshot), cancel)
    except TooWide:
        return _answer(engine, snapshot, ask, planned(ask, snapshot, split=True), cancel)


def _answer(
    engine: Engine, snapshot: Snapshot, ask: Ask, plan: Planned | None, cancel: Cancel | None
) -> Answer:
    aggregate = ask.settings.aggregate_by
    currency = _currency(engine, plan, ask, cancel)
    if plan and (ask.shares or is_divided(ask)):
        sums = engine.run(plan.totals, cancel)
        sums = converted(sums, plan.converting, AMOUNT, _TOGETHER) if plan.converting else sums
        return _weighted_answer(sums, snapshot, ask, currency)
    held = engine.hold(plan.totals, cancel) if plan else None
    if not plan or not held or not len(held):
        return Answer(
            ask=ask,
            version=snapshot.version,
            currency=currency,
            total_cost=ZERO,
            total_usage=() if aggregate is AggregateBy.USAGE else None,
            counts=() if aggregate is AggregateBy.COUNT else None,
            held=None,
        )
    return Answer(
        ask=ask,
        version=snapshot.version,
        currency=currency,
        total_cost=_total_cost(engine, held, plan, cancel),
        total_usage=_total_usage(engine, held, cancel) if aggregate is AggregateBy.USAGE else None,
        counts=_counts(engine, held, plan, ask.order, cancel) if aggregate is AggregateBy.COUNT else None,
        held=_read_converted(held, plan),
    )


def _weighted_answer(summed: Result, snapshot: Snapshot, ask: Ask, currency: str | None) -> Answer:
    """Answer an ask whose rows count by fractions: the engine added them up, weights are multiplied here."""
    found = weighed(summed, ask)
    aggregate = ask.settings.aggregate_by
    return Answer(
        ask=ask,
        version=snapshot.version,
        currency=currency,
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


def _currency(engine: Engine, plan: Planned | None, ask: Ask, cancel: Cancel | None) -> str | None:
    """The currency of an answer: the one asked for, or that of all rows asked about.

    Where a rate is missing, it is for rows asked about that it is missed.
    """
    if plan and plan.converting and plan.converting.unrated:
        there = engine.run(plan.currencies, cancel).column(CURRENCY)
        if missing := [code for code in there if code in plan.converting.unrated]:
            raise without_rates(missing, plan.converting.into)
    if ask.currency:
        return ask.currency.currency
    return (plan.currency or _one_currency(engine, plan, cancel)) if plan else None


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


def _read_converted(held: Held, plan: Planned) -> Held | ConvertedRows:
    """Read converted amounts of kept rows as what they are."""
    if plan.converting and plan.converting.by_bin:
        return RatedRows(
            held, AMOUNT, ACCRUED_AT, {str(day): rate for (day,), rate in plan.converting.rates.items()}
        )
    return SplitRows(held, AMOUNT, AMOUNT_REST) if AMOUNT_REST in plan.amounts else held


def _total_cost(engine: Engine, held: Held, plan: Planned, cancel: Cancel | None) -> Decimal:
    """What all rows add up to."""
    measures = tuple((column, Sum(column)) for column in plan.amounts)
    by_bin = plan.converting if plan.converting and plan.converting.by_bin else None
    keys = ((ACCRUED_AT, Field(ACCRUED_AT)),) if by_bin else ()
    sums = engine.run(Totals(held.source, keys, measures), cancel)
    with localcontext(WIDE):
        if by_bin:
            return sum((by_bin.rates[day,] * (amount or ZERO) for day, amount in sums.rows), ZERO)
        return sum(sums.rows[0], ZERO)


def _total_usage(engine: Engine, held: Held, cancel: Cancel | None) -> tuple[Usage, ...]:
    usage = Totals(
        held.source,
        keys=((USAGE_UNIT, Field(USAGE_UNIT)),),
        measures=((USAGE, Sum(USAGE)),),
        where=Not(Missing(USAGE)),
        order=(By(USAGE_UNIT),),
    )
    return tuple(Usage(amount, unit) for unit, amount in engine.run(usage, cancel).rows)


def _counts(
    engine: Engine, held: Held, plan: Planned, order: Order, cancel: Cancel | None
) -> tuple[BinCount, ...]:
    """Groups with a cost; a group that only has usage is not counted."""
    counted = Totals(
        held.source,
        keys=((ACCRUED_AT, Field(ACCRUED_AT)),),
        measures=(("count", Rows()),),
        where=Not(Every(tuple(OneOf(column, (ZERO,)) for column in plan.amounts))),
        order=(By(ACCRUED_AT, descending=order is Order.DESCENDING),),
    )
    return tuple(BinCount(accrued_at, count) for accrued_at, count in engine.run(counted, cancel).rows)
