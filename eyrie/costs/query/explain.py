"""Explains a total: the parts it adds up from, their rows, and what the settings left out.

Every figure is asked for by itself, over one part or with one setting turned, and never taken from the total:
that they agree is a finding, not an assumption.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from eyrie.basics.money import WIDE
from eyrie.basics.period import Bin
from eyrie.costs.ledger.columns import ROW
from eyrie.costs.ledger.parts import Part, Snapshot, pruned
from eyrie.costs.query.answer import ZERO, answer
from eyrie.costs.query.ask import AggregateBy, Ask, Order
from eyrie.costs.query.plan import AMOUNT, SHARE, planned
from eyrie.engine.plan import By, Field, Key, Rows, Totals
from eyrie.engine.port import Cancel, Engine

CLASSES = ("include_credits", "include_refunds", "include_discounts", "include_tax")
ROW_COLUMNS = (
    ROW,
    "source_row",
    "accrued_on",
    "service",
    "account_id",
    "region",
    "resource_id",
    "charge_type",
    "adjustment_class",
    "basis",
    "billed_cost",
    "effective_cost",
    "billing_currency",
)


@dataclass(frozen=True)
class PartShare:
    """What one part adds to a total."""

    part: Part
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class LeftOut:
    """What one setting keeps out of a total."""

    setting: str
    amount: Decimal


@dataclass(frozen=True)
class Explanation:
    """A total, what it is made of, and what was left out of it."""

    total: Decimal
    currency: str | None
    parts: tuple[PartShare, ...]
    pruned: int  # parts that no row of the period can be in
    left_out: tuple[LeftOut, ...]

    @property
    def adds_up(self) -> bool:
        """Tell whether the parts are the total, to the last digit."""
        with localcontext(WIDE):
            return sum((share.amount for share in self.parts), ZERO) == self.total


def explained(engine: Engine, snapshot: Snapshot, ask: Ask, cancel: Cancel | None = None) -> Explanation:
    """Explain the total of an ask.

    Seats 100 and a credit of -5 come to 100: one part of two rows, of which one counts, and -5 left out.
    """
    whole = _ungrouped(ask)
    found = answer(engine, snapshot, whole, cancel)
    snapshot = replace(snapshot, cubes={})  # the total may come from cubes, what explains it must not
    candidates = pruned(snapshot, ask.period) if ask.period.days else ()
    shares = (_share(engine, snapshot, part, whole, cancel) for part in candidates)
    return Explanation(
        total=found.total_cost,
        currency=found.currency,
        parts=tuple(share for share in shares if share is not None),
        pruned=len(snapshot.parts) - len(candidates),
        left_out=tuple(_left_out(engine, snapshot, whole, found.total_cost, cancel)),
    )


def source_rows(
    engine: Engine, snapshot: Snapshot, part: Part, ask: Ask, limit: int, cancel: Cancel | None = None
) -> tuple[dict[str, Any], ...]:  # Any: each column has its own type
    """The rows of a part that count, in the part's own order, with the share that each takes of a weight."""
    plan = planned(_ungrouped(ask), replace(snapshot, parts=(part,), cubes={}))
    if plan is None:
        return ()
    keys: list[tuple[str, Key]] = [(column, Field(column)) for column in ROW_COLUMNS]
    shares = [(name, key) for name, key in plan.totals.keys if name == SHARE]
    amount = dict(plan.totals.measures)[AMOUNT]
    rows = Totals(
        plan.totals.source,
        keys=(*keys, *shares),
        measures=((AMOUNT, amount),),
        where=plan.totals.where,
        order=(By(ROW),),
        limit=limit,
    )
    found = engine.run(rows, cancel)
    return tuple(_weighed(dict(zip(found.names, row, strict=True)), ask) for row in found.rows)


def _ungrouped(ask: Ask) -> Ask:
    settings = replace(ask.settings, aggregate_by=AggregateBy.COST)
    bin_ = Bin.QUARTER if ask.bin is not Bin.HOUR else Bin.HOUR
    return replace(ask, groupings=(), bin=bin_, order=Order.ASCENDING, settings=settings)


def _share(
    engine: Engine, snapshot: Snapshot, part: Part, ask: Ask, cancel: Cancel | None
) -> PartShare | None:
    alone = replace(snapshot, parts=(part,))
    plan = planned(ask, alone)
    if plan is None:
        return None
    counted = Totals(plan.totals.source, measures=(("rows", Rows()),), where=plan.totals.where)
    rows = int(engine.run(counted, cancel).rows[0][0])
    return PartShare(part, rows, answer(engine, alone, ask, cancel).total_cost) if rows else None


def _left_out(
    engine: Engine, snapshot: Snapshot, ask: Ask, total: Decimal, cancel: Cancel | None
) -> Sequence[LeftOut]:
    """Turn each setting that is off, one at a time, and see what comes in."""
    found = []
    for setting in CLASSES:
        if getattr(ask.settings, setting):
            continue
        turned = replace(ask, settings=replace(ask.settings, **{setting: True}))  # type: ignore[arg-type]
        with localcontext(WIDE):
            amount = answer(engine, snapshot, turned, cancel).total_cost - total
        if amount:
            found.append(LeftOut(setting, amount))
    return found


def _weighed(row: dict[str, Any], ask: Ask) -> dict[str, Any]:  # Any: each column has its own type
    share = row.pop(SHARE, None)
    weight = ask.shares[share].weight if share is not None else Decimal(1)
    with localcontext(WIDE):
        return {**row, AMOUNT: (row[AMOUNT] or ZERO) * weight, "weight": weight}
