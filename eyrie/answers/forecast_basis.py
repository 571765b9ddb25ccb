"""What a forecast rests on: the costs of the last ninety days, asked for as `GET /costs` asks.

Costs are asked by provider, service and day as the saved report has them, so that they reconcile with it. Of
these, what was bought once is told apart: as far as its fee was spread over days to come, it is known and not
forecast. A purchase that came back is a habit like any other. A filter with weights is taken apart into its
shares, for weights count what was forecast.
"""

import calendar
import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from eyrie.answers.costs import CostsQuery, Posed, posed
from eyrie.basics.money import WIDE
from eyrie.basics.period import ONE_DAY, Bin, Period
from eyrie.basics.words import PURCHASES
from eyrie.costs.insights.completeness import Source, complete_through
from eyrie.costs.insights.forecasts.history import HISTORY_DAYS, ONE, Days, History, Leaf, history_of
from eyrie.costs.query.ask import AggregateBy, Ask, Order
from eyrie.costs.query.freshness import latest_days
from eyrie.costs.query.plan import ACCRUED_AT, AMOUNT, INSTANCE
from eyrie.engine.plan import Condition, OneOf
from eyrie.engine.port import Cancel
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.vql.conditions import all_of, none_of

COLUMNS = (ACCRUED_AT, "provider", "service", INSTANCE, AMOUNT)
LEAST_BILLS = 2  # of purchases in ninety days: then they come back
ONCE = OneOf("charge_type", PURCHASES)


@dataclass
class _Costs:
    """Costs by leaf and day, and the last day of each who had one."""

    currency: str | None
    of: dict[Leaf, dict[dt.date, Decimal]] = field(default_factory=dict)
    last: dict[Source, dt.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Basis:
    """Histories that end on the last complete day, one for each share of a filter with weights."""

    complete_through: dt.date
    histories: tuple[History, ...]
    currency: str | None


@dataclass(frozen=True)
class BasisPosed:
    """The questions behind a forecast. What is known is asked for up to `until`."""

    question: Posed
    until: dt.date

    @property
    def key(self) -> Hashable:
        """What tells it from others; equal ones have equal answers."""
        return "basis", self.question.key, self.until

    def answered(self, house: House, cancel: Cancel | None = None) -> Basis | None:
        """Work it out and remember it; None if there was no cost."""
        found = house.insights.find(self.key)
        if found is None:
            found = _worked_out(house, self, cancel)
            size = sum(100 * history.period.days * len(history.costs) for history in found.histories)
            house.insights.keep(self.key, found, size)
        return found if found.histories else None


def pose_basis(call: Call, query: CostsQuery, days: int = HISTORY_DAYS) -> BasisPosed:
    """The questions behind the forecast of a report, or of a filter in a workspace, from so many days."""
    asked = query.model_copy(
        update={
            "start_date": call.today - (days - 1) * ONE_DAY,
            "end_date": call.today,
            "groupings": ["provider,service"],
            "date_bin": Bin.DAY,
            "order": Order.ASCENDING,
            "aggregate_by": AggregateBy.COST,
        }
    )
    return BasisPosed(posed(call, asked), last_day_ahead(call.today))


def last_day_ahead(today: dt.date) -> dt.date:
    """The last day that is forecast: in twelve months."""
    year = today.year + 1
    return dt.date(year, today.month, min(today.day, calendar.monthrange(year, today.month)[1]))


def _worked_out(house: House, posed_basis: BasisPosed, cancel: Cancel | None) -> Basis:
    question = posed_basis.question
    costs, period = _asked(house, question, cancel), question.ask.period
    latest = latest_days(house.engine, question.snapshot, period, cancel)
    through = complete_through(costs.last, latest)
    if through is None:
        return Basis(period.last, (), costs.currency)
    days = Period.through(period.start, max(through, period.start - ONE_DAY))
    shares = _shares(question) if question.ask.shares else [(question, ONE)]
    histories = tuple(
        history_of(
            costs.of if share is question else _asked(house, share, cancel).of,
            _bought_once(house, share, posed_basis.until, cancel),
            days,
            weight,
        )
        for share, weight in shares
    )
    return Basis(through, histories, costs.currency)


def _shares(question: Posed) -> Iterator[tuple[Posed, Decimal]]:
    """The question for each share of its filter by itself, without its weight."""
    ask = question.ask
    earlier: list[Condition] = []
    for share in ask.shares:
        condition = all_of([ask.filter, share.condition, *map(none_of, earlier)])
        yield _with(question, replace(ask, filter=condition, shares=())), share.weight
        earlier.append(share.condition)


def _bought_once(house: House, question: Posed, until: dt.date, cancel: Cancel | None) -> Mapping[Leaf, Days]:
    """What purchases cost on each day, past and to come, of leaves that are not billed for some regularly."""
    ask = replace(question.ask, filter=all_of([question.ask.filter, ONCE]))
    spread = replace(ask, period=Period.through(ask.period.start, until), today=until)
    bought = _asked(house, _with(question, spread), cancel).of
    if not bought:
        return {}
    as_billed = replace(ask, settings=replace(ask.settings, amortize=False))
    bills = _asked(house, _with(question, as_billed), cancel).of
    return {leaf: days for leaf, days in bought.items() if len(bills.get(leaf, ())) < LEAST_BILLS}


def _with(question: Posed, ask: Ask) -> Posed:
    return replace(question, ask=ask)


def _asked(house: House, question: Posed, cancel: Cancel | None) -> _Costs:
    """Ask, and sort what comes by leaf and day; custom providers count together, as they are shown."""
    found = house.answers.find(question.key) or question.answered(house, cancel)
    read = _Costs(found.currency)
    known: dict[tuple[str | None, ...], tuple[dict[dt.date, Decimal], Source]] = {}
    days: dict[str | None, dt.date] = {}
    for day, provider, service, instance, amount in found.texts(COLUMNS, 0, len(found)):
        cost = Decimal(amount or 0)
        if not cost:
            continue
        key = (provider, service, instance)
        if key not in known:
            leaf = Leaf(provider or "", service or "")
            known[key] = read.of.setdefault(leaf, {}), (leaf.provider, instance)
        if day not in days:
            days[day] = dt.date.fromisoformat(str(day))
        costs, source = known[key]
        on = days[day]
        costs[on] = WIDE.add(costs[on], cost) if on in costs else cost
        if source not in read.last or read.last[source] < on:
            read.last[source] = on
    return read
