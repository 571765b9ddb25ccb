"""Laws: the engine answers like a slow plain reading, and no way of cutting costs changes their sum."""

import dataclasses
import datetime as dt
from collections import defaultdict
from decimal import Context, Decimal, localcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eyrie.basics.period import Bin, Period
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.line_items import Granularity
from eyrie.costs.ledger.parts import files_of
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import AggregateBy, Ask, CostSettings, Dimension, Order, TagKey
from eyrie.costs.query.plan import shows_usage
from eyrie.engine.plan import (
    ALWAYS,
    Compared,
    Comparison,
    Either,
    Every,
    HasTag,
    Like,
    Missing,
    Not,
    OneOf,
    Rows,
    Totals,
    tag_is,
)
from tests.costs.query.bills import Books, item
from tests.costs.query.slow_reading import holds, slow_answer

law = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FIRST = dt.date(2025, 1, 1)
ALWAYS_THERE = [each for each in Dimension if each is not Dimension.SEGMENT]
amounts = st.decimals(-(10**9), 10**9, places=18) | st.sampled_from([Decimal(0), Decimal(7), Decimal("-7")])
words = st.sampled_from(["a", "b", "A", "a%", "é", "a_b", "b\\"])
tags = st.dictionaries(st.sampled_from(["team", "env"]), words, max_size=2)


@st.composite
def items(draw):
    start = dt.datetime.combine(FIRST, dt.time()) + dt.timedelta(hours=draw(st.integers(0, 24 * 9)))
    basis = draw(st.sampled_from(Basis))
    line = item(
        start,
        draw(amounts),
        provider=draw(st.sampled_from([Provider.AWS, Provider.CUSTOM_PROVIDER, Provider.OPENCOST])),
        basis=basis,
        granularity=draw(st.sampled_from(Granularity)),
        adjustment_class=draw(st.sampled_from(AdjustmentClass)),
        service=draw(words),
        region=draw(st.none() | words),
        category=draw(st.none() | words),
        resource_id=draw(st.none() | words),
        usage_amount=draw(st.none() | amounts),
        usage_unit=draw(st.none() | st.sampled_from(["Hours", "GB"])),
        tags=draw(tags),
    )
    return dataclasses.replace(
        line,
        billed_cost=Decimal(0) if basis is Basis.EFFECTIVE else line.billed_cost,
        effective_cost=Decimal(0) if basis is Basis.BILLED else draw(amounts),
    )


groupings = st.lists(
    st.sampled_from([*ALWAYS_THERE, TagKey("team"), TagKey("env"), TagKey("nobody")]), max_size=3, unique=True
).map(tuple)
texts = st.sampled_from(["service", "region", "category"])
patterns = st.text(st.sampled_from("aAbé%_\\"), max_size=4)
leaves = st.one_of(
    st.builds(OneOf, texts, st.lists(words, max_size=2).map(tuple), st.booleans()),
    st.builds(Like, texts, patterns, st.booleans()),
    st.builds(Compared, texts, st.sampled_from(Comparison), words),
    st.builds(
        Compared, st.sampled_from(["billed_cost", "usage_amount"]), st.sampled_from(Comparison), amounts
    ),
    st.builds(Missing, texts),
    st.builds(tag_is, st.sampled_from(["team", "env", "nobody"]), words),
    st.builds(HasTag, st.builds(Like, st.just("value"), patterns)),
    st.just(HasTag(ALWAYS)),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Either, st.lists(inner, max_size=2).map(tuple)),
    ),
    max_leaves=4,
)


@st.composite
def asks(draw):
    width = draw(st.sampled_from(Bin))
    start = FIRST + dt.timedelta(days=draw(st.integers(-2, 6)))
    days = draw(st.integers(0, 10))
    return Ask(
        period=Period(start, start + dt.timedelta(days=days)),
        today=FIRST + dt.timedelta(days=draw(st.integers(0, 10))),
        groupings=draw(groupings),
        bin=width,
        order=draw(st.sampled_from(Order)),
        settings=CostSettings(
            include_credits=draw(st.booleans()),
            include_refunds=draw(st.booleans()),
            include_discounts=draw(st.booleans()),
            include_tax=draw(st.booleans()),
            amortize=draw(st.booleans()),
            aggregate_by=draw(st.sampled_from(AggregateBy)),
        ),
        filter=draw(st.just(ALWAYS) | conditions),
        providers_named=frozenset(draw(st.sets(st.sampled_from(["aws", "opencost"])))),
    )


@st.composite
def bills(draw):
    """Two integrations with a bill each, as (integration, item)."""
    listed = draw(
        st.lists(st.tuples(st.sampled_from(["accss_crdntl_1", "accss_crdntl_2"]), items()), max_size=14)
    )
    return sorted(listed, key=lambda row: row[0])


def opened(engine, home, bill):
    books = Books(engine, home)
    for integration in ("accss_crdntl_1", "accss_crdntl_2"):
        books.add([line for owner, line in bill if owner == integration], integration)
    return books.snapshot


def flat(row, ask):
    """An answer's row as the slow reading writes it."""
    usage_column = (
        ask.settings.aggregate_by is AggregateBy.USAGE and Dimension.USAGE_UNIT not in ask.groupings
    )
    return (
        row.accrued_at,
        *row.groups,
        *([row.usage.unit if row.usage else None] if usage_column else []),
        *([row.instance] if Dimension.PROVIDER in ask.groupings else []),
        row.amount,
        row.usage.amount if row.usage else None,
    )


@law
@given(bill=bills(), asked=st.lists(asks(), min_size=4, max_size=4))
def test_the_engine_agrees_with_a_slow_reading(engine, home, bill, asked):
    snapshot = opened(engine, home, bill)
    for ask in asked:
        got = answer(engine, snapshot, ask)
        rows, total, counts = slow_answer(bill, ask)
        if not shows_usage(ask):
            rows = [(*row[:-1], None) for row in rows]
        assert [flat(row, ask) for row in got.page(0, len(got))] == rows
        assert got.total_cost == total
        if ask.settings.aggregate_by is AggregateBy.COUNT:
            assert {each.accrued_at: each.count for each in got.counts} == {
                d: n for d, n in counts.items() if n
            }
        if ask.settings.aggregate_by is AggregateBy.USAGE:
            assert {each.unit: each.amount for each in got.total_usage} == usage_by_unit(got)


def usage_by_unit(got):
    units = defaultdict(Decimal)
    with localcontext(Context(prec=100)):
        for row in got.page(0, len(got)):
            if row.usage:
                units[row.usage.unit] += row.usage.amount
    return units


@law
@given(bill=bills(), ask=asks(), others=st.lists(groupings, max_size=3))
def test_grouping_and_binning_never_change_the_total(engine, home, bill, ask, others):
    snapshot = opened(engine, home, bill)
    total = answer(engine, snapshot, ask).total_cost
    widths = [width for width in Bin if width is not Bin.HOUR or ask.period.days <= 14]
    again = [dataclasses.replace(ask, groupings=other) for other in others]
    again += [dataclasses.replace(ask, bin=width) for width in widths]
    assert [answer(engine, snapshot, each).total_cost for each in again] == [total] * len(again)


@law
@given(
    bill=bills(),
    ask=asks(),
    pair=st.lists(
        st.sampled_from(
            [Dimension.SERVICE, Dimension.REGION, Dimension.TAGGED, TagKey("team"), TagKey("env")]
        ),
        min_size=2,
        max_size=2,
        unique=True,
    ),
)
def test_a_and_b_summed_over_b_is_a(engine, home, bill, ask, pair):
    snapshot = opened(engine, home, bill)
    one, both = (
        by_first(answer(engine, snapshot, dataclasses.replace(ask, groupings=tuple(groups))))
        for groups in (pair[:1], pair)
    )
    assert one == both


def by_first(got):
    sums = defaultdict(Decimal)
    with localcontext(Context(prec=100)):
        for row in got.page(0, len(got)):
            sums[row.accrued_at, row.groups[0]] += row.amount
    return {group: amount for group, amount in sums.items() if amount}


@law
@given(bill=bills(), listed=st.lists(conditions, min_size=8, max_size=8))
def test_a_condition_keeps_the_rows_it_holds_for_and_its_negation_the_others(engine, home, bill, listed):
    snapshot = opened(engine, home, bill)
    files = files_of(snapshot, snapshot.parts)
    for condition in listed:
        for each in (condition, Not(condition), Not(Not(condition))):
            counted = engine.run(Totals(files, measures=(("rows", Rows()),), where=each)) if bill else None
            expected = sum(holds(each, vars(line), line.tags) for _, line in bill)
            assert expected == (counted.rows[0][0] if counted else 0)


@pytest.mark.parametrize("amortize", [True, False])
@law
@given(bill=bills(), ask=asks())
def test_the_five_classes_partition_the_rows(engine, home, bill, ask, amortize):
    snapshot = opened(engine, home, bill)
    off = {
        "include_credits": False,
        "include_refunds": False,
        "include_discounts": False,
        "include_tax": False,
    }

    def total(**switched):
        chosen = CostSettings(amortize=amortize, **(off | switched))
        return answer(engine, snapshot, dataclasses.replace(ask, settings=chosen)).total_cost

    with localcontext(Context(prec=100)):
        alone = [total(**{name: True}) - total() for name in off]
        assert total() + sum(alone) == total(**dict.fromkeys(off, True))
