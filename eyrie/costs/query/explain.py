"""Explains a total: the deliveries it adds up from, their rows, and what the settings left out.

Every figure is asked for by itself, over one part or with one setting turned, and never taken from the total:
that they agree is a finding, not an assumption. A part tells its members apart: each is a delivery.
"""

from collections import defaultdict
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
from eyrie.costs.query.plan import AMOUNT, SHARE, Planned, planned
from eyrie.engine.plan import ALWAYS, By, Every, Factored, Field, Key, OneOf, Rows, Totals
from eyrie.engine.port import Cancel, Engine

CLASSES = ("include_credits", "include_refunds", "include_discounts", "include_tax")
MEMBER = "member"
ROW_COLUMNS = (
    ROW,
    MEMBER,
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
    """What one delivery in a part adds to a total."""

    part: Part
    member: int  # 0 in a part that was not compacted
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
    shares = (_shares(engine, snapshot, part, whole, cancel) for part in candidates)
    return Explanation(
        total=found.total_cost,
        currency=found.currency,
        parts=tuple(share for of_part in shares for share in of_part),
        pruned=len(snapshot.parts) - len(candidates),
        left_out=tuple(_left_out(engine, snapshot, whole, found.total_cost, cancel)),
    )


def source_rows(
    engine: Engine,
    snapshot: Snapshot,
    part: Part,
    member: int | None,
    ask: Ask,
    limit: int,
    cancel: Cancel | None = None,
) -> tuple[dict[str, Any], ...]:  # Any: each column has its own type
    """The rows of a part that count, in the part's own order, with the weight and the rate of each."""
    plan = planned(_ungrouped(ask), _alone(snapshot, part))
    if plan is None:
        return ()
    sums = _sums(plan)
    keys: list[tuple[str, Key]] = [(column, Field(column)) for column in ROW_COLUMNS]
    amount = dict(sums.measures)[AMOUNT]
    of_member = ALWAYS if member is None else OneOf(MEMBER, (member,))
    rows = Totals(
        sums.source,
        keys=(*keys, *_factor_keys(plan)),
        measures=((AMOUNT, amount),),
        where=Every((sums.where, of_member)),
        order=(By(ROW),),
        limit=limit,
    )
    found = engine.run(rows, cancel)
    return tuple(_weighed(dict(zip(found.names, row, strict=True)), ask, plan) for row in found.rows)


def _ungrouped(ask: Ask) -> Ask:
    settings = replace(ask.settings, aggregate_by=AggregateBy.COST)
    bin_ = Bin.QUARTER if ask.bin is not Bin.HOUR else Bin.HOUR
    return replace(ask, groupings=(), bin=bin_, order=Order.ASCENDING, settings=settings)


def _alone(snapshot: Snapshot, part: Part) -> Snapshot:
    """One part, to be opened: its cubes know neither rows nor members."""
    return replace(snapshot, parts=(part,), cubes={})


def _sums(plan: Planned) -> Totals:
    """What the engine adds up, before anything is converted."""
    source = plan.totals.source
    return source.rows if isinstance(source, Factored) else plan.totals


def _factor_keys(plan: Planned) -> list[tuple[str, Key]]:
    """The keys that tell the weight of a row, and its exchange rate."""
    rates = plan.converting.told_by if plan.converting else ()
    return [(name, key) for name, key in _sums(plan).keys if name == SHARE or name in rates]


def _shares(
    engine: Engine, snapshot: Snapshot, part: Part, ask: Ask, cancel: Cancel | None
) -> Sequence[PartShare]:
    """What each delivery in a part adds, those without a row that counts left out."""
    plan = planned(ask, _alone(snapshot, part))
    if plan is None:
        return ()
    sums = _sums(plan)
    by_member = Totals(
        sums.source,
        keys=((MEMBER, Field(MEMBER)), *_factor_keys(plan)),
        measures=(("rows", Rows()), (AMOUNT, dict(sums.measures)[AMOUNT])),
        where=sums.where,
        order=(By(MEMBER),),
    )
    found = engine.run(by_member, cancel)
    rows: dict[int, int] = defaultdict(int)
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    with localcontext(WIDE):
        for row in found.rows:
            cells = _weighed(dict(zip(found.names, row, strict=True)), ask, plan)
            rows[cells[MEMBER]] += cells["rows"]
            amounts[cells[MEMBER]] += cells[AMOUNT]
    return [PartShare(part, member, count, amounts[member]) for member, count in rows.items()]


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


def _weighed(
    row: dict[str, Any], ask: Ask, plan: Planned
) -> dict[str, Any]:  # Any: each column has its own type
    """A row with its weight, its exchange rate and what it then adds."""
    share = row.pop(SHARE, None)
    weight = ask.shares[share].weight if share is not None else Decimal(1)
    rate = plan.converting.rate_of(row) if plan.converting else Decimal(1)
    with localcontext(WIDE):
        return {**row, AMOUNT: (row[AMOUNT] or ZERO) * weight * rate, "weight": weight, "exchange_rate": rate}
