"""Explains a total: the deliveries it adds up from, their rows, and what the settings left out.

Every figure is asked for by itself, over one part or with one setting turned, and never taken from the total:
that they agree is a finding, not an assumption. A part tells its members apart: each is a delivery. Where
segments take the rows, it is told which of their claims takes what of each.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from eyrie.basics.money import WIDEST
from eyrie.basics.period import Bin
from eyrie.costs.ledger.columns import ROW
from eyrie.costs.ledger.parts import Part, Snapshot, pruned
from eyrie.costs.query.answer import ZERO, answer
from eyrie.costs.query.ask import AggregateBy, Ask, Order
from eyrie.costs.query.claims import COUNTED, ONE, Portions
from eyrie.costs.query.plan import AMOUNT, ROWS, SHARE, Planned, planned
from eyrie.engine.plan import ALWAYS, By, Condition, Every, Missing, Not, OneOf
from eyrie.engine.port import Cancel, Engine, Row

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
class ClaimShare:
    """What one claim adds to a total; None is nobody's."""

    claim: int | None
    rows: int  # also those of which it took a fraction
    amount: Decimal


@dataclass(frozen=True)
class Taken:
    """What one claim takes of a row."""

    claim: int | None
    weight: Decimal
    amount: Decimal


@dataclass(frozen=True)
class PartShare:
    """What one delivery in a part adds to a total."""

    part: Part
    member: int  # 0 in a part that was not compacted
    rows: int
    amount: Decimal
    claims: tuple[ClaimShare, ...] = ()  # where segments take the rows


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
        with localcontext(WIDEST):
            return sum((share.amount for share in self.parts), ZERO) == self.total

    @property
    def claims(self) -> tuple[ClaimShare, ...]:
        """What each claim took, over all parts."""
        return _added_up(claim for share in self.parts for claim in share.claims)


def explained(engine: Engine, snapshot: Snapshot, ask: Ask, cancel: Cancel | None = None) -> Explanation:
    """Explain the total of an ask.

    Seats 100 and a credit of -5 come to 100: one part of two rows, of which one counts, and -5 left out.
    """
    whole = _ungrouped(ask)
    found = answer(engine, snapshot, whole, cancel)
    snapshot = replace(snapshot, cubes={})  # the total may come from cubes, what explains it must not
    candidates = pruned(snapshot, ask.period) if ask.period.days else ()
    shares = (_shares(engine, snapshot, part, _apart(whole), cancel) for part in candidates)
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
    """The rows of a part that count, in the part's own order, with weights, rates and the claims on them."""
    ask = _apart(_ungrouped(ask))
    plan = planned(ask, _alone(snapshot, part), ROW_COLUMNS)
    if plan is None:
        return ()
    counts = plan.totals.where
    if member is not None:
        counts = Every((counts, OneOf(MEMBER, (member,))))
    rows = replace(plan.totals, where=counts, keeping=_counting(plan), order=(By(ROW),), limit=limit)
    found = engine.run(rows, cancel)
    portions = _Portions(ask, plan, found.names)
    taken = [(dict(zip(found.names, row, strict=True)), row, portions.of(row)) for row in found.rows]
    with localcontext(WIDEST):
        return tuple(
            {
                **cells,
                AMOUNT: sum((each.amount for each in parts), ZERO),
                "weight": sum((each.weight for each in parts), ZERO),
                "exchange_rate": portions.rate_of(row),
                "claims": parts if ask.segments else [],
            }
            for cells, row, parts in taken
            if parts
        )


def _ungrouped(ask: Ask) -> Ask:
    settings = replace(ask.settings, aggregate_by=AggregateBy.COST)
    bin_ = Bin.QUARTER if ask.bin is not Bin.HOUR else Bin.HOUR
    return replace(ask, groupings=(), bin=bin_, order=Order.ASCENDING, settings=settings)


def _alone(snapshot: Snapshot, part: Part) -> Snapshot:
    """One part, to be opened: its cubes know neither rows nor members."""
    return replace(snapshot, parts=(part,), cubes={})


def _apart(ask: Ask) -> Ask:
    """Have it told which claim takes a row, not only in which series it counts."""
    return replace(ask, segments=replace(ask.segments, told_apart=True)) if ask.segments else ask


def _counting(plan: Planned) -> Condition:
    """Rows that count for nothing are told, too; but not those that go to other segments."""
    return Not(Missing(COUNTED)) if COUNTED in dict(plan.totals.keys) else ALWAYS


def _shares(
    engine: Engine, snapshot: Snapshot, part: Part, ask: Ask, cancel: Cancel | None
) -> Sequence[PartShare]:
    """What each delivery in a part adds, those without a row that counts left out."""
    plan = planned(ask, _alone(snapshot, part), (MEMBER,))
    if plan is None:
        return ()
    by_member = replace(plan.totals, keeping=_counting(plan), order=(By(MEMBER),))
    found = engine.run(by_member, cancel)
    portions = _Portions(ask, plan, found.names)
    rows: dict[int, int] = defaultdict(int)
    claims: dict[int, list[ClaimShare]] = defaultdict(list)
    for row in found.rows:
        member, count = row[found.names.index(MEMBER)], row[found.names.index(ROWS)]
        parts = portions.of(row)
        rows[member] += count if parts else 0
        claims[member] += [ClaimShare(each.claim, count, each.amount) for each in parts]
    return [_share(ask, part, member, count, claims[member]) for member, count in rows.items() if count]


def _share(ask: Ask, part: Part, member: int, rows: int, claims: Sequence[ClaimShare]) -> PartShare:
    with localcontext(WIDEST):
        amount = sum((claim.amount for claim in claims), ZERO)
    return PartShare(part, member, rows, amount, _added_up(claims) if ask.segments else ())


def _added_up(claims: Iterable[ClaimShare]) -> tuple[ClaimShare, ...]:
    """Each claim once, in their order; nobody's comes last."""
    found: dict[int | None, ClaimShare] = {}
    with localcontext(WIDEST):
        for each in claims:
            before = found.get(each.claim, ClaimShare(each.claim, 0, ZERO))
            found[each.claim] = ClaimShare(each.claim, before.rows + each.rows, before.amount + each.amount)
    return tuple(sorted(found.values(), key=lambda each: (each.claim is None, each.claim or 0)))


def _left_out(
    engine: Engine, snapshot: Snapshot, ask: Ask, total: Decimal, cancel: Cancel | None
) -> Sequence[LeftOut]:
    """Turn each setting that is off, one at a time, and see what comes in."""
    found = []
    for setting in CLASSES:
        if getattr(ask.settings, setting):
            continue
        turned = replace(ask, settings=replace(ask.settings, **{setting: True}))  # type: ignore[arg-type]
        with localcontext(WIDEST):
            amount = answer(engine, snapshot, turned, cancel).total_cost - total
        if amount:
            found.append(LeftOut(setting, amount))
    return found


class _Portions:
    """What of each row counts, and for which claim; without segments all is nobody's."""

    def __init__(self, ask: Ask, plan: Planned, names: Sequence[str]) -> None:
        self._ask = ask
        self._converting = plan.converting
        self._names = names
        self._share = names.index(SHARE) if SHARE in names else None
        self._amount = names.index(AMOUNT)
        self._portions = Portions(ask, names) if ask.segments else None

    def rate_of(self, row: Row) -> Decimal:
        """The exchange rate of a row."""
        return self._converting.rate_of(dict(zip(self._names, row, strict=True))) if self._converting else ONE

    def of(self, row: Row) -> list[Taken]:
        """What each claim takes of a row."""
        weight = ONE if self._share is None else self._ask.shares[row[self._share]].weight
        weights = self._portions.of(row, weight) if self._portions else [(None, weight)]
        with localcontext(WIDEST):
            amount = (row[self._amount] or ZERO) * self.rate_of(row)
            return [Taken(claim, each, amount * each) for claim, each in weights]
