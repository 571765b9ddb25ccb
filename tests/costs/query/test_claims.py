"""Segments in the engine: who gets what is what a plain reading of the rules says, of rows and of cubes."""

import dataclasses
import datetime as dt
import itertools
import tempfile
from collections import defaultdict
from decimal import Context, Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin, Period
from eyrie.basics.words import AdjustmentClass, Provider
from eyrie.costs.ledger.rates import Rate, Rates
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import Ask, Claim, CostSettings, Dimension, Segments, Share, TagKey
from eyrie.costs.query.claims import divided
from eyrie.costs.query.currency import Conversion, RateDay
from eyrie.costs.query.explain import explained, source_rows
from eyrie.costs.query.plan import planned, rows_asked
from eyrie.engine.plan import ALWAYS, Either, Every, HasTag, Like, Not, OneOf, tag_is
from tests.costs.query import test_cubes
from tests.costs.query.bills import TODAY, item
from tests.costs.query.slow_reading import holds, is_counted
from tests.costs.query.test_answer_laws import law, opened
from tests.costs.query.trees import Node, owners, segments_of, series_of, trees

EXACT = Context(prec=200)
fractions = st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.333333333333333333"), Decimal(0)])
IN_JANUARY = Period(dt.date(2025, 1, 1), dt.date(2025, 2, 1))
lines = st.builds(
    item,
    st.dates(IN_JANUARY.start, IN_JANUARY.last),
    st.decimals(-(10**9), 10**9, places=18) | st.sampled_from((Decimal(1), Decimal("-2.5"))),
    provider=st.sampled_from((Provider.AWS, Provider.AWS, Provider.CUSTOM_PROVIDER, Provider.OPENCOST)),
    adjustment_class=st.sampled_from((AdjustmentClass.NONE, AdjustmentClass.NONE, AdjustmentClass.TAX)),
    service=st.sampled_from(("a", "b")),
    region=st.sampled_from((None, "a")),
    tags=st.dictionaries(st.sampled_from(("team", "env")), st.sampled_from(("a", "b", "")), max_size=2),
)
bills = st.lists(st.tuples(st.just("accss_crdntl_1"), lines), min_size=1, max_size=14)
codes = st.sampled_from(("USD", "EUR", "GBP"))
converted_bills = st.lists(
    st.tuples(
        st.just("accss_crdntl_1"),
        st.builds(lambda line, code: dataclasses.replace(line, billing_currency=code), lines, codes),
    ),
    min_size=1,
    max_size=14,
)
worths = st.integers(1, 10**13).map(lambda units: Decimal(units).scaleb(-10))
rates = st.builds(
    lambda euros, pounds: Rates.of(
        Rate("USD", code, day, worth)
        for code, known in (("EUR", euros), ("GBP", pounds))
        for day, worth in known.items()
    ),
    *[st.dictionaries(st.dates(dt.date(2024, 12, 25), IN_JANUARY.last), worths, min_size=1, max_size=5)] * 2,
)
conversions = st.builds(Conversion, codes, st.sampled_from(RateDay), rates)
conditions = st.sampled_from(
    (
        OneOf("service", ("a",)),
        OneOf("service", ("a", "b")),
        Not(OneOf("region", ("a",))),
        OneOf("provider", ("aws",)),
        OneOf("provider", ("opencost", "custom_provider")),
        tag_is("team"),
        tag_is("team", "a", ""),
        Not(tag_is("team", "b")),
        Either((tag_is("env"), OneOf("service", ("b",)))),
        Every((tag_is("env", "a"), Not(tag_is("team")))),
        HasTag(Like("value", "a%")),
        HasTag(OneOf("key", ("team", "env"))),
    )
)
asks = st.builds(
    Ask,
    period=st.just(IN_JANUARY),
    today=st.just(TODAY),
    bin=st.sampled_from((Bin.DAY, Bin.MONTH)),
    settings=st.builds(CostSettings, include_tax=st.booleans()),
    filter=st.just(ALWAYS) | conditions,
    providers_named=st.sampled_from((frozenset(), frozenset({"opencost"}))),
)
whole_trees, divided_trees = trees(conditions), trees(conditions, fractions)
BESIDE = ((), (Dimension.SERVICE,), (TagKey("team"),))


def by_series(found, titles):
    """Amounts by series, and by the values of what else is grouped by."""
    amounts = defaultdict(Decimal)
    with localcontext(EXACT):
        for row in found.page(0, len(found)):
            amounts[row.groups] += row.amount
    return {groups: amount for groups, amount in amounts.items() if amount}


def slowly(bill, tree, shown, ask, tracked):
    """The same from each row and its owners."""
    amounts = defaultdict(Decimal)
    titles = ask.segments.titles
    with localcontext(EXACT):
        for _, line in bill:
            if not is_counted(line, named_by_all(ask)) or not holds(ask.filter, vars(line), line.tags):
                continue
            amount = line.effective_cost if ask.settings.amortize else line.billed_cost
            if ask.currency:
                amount *= ask.currency.rate(line.billing_currency, line.accrued_on)
            for owner, fraction in owners(tree, line).items():
                series = series_of(tree, shown, owner)
                if series is None or (owner is None and not (tracked and is_counted(line, ask))):
                    continue
                beside = (
                    value(line, grouping) for grouping in ask.groupings if grouping is not Dimension.SEGMENT
                )
                amounts[(titles[series], *beside)] += amount * fraction
    return {groups: amount for groups, amount in amounts.items() if amount}


def named_by_all(ask):
    """Rows of Kubernetes are looked at where a segment names it, and are nobody's unless the question does."""
    return dataclasses.replace(ask, providers_named=ask.providers_named | ask.segments.providers_named)


def value(line, grouping):
    return line.tags.get(grouping.key) if isinstance(grouping, TagKey) else line.service


def assert_divided_as_read(engine, home, bill, tree, ask, tracked):
    snapshot = opened(engine, home, bill)
    for shown, beside in itertools.product(range(len(tree)), BESIDE):
        named = frozenset({"opencost"}) if len(tree) % 2 else frozenset()
        segments = segments_of(tree, shown, tracked=tracked, providers_named=named)
        asked = dataclasses.replace(ask, segments=segments, groupings=(Dimension.SEGMENT, *beside))
        found = answer(engine, snapshot, asked)
        expected = slowly(bill, tree, shown, asked, tracked)
        assert by_series(found, segments.titles) == expected
        with localcontext(EXACT):
            assert found.total_cost == sum(expected.values(), Decimal(0))
        ungrouped = answer(engine, snapshot, dataclasses.replace(asked, groupings=beside))
        assert ungrouped.total_cost == found.total_cost
        if not beside:
            explanation = explained(engine, snapshot, asked)
            assert (explanation.total, explanation.adds_up) == (found.total_cost, True)
            assert_rows_add_up(engine, snapshot, asked, explanation)


def assert_rows_add_up(engine, snapshot, asked, explanation):
    """What each row adds, and what each claim takes of it, comes to the same as the parts."""
    for share in explanation.parts:
        rows = source_rows(engine, snapshot, share.part, share.member, asked, limit=1000)
        with localcontext(EXACT):
            assert sum((row["amount"] for row in rows), Decimal(0)) == share.amount
            taken = [each for row in rows for each in row["claims"]]
            assert sum((each.amount for each in taken), Decimal(0)) == share.amount
        assert len(rows) == share.rows


@law
@given(bill=bills, tree=whole_trees, ask=asks, tracked=st.booleans())
def test_the_engine_divides_as_the_rules_say(engine, home, bill, tree, ask, tracked):
    assert_divided_as_read(engine, home, bill, tree, ask, tracked)


@law
@given(bill=bills, tree=divided_trees, ask=asks, tracked=st.booleans())
def test_fractions_go_from_claim_to_claim(engine, home, bill, tree, ask, tracked):
    assert_divided_as_read(engine, home, bill, tree, ask, tracked)


@law
@given(
    bill=converted_bills,
    tree=whole_trees | divided_trees,
    ask=asks,
    tracked=st.booleans(),
    conversion=conversions,
)
def test_what_is_divided_is_converted_exactly(engine, home, bill, tree, ask, tracked, conversion):
    ask = dataclasses.replace(ask, currency=conversion)
    assert_divided_as_read(engine, home, bill, tree, ask, tracked)


@law
@given(bill=converted_bills, tree=whole_trees, ask=asks, tracked=st.booleans(), conversion=conversions)
def test_rows_of_a_series_are_shown_where_each_goes_to_one(
    engine, home, bill, tree, ask, tracked, conversion
):
    snapshot = opened(engine, home, bill)
    ask = dataclasses.replace(ask, currency=conversion, groupings=())
    for shown in range(len(tree)):
        asked = dataclasses.replace(ask, segments=segments_of(tree, shown, tracked=tracked))
        parts, where = rows_asked(asked, snapshot)
        each = dataclasses.replace(asked, segments=None, filter=where) if parts else asked
        assert answer(engine, snapshot, each).total_cost == answer(engine, snapshot, asked).total_cost


def test_of_what_goes_to_another_segment_no_rate_is_missed(books):
    day = dt.date(2025, 1, 1)
    books.add([item(day, 4, billing_currency="EUR"), item(day, 7, billing_currency="GBP", service="b")])
    first = ((OneOf("service", ("b",)), Decimal(1)),)
    everything = ((OneOf("billing_currency", ("EUR", "GBP")), Decimal(1)),)
    tree = (Node(None, 0), Node(0, 0, first), Node(0, 1, everything))
    rates = Rates.of([Rate("EUR", "USD", day, Decimal(2))])
    conversion = Conversion("USD", RateDay.DAILY_RATE, rates)

    def asked(shown):
        segments = segments_of(tree, shown, tracked=False)
        return books.answer("2025-01-01", "2025-01-01", "segment", currency=conversion, segments=segments)

    assert asked(2).total_cost == 8
    for shown in (0, 1):
        with pytest.raises(Malformed, match="no exchange rate for GBP to USD: "):
            asked(shown)


@law
@given(bill=bills, tree=divided_trees, ask=asks)
def test_14_a_segment_is_its_own_and_its_children(engine, home, bill, tree, ask):
    snapshot = opened(engine, home, bill)

    def total(shown):
        asked = dataclasses.replace(ask, groupings=(), segments=segments_of(tree, shown))
        return answer(engine, snapshot, asked).total_cost

    totals = [total(shown) for shown in range(len(tree))]
    for shown in range(len(tree)):
        asked = dataclasses.replace(ask, groupings=(Dimension.SEGMENT,), segments=segments_of(tree, shown))
        found = by_series(answer(engine, snapshot, asked), asked.segments.titles)
        children = [n for n, node in enumerate(tree) if node.parent == shown]
        assert {n: found.get((f"child {n}",), Decimal(0)) for n in children} == {
            n: totals[n] for n in children
        }


@law
@given(bill=bills, tree=divided_trees, ask=asks, data=st.data())
def test_15_and_16_a_tracked_root_without_a_filter_is_the_workspace(engine, home, bill, tree, ask, data):
    """However the segments are ordered and wherever they are moved inside the tree."""
    snapshot = opened(engine, home, bill)
    everything = answer(engine, snapshot, dataclasses.replace(ask, groupings=()))
    tree = (Node(None, 0), *tree[1:])
    moved = tuple(
        dataclasses.replace(
            node,
            parent=data.draw(st.integers(0, place - 1)) if place else None,
            priority=data.draw(st.integers(0, 3)),
        )
        for place, node in enumerate(tree)
    )
    for each in (tree, moved):
        asked = dataclasses.replace(ask, groupings=(Dimension.SEGMENT,), segments=segments_of(each))
        assert answer(engine, snapshot, asked).total_cost == everything.total_cost


@settings(max_examples=20)
@given(
    st.lists(test_cubes.items, min_size=1, max_size=12),
    st.lists(
        st.tuples(trees(test_cubes.filters), test_cubes.asks, st.sampled_from(BESIDE)), min_size=4, max_size=4
    ),
)
def test_cubes_divide_as_rows_do(engine, home, rows, asked):
    with tempfile.TemporaryDirectory(dir=home) as folder:
        whole = test_cubes.with_cubes(engine, Path(folder), rows)
        bare = dataclasses.replace(whole, cubes={})
        for tree, ask, beside in asked:
            segments = segments_of(tree, len(tree) - 1)
            each = dataclasses.replace(ask, segments=segments, groupings=(Dimension.SEGMENT, *beside))
            found = [test_cubes.seen(test_cubes.told(engine, snapshot, each)) for snapshot in (whole, bare)]
            assert found[0] == found[1]


@given(st.lists(st.decimals(0, 1, places=18), max_size=12), st.randoms())
def test_fractions_add_up_to_the_whole_however_many_there_are(weights, random):
    claims = tuple(
        Claim((), frozenset(random.sample(range(len(weights)), random.randint(0, number))) - {number}, 0)
        for number in range(len(weights))
    )
    tops = [
        Claim((), frozenset(each for each in claim.beneath if each > n), 0) for n, claim in enumerate(claims)
    ]
    parts = list(divided(Segments(tuple(tops), ("own",)), dict(enumerate(weights))))
    with localcontext(EXACT):
        assert sum(part for _, part in parts) == 1
    assert all(part >= 0 for _, part in parts)


def test_a_child_takes_its_fraction_and_the_parent_what_is_left():
    claims = (
        Claim((Share(OneOf("service", ("X",)), Decimal(1)),), frozenset({1})),
        Claim((Share(OneOf("service", ("X",)), Decimal("0.25")),)),
    )
    assert list(divided(Segments(claims, ()), {0: Decimal(1), 1: Decimal("0.25")})) == [
        (1, Decimal("0.25")),
        (0, Decimal("0.75")),
        (None, Decimal(0)),
    ]


TEAMS = tuple(Node(0, 1, ((tag_is("team", f"t{number}"), Decimal(1)),)) for number in range(300))


def test_hundreds_of_tags_are_looked_up_in_one_join(engine, home):
    snapshot = test_cubes.with_cubes(engine, home, test_cubes.ROWS)
    tree = (Node(None, 0), *TEAMS, Node(0, 0, ((tag_is("team", "a"), Decimal(1)),)))
    asked = test_cubes.ask(Dimension.SEGMENT, segments=segments_of(tree))
    plan = engine.words(planned(asked, snapshot).totals)
    assert (plan.count("JOIN"), plan.count('tag_set_id" IN')) == (1, 0)
    found = by_series(answer(engine, snapshot, asked), ())
    assert found == {("child 301",): Decimal(360), ("own",): Decimal(360)}


@pytest.mark.parametrize(
    "condition",
    [
        tag_is("team"),
        Not(tag_is("team")),
        tag_is("team", "a", "b"),
        HasTag(Not(OneOf("value", ("a",)))),
        HasTag(Like("key", "te%")),
        HasTag(OneOf("key", ("team", "env"))),
        Not(HasTag(OneOf("key", ("team", "env")))),
    ],
)
def test_a_tag_in_a_column_is_the_tag(engine, home, condition):
    snapshot = test_cubes.with_cubes(engine, home, test_cubes.ROWS[:7])
    tree = (Node(None, 0), Node(0, 0, ((condition, Decimal(1)),)))
    asked = test_cubes.ask(Dimension.SEGMENT, segments=segments_of(tree, tracked=False))
    as_filter = answer(engine, snapshot, test_cubes.ask(filter=condition)).total_cost
    assert answer(engine, snapshot, asked).total_cost == as_filter


def test_a_row_that_a_sibling_takes_is_not_among_those_that_explain(engine, home):
    snapshot = test_cubes.with_cubes(engine, home, test_cubes.ROWS)
    team = ((tag_is("team", "a"), Decimal(1)),)
    everything = ((OneOf("charge_type", ("Usage",)), Decimal(1)),)
    tree = (Node(None, 0), Node(0, 0, team), Node(0, 1, everything))
    asked = test_cubes.ask(segments=segments_of(tree, 2))
    rows = source_rows(engine, snapshot, snapshot.parts[0], None, asked, limit=100)
    assert len(rows) == 100
    assert all([taken.claim for taken in row["claims"]] == [1] for row in rows)
