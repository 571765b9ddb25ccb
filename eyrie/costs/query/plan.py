"""Decides how an ask is found out: which parts, which rows of them, which keys and sums, in which steps.

Everything that depends on the manifest is decided here, before a file is opened. Parts are pruned by accrual
days; for each that is left, its smallest cube answers that tells rows apart by all that is asked for. If all
parts are in one currency, no row is asked for its own. Tags are read last: rows are added up by tag set
first, which leaves few rows to look up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin, Period
from eyrie.basics.words import KUBERNETES_PROVIDERS, AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.columns import TAGGED
from eyrie.costs.ledger.cubes import USED_UNIT, quickest
from eyrie.costs.ledger.line_items import Granularity
from eyrie.costs.ledger.parts import Part, Snapshot, files_of, pruned
from eyrie.costs.query.ask import AggregateBy, Ask, CostSettings, Dimension, Grouping, Order, TagKey
from eyrie.costs.query.claims import (
    COUNTED,
    SEGMENT,
    SERIES,
    claim_keys,
    counted,
    has_namesakes,
    is_divided,
    names_kubernetes,
    shown_whole,
)
from eyrie.costs.query.converting import AMOUNT_REST, Converting, converting
from eyrie.costs.query.currency import Conversion
from eyrie.costs.query.seeing import size
from eyrie.costs.query.steps import Wanted, in_steps, put_together
from eyrie.engine.plan import (
    ALWAYS,
    Always,
    By,
    Compared,
    Comparison,
    Condition,
    DateBin,
    Either,
    Every,
    Field,
    Files,
    FirstOf,
    Holds,
    HourBin,
    Key,
    Largest,
    Measure,
    Missing,
    Not,
    OneOf,
    Product,
    Rows,
    Smallest,
    SplitProduct,
    SplitProductRest,
    Sum,
    Totals,
)
from eyrie.engine.reach import NOWHERE, Reach, of_condition, of_key
from eyrie.vql.conditions import all_of

HOUR_BINS_LIMIT_DAYS = 14
MOST_TESTS_OF_ROWS = 30  # of what segments claim; more of them are asked of sums

# Columns of an answer, besides one for each grouping.
ACCRUED_AT = "accrued_at"
AMOUNT = "amount"
USAGE = "usage"
USAGE_UNIT = Dimension.USAGE_UNIT.value
CURRENCY = "currency"
INSTANCE = "instance"  # tells the custom providers apart, which all read `custom_provider`
RESOURCE_NAME = "resource_name"
ROWS = "rows"
SHARE = "share"  # which share of the ask a row takes, where it has shares

_COLUMNS = {
    Dimension.COST_CATEGORY: "category",
    Dimension.COST_SUBCATEGORY: "subcategory",
}
_SWITCHED_OFF = {
    AdjustmentClass.CREDIT: "include_credits",
    AdjustmentClass.REFUND: "include_refunds",
    AdjustmentClass.DISCOUNT: "include_discounts",
    AdjustmentClass.TAX: "include_tax",
}


@dataclass(frozen=True)
class Planned:
    """A plan, and how to find the currency of its rows: known from the manifest, or to be asked for."""

    totals: Totals
    currency: str | None  # of every row of the parts, if it is one
    currencies: Totals  # of the rows asked about
    converting: Converting | None = None  # where some rows may be in another currency than is asked for
    amounts: tuple[str, ...] = (AMOUNT,)  # the columns of an amount, which add up to it


def planned(
    ask: Ask, snapshot: Snapshot, beside: Sequence[str] = (), *, split: bool = False
) -> Planned | None:
    """Make the plan of an ask; None if no part can hold a row for it.

    Columns beside those asked for tell rows further apart, and have them counted: to explain an answer. Such
    amounts, and those that are shared out, are converted afterwards. Others, converted, may have too many
    digits for one column of the engine; then they are `split` in two.
    """
    if ask.bin is Bin.HOUR and ask.period.days > HOUR_BINS_LIMIT_DAYS:
        raise Malformed(f"date_bin=hour takes at most {HOUR_BINS_LIMIT_DAYS} days; choose a shorter period")
    parts = _parts(ask, snapshot)
    if not parts:
        return None
    currencies = {sums.currency for part in parts for sums in part.sums}
    found = _converting(ask, parts, currencies)
    wanted = _wanted(ask, parts, beside, found, each_currency=ask.currency is None and len(currencies) > 1)
    files = files_of(snapshot, (quickest(snapshot, part, _reach(wanted)) for part in parts))
    sums = in_steps(files, wanted)
    is_shared_out = bool(ask.shares) or is_divided(ask)
    if found and not (found.by_bin or is_shared_out or beside):
        sums = _converted(sums, found, split=split)
    amounts = tuple(column for column, _ in sums.measures if column in (AMOUNT, AMOUNT_REST))
    totals = replace(
        sums,
        keeping=_keeping(wanted.claims, amounts),
        order=() if is_divided(ask) else tuple(_order(ask, amounts)),  # what is shared out is ordered then
    )
    return Planned(totals, _only(currencies), _currencies(files, wanted), found, amounts)


def rows_asked(ask: Ask, snapshot: Snapshot) -> tuple[tuple[Part, ...], Condition]:
    """The parts and the condition of the rows that an ask is about, one by one and in both views of cost.

    What the rows were billed adds up to the answer without amortization, what they are worth to that with it.
    """
    if ask.shares or (ask.segments and is_divided(ask)):
        raise Malformed(
            "This filter counts some costs by a fraction, which no single row shows; say groupings, "
            "or a filter without allocation"
        )
    parts = _parts(ask, snapshot)
    if not parts:
        return parts, ALWAYS
    where = _where(ask, parts, _in_either_view(ask))
    return parts, Every((where, shown_whole(ask))) if ask.segments else where


def _wanted(
    ask: Ask, parts: Sequence[Part], beside: Sequence[str], found: Converting | None, *, each_currency: bool
) -> Wanted:
    keys = (
        *_keys(ask, parts, each_currency=each_currency),
        *(found.keys if found else ()),
        *((column, Field(column)) for column in beside),
    )
    counts = counted(ask) if ask.segments else ALWAYS
    where = _where(ask, parts, _in_view(ask))
    if counts != ALWAYS and size(counts) <= MOST_TESTS_OF_ROWS:  # a few tests spare reading most rows
        where = Every((where, counts))
    return Wanted(
        keys=keys,
        tags=tuple((name, each.key) for name, each in named(ask.groupings) if isinstance(each, TagKey)),
        claims=tuple(claim_keys(ask)),
        measures=(*_measures(ask), *([(ROWS, Rows())] if beside else [])),
        where=where,
        counted=counts,
    )


def _currencies(files: Files, wanted: Wanted) -> Totals:
    """Ask for the currencies of what counts; of what no segment claims, they do not matter."""
    keys = ((CURRENCY, Field("billing_currency")),)
    there = in_steps(files, replace(wanted, keys=keys, tags=(), measures=()))
    return replace(there, keeping=_keeping(wanted.claims, ()), order=(By(CURRENCY),))


def named(groupings: Sequence[Grouping]) -> list[tuple[str, Grouping]]:
    """Give each grouping the name of its column in the answer."""
    return [
        (f"tag_{position}" if isinstance(grouping, TagKey) else grouping.value, grouping)
        for position, grouping in enumerate(groupings)
    ]


def shows_usage(ask: Ask) -> bool:
    """Tell whether rows are split by usage unit, so that their usage means something."""
    return ask.settings.aggregate_by is AggregateBy.USAGE or Dimension.USAGE_UNIT in ask.groupings


def _only(currencies: set[str]) -> str | None:
    return min(currencies) if len(currencies) == 1 else None


def _converting(ask: Ask, parts: Sequence[Part], currencies: set[str]) -> Converting | None:
    """Find the rates for a question; None if the manifest shows that nothing needs one."""
    if not isinstance(ask.currency, Conversion) or currencies <= {ask.currency.currency}:
        return None
    days = Period(
        max(ask.period.start, min(part.accrued.start for part in parts)),
        min(ask.period.end, max(part.accrued.end for part in parts)),
    )
    return converting(ask.currency, currencies, days, ask.bin, (ACCRUED_AT, CURRENCY))


def _converted(sums: Totals, found: Converting, *, split: bool) -> Totals:
    """Multiply sums by their rates, and put together those that the answer does not tell apart."""
    keys = [(column, key) for column, key in sums.keys if column not in found.dropped]
    plan = put_together(found.factored(sums), keys, sums.measures)
    others = [(column, measure) for column, measure in plan.measures if column != AMOUNT]
    products: list[tuple[str, Measure]] = [(AMOUNT, Product(AMOUNT))]
    if split:
        products = [(AMOUNT, SplitProduct(AMOUNT)), (AMOUNT_REST, SplitProductRest(AMOUNT))]
    return replace(plan, measures=(*products, *others))


def _counts_kubernetes(ask: Ask) -> bool:
    """Kubernetes rows restate what the cloud's bill holds already, so they wait until they are named."""
    return names_kubernetes(ask) or not ask.providers_named.isdisjoint(KUBERNETES_PROVIDERS)


def _parts(ask: Ask, snapshot: Snapshot) -> tuple[Part, ...]:
    parts = pruned(snapshot, ask.period) if ask.period.days else ()
    if _counts_kubernetes(ask):
        return parts
    return tuple(part for part in parts if not set(part.providers) <= set(KUBERNETES_PROVIDERS))


def _where(ask: Ask, parts: Sequence[Part], in_view: Iterable[Condition]) -> Condition:
    """Every row an ask speaks of; nothing is tested that the manifest shows to hold for all rows."""
    tests = [*_in_period(ask, parts), *in_view, *_in_classes(ask.settings)]
    if not _counts_kubernetes(ask) and any(
        provider in KUBERNETES_PROVIDERS for part in parts for provider in part.providers
    ):
        tests.append(Not(OneOf("provider", tuple(provider.value for provider in KUBERNETES_PROVIDERS))))
    if ask.filter != ALWAYS:
        tests.append(ask.filter)
    if ask.shares:
        tests.append(Either(tuple(share.condition for share in ask.shares)))
    return Every(tuple(tests))


def _in_period(ask: Ask, parts: Sequence[Part]) -> Iterator[Condition]:
    if min(part.accrued.start for part in parts) < ask.period.start:
        yield Compared("accrued_on", Comparison.AT_LEAST, ask.period.start)
    if max(part.accrued.end for part in parts) > ask.period.end:
        yield Compared("accrued_on", Comparison.LESS, ask.period.end)


def _in_view(ask: Ask) -> Iterator[Condition]:
    """Rows of the cash view, or of the amortised view as far as their day has come."""
    other = Basis.BILLED if ask.settings.amortize else Basis.EFFECTIVE
    yield Not(OneOf("basis", (other.value,)))
    if ask.settings.amortize and ask.period.last > ask.today:
        yield Either(
            (OneOf("basis", (Basis.BOTH.value,)), Compared("accrued_on", Comparison.AT_MOST, ask.today))
        )


def _in_either_view(ask: Ask) -> Iterator[Condition]:
    """Rows of the cash view, and of the amortised view as far as their day has come."""
    if ask.period.last > ask.today:
        to_come = (
            OneOf("basis", (Basis.EFFECTIVE.value,)),
            Compared("accrued_on", Comparison.MORE, ask.today),
        )
        yield Not(Every(to_come))


def _in_classes(settings: CostSettings) -> Iterator[Condition]:
    off = tuple(klass.value for klass, setting in _SWITCHED_OFF.items() if not getattr(settings, setting))
    if off:
        yield Not(OneOf("adjustment_class", off))


def _keys(ask: Ask, parts: Sequence[Part], *, each_currency: bool) -> Iterator[tuple[str, Key]]:
    """All keys but tags."""
    yield ACCRUED_AT, _bin(ask.bin)
    for column, grouping in named(ask.groupings):
        match grouping:
            case TagKey() | Dimension.USAGE_UNIT | Dimension.SEGMENT:
                continue
            case Dimension.TAGGED:
                yield column, Holds(TAGGED)
            case Dimension.PROVIDER:
                yield from _provider(column, parts)
            case _:
                yield column, Field(_COLUMNS.get(grouping, grouping.value))
    if shows_usage(ask):
        yield USAGE_UNIT, USED_UNIT
    if ask.shares:
        yield SHARE, FirstOf(tuple(share.condition for share in ask.shares))
    if each_currency:
        yield CURRENCY, Field("billing_currency")


def _provider(column: str, parts: Sequence[Part]) -> Iterator[tuple[str, Key]]:
    """The provider and, for custom ones, which; where the manifest knows, rows need not be told apart."""
    providers = {provider for part in parts for provider in part.providers}
    integrations = {part.delivery.integration for part in parts}
    custom = Provider.CUSTOM_PROVIDER.value
    yield column, Always(min(providers)) if len(providers) == 1 else Field("provider")
    if custom not in providers:
        yield INSTANCE, Always(None)
    elif providers == {custom} and len(integrations) == 1:
        yield INSTANCE, Always(min(integrations))
    else:
        yield INSTANCE, Field("integration", OneOf("provider", (custom,)))


def _bin(width: Bin) -> Key:
    if width is Bin.HOUR:
        hourly = OneOf("granularity", (Granularity.HOUR.value,))
        return HourBin("charge_period_start", "accrued_on", hourly)
    return DateBin("accrued_on", width)


def _measures(ask: Ask) -> Iterator[tuple[str, Measure]]:
    yield AMOUNT, Sum("effective_cost" if ask.settings.amortize else "billed_cost")
    yield USAGE, Sum("usage_amount")
    if Dimension.RESOURCE_ID in ask.groupings:
        yield RESOURCE_NAME, Largest("resource_name")  # one for each group, so it never splits one


def _reach(wanted: Wanted) -> Reach:
    """Everything by which the question tells rows apart, and so must whatever stands for the rows."""
    told = Reach(tags=frozenset(key for _, key in wanted.tags))
    told |= of_condition(wanted.where) | of_condition(wanted.counted)
    for _, key in (*wanted.keys, *wanted.claims):
        told |= NOWHERE if key == USED_UNIT else of_key(key)  # all that may answer keep it
    for _, measure in wanted.measures:
        if isinstance(measure, Smallest | Largest):
            told |= Reach(frozenset({measure.column}))
    return told


def _keeping(claims: Sequence[tuple[str, Key]], amounts: Sequence[str]) -> Condition:
    """Groups with a cost or a usage, where these are asked for; in a series, if there are any."""
    shown: list[Condition] = [Not(Missing(name)) for name, _ in claims if name in (SEGMENT, COUNTED)]
    something = [Not(Every(tuple(map(_nothing, (*amounts, USAGE)))))] if amounts else []
    return all_of([*shown, *something])


def _nothing(column: str) -> Condition:
    return Either((Missing(column), OneOf(column, (Decimal(0),))))


def _order(ask: Ask, amounts: Sequence[str]) -> Iterator[By]:
    """Bins; in them the largest first; then the values, so that equal answers are in equal order."""
    by_usage = ask.settings.aggregate_by is AggregateBy.USAGE
    yield By(ACCRUED_AT, descending=ask.order is Order.DESCENDING)
    yield from (By(column, descending=True) for column in ([USAGE] if by_usage else amounts))
    groupings = [column for column, _ in named(ask.groupings)]
    yield from (By(column) for column in groupings)
    if by_usage and USAGE_UNIT not in groupings:
        yield By(USAGE_UNIT)
    if Dimension.PROVIDER in ask.groupings:
        yield By(INSTANCE)
    if Dimension.SEGMENT in ask.groupings and ask.segments and has_namesakes(ask.segments):
        yield By(SERIES)
