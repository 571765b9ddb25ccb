"""Cubes: an answer from sums is the answer from rows, digit for digit, whatever is asked."""

import dataclasses
import datetime as dt
import itertools
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin, Period
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.cube_tags import cube_keys
from eyrie.costs.ledger.cube_writing import Worth, write_cubes
from eyrie.costs.ledger.cubes import SHAPES, quickest, tag_shape
from eyrie.costs.ledger.parts import Delivery, Snapshot
from eyrie.costs.ledger.writing import write_part
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import AggregateBy, Ask, CostSettings, Dimension, Order, TagKey
from eyrie.costs.query.catalogue import services
from eyrie.costs.query.explain import explained
from eyrie.costs.query.plan import planned
from eyrie.engine.plan import Compared, Comparison, Either, Every, Like, Missing, Not, OneOf, tag_is
from eyrie.engine.reach import Reach
from tests.costs.query.bills import TODAY, item

ALWAYS_WORTH_IT = Worth(fewest_rows=0, rows_to_one=1, bytes_to_one=0)
DELIVERY = Delivery("accss_crdntl_1", "default", "costs.csv", "usr_csts_upld_1")
MONTHS = (dt.date(2025, 1, 1), dt.date(2025, 2, 1))
KEYS = (("team", "env"), ("team",))
ALWAYS_THERE = tuple(each for each in Dimension if each is not Dimension.SEGMENT)

amounts = st.decimals(-1_000, 1_000, places=10) | st.sampled_from(
    (Decimal(0), Decimal("123456789012.123456789012345678"), Decimal("99999999.9999999999"))
)
items = st.builds(
    item,
    st.dates(dt.date(2024, 12, 30), dt.date(2025, 3, 2)),
    amounts,
    provider=st.sampled_from((Provider.AWS, Provider.CUSTOM_PROVIDER, Provider.KUBERNETES)),
    effective_cost=amounts,
    basis=st.sampled_from(Basis),
    usage_amount=st.none() | amounts,
    usage_unit=st.sampled_from((None, "GB", "Hours")),
    account_id=st.sampled_from((None, "", "1")),
    billing_account_id=st.sampled_from((None, "b")),
    service=st.sampled_from((None, "", "Seats", "Ünits")),
    category=st.sampled_from((None, "Compute")),
    subcategory=st.sampled_from((None, "VM", "Disk")),
    region=st.sampled_from((None, "eu", "us")),
    resource_id=st.sampled_from((None, "r1", "r2")),
    charge_type=st.sampled_from(("Usage", "Tax")),
    adjustment_class=st.sampled_from(AdjustmentClass),
    marketplace=st.booleans(),
    tags=st.dictionaries(
        st.sampled_from(("team", "env", "Name")), st.sampled_from(("a", "b", "")), max_size=3
    ),
)
filters = st.sampled_from(
    (
        Every(()),
        OneOf("service", ("Seats", "")),
        Like("region", "e%"),
        Not(OneOf("account_id", ("1",))),
        Missing("billing_account_id"),
        Compared("charge_type", Comparison.AT_LEAST, "U"),
        OneOf("resource_id", ("r1",)),
        Compared("effective_cost", Comparison.MORE, Decimal(10)),
        tag_is("team", "a"),
        Not(tag_is("env")),
        Either((tag_is("team", "b"), tag_is("Name", "a"))),
        Every((tag_is("env", "a"), Not(tag_is("team", "")))),
        Every((OneOf("provider", ("aws",)), Not(OneOf("marketplace", (True,))))),
    )
)
groupings = st.lists(
    st.sampled_from((*ALWAYS_THERE, TagKey("team"), TagKey("env"), TagKey("Name"), TagKey("nobody"))),
    max_size=3,
    unique=True,
)
asks = st.builds(
    Ask,
    period=st.builds(
        lambda start, days: Period(start, start + dt.timedelta(days=days)),
        st.dates(dt.date(2024, 12, 29), dt.date(2025, 3, 1)),
        st.integers(1, 70),
    ),
    today=st.sampled_from((TODAY, dt.date(2025, 1, 20))),
    groupings=groupings.map(tuple),
    bin=st.sampled_from((Bin.DAY, Bin.WEEK, Bin.MONTH, Bin.QUARTER)),
    order=st.sampled_from(Order),
    settings=st.builds(
        CostSettings,
        include_credits=st.booleans(),
        include_refunds=st.booleans(),
        include_discounts=st.booleans(),
        include_tax=st.booleans(),
        amortize=st.booleans(),
        aggregate_by=st.sampled_from(AggregateBy),
    ),
    filter=filters,
)


def with_cubes(engine, folder, *months, keys=KEYS, worth=ALWAYS_WORTH_IT):
    """A snapshot of a part for each month, and its cubes."""
    parts = [
        write_part(engine, folder, rows, DELIVERY, month)
        for rows, month in zip(months, MONTHS, strict=False)
        if rows
    ]
    cubes = {part.token: write_cubes(engine, folder, part, keys, worth=worth) for part in parts}
    return Snapshot(1, folder, tuple(parts), {}, cubes)


def told(engine, snapshot, ask):
    try:
        found = answer(engine, snapshot, ask)
    except Malformed as malformed:
        return str(malformed)
    return dataclasses.replace(found, held=None), found.page(0, 10_000)


def seen(outcome):
    """An answer compares by identity, so its fields are compared."""
    return outcome if isinstance(outcome, str) else (vars(outcome[0]), outcome[1])


@settings(max_examples=25)
@given(
    st.lists(items, min_size=1, max_size=12),
    st.lists(items, max_size=8),
    st.lists(asks, min_size=6, max_size=6),
    st.sets(st.sampled_from(tuple(shape.name for shape in SHAPES)), max_size=3),
)
def test_an_answer_from_cubes_is_the_answer_from_rows(engine, home, january, february, asked, gone):
    """Some cubes are missing, as they are where they do not pay, so rows and sums are mixed."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        whole = with_cubes(engine, Path(folder), january, february)
        first = whole.parts[0].token
        kept = tuple(cube for cube in whole.cubes[first] if cube.shape not in gone)
        mixed = dataclasses.replace(whole, cubes={**whole.cubes, first: kept})
        rows = dataclasses.replace(whole, cubes={})
        for ask in asked:
            expected = seen(told(engine, rows, ask))
            assert seen(told(engine, whole, ask)) == expected
            assert seen(told(engine, mixed, ask)) == expected


def ask(*groupings, **known):
    period = Period(dt.date(2025, 1, 1), dt.date(2025, 2, 1))
    return Ask(period=period, today=TODAY, groupings=groupings, **known)


ROWS = [
    item(
        dt.date(2025, 1, day),
        "1.5",
        service=service,
        account_id=account,
        region=region,
        tags={
            "team": team,
            "env": "prod" if account < "3" else "dev",
            "Name": f"{day} {service} {account} {region} {team}",
        },
    )
    for day, service, account, region, team in itertools.product(
        range(1, 11), ("Seats", "Disks", "Nets"), ("1", "2", "3", "4"), ("eu", "us"), ("a", "b")
    )
]


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        (ask(), "days"),
        (ask(Dimension.PROVIDER), "days"),
        (ask(Dimension.CHARGE_TYPE, filter=OneOf("marketplace", (True,))), "days"),
        (ask(Dimension.SERVICE), "services"),
        (ask(Dimension.COST_CATEGORY, settings=CostSettings(aggregate_by=AggregateBy.USAGE)), "services"),
        (ask(Dimension.ACCOUNT_ID), "accounts"),
        (ask(Dimension.REGION), "regions"),
        (ask(Dimension.REGION, filter=OneOf("service", ("Seats",))), "regions and services"),
        (ask(Dimension.PROVIDER, Dimension.SERVICE, Dimension.ACCOUNT_ID), "accounts and services"),
        (ask(TagKey("team")), tag_shape(("team",))),
        (ask(TagKey("env")), tag_shape(("team", "env"))),
        (ask(TagKey("env"), filter=tag_is("team", "a")), tag_shape(("team", "env"))),
        (ask(filter=Not(tag_is("team"))), tag_shape(("team",))),
        (ask(TagKey("Name")), ""),
        (ask(TagKey("team"), Dimension.SERVICE), ""),
        (ask(Dimension.REGION, Dimension.ACCOUNT_ID), ""),
        (ask(Dimension.RESOURCE_ID), ""),
        (ask(Dimension.TAGGED), ""),
        (ask(bin=Bin.HOUR, filter=OneOf("service", ("Seats",))), ""),
        (ask(filter=Compared("billed_cost", Comparison.MORE, Decimal(1))), ""),
        (ask(filter=tag_is("Name", "x")), ""),
        (ask(Dimension.USAGE_UNIT), "days"),
        (ask(filter=OneOf("usage_unit", ("GB",))), ""),
    ],
)
def test_the_smallest_cube_that_can_answers(engine, home, asked, shape):
    if asked.bin is Bin.HOUR:
        asked = dataclasses.replace(asked, period=Period(dt.date(2025, 1, 1), dt.date(2025, 1, 9)))
    snapshot = with_cubes(engine, home, ROWS)
    of_file = {str(home / part.file): part.shape for part in snapshot.all_parts()}
    source = planned(asked, snapshot).totals.source
    files = source.rows.source if hasattr(source, "rows") else source
    assert [of_file[file.path] for file in files.files] == [shape]


def test_a_part_with_a_masked_member_answers_itself(engine, home):
    snapshot = with_cubes(engine, home, ROWS)
    part = snapshot.parts[0]
    masked = dataclasses.replace(snapshot, masked={part.token: frozenset({3})})
    assert quickest(snapshot, part, Reach(frozenset({"service"}))).shape == "services"
    assert quickest(masked, part, Reach(frozenset({"service"}))) is part


def test_only_what_is_much_smaller_is_written(engine, home):
    """Services by day are half of services and regions by day, which answer nearly as quickly."""
    snapshot = with_cubes(engine, home, ROWS, worth=Worth(fewest_rows=480, rows_to_one=3, bytes_to_one=0))
    rows = {cube.shape: cube.rows for cube in snapshot.cubes[snapshot.parts[0].token]}
    assert rows == {
        "accounts and services": 120,
        "accounts": 40,
        "regions and services": 60,
        "regions": 20,
        "days": 10,
        tag_shape(("team", "env")): 40,
        tag_shape(("team",)): 20,
    }


def test_a_small_part_has_none(engine, home):
    snapshot = with_cubes(engine, home, ROWS, worth=Worth(fewest_rows=481))
    assert list(snapshot.all_parts()) == list(snapshot.parts)


def test_keys_that_many_rows_carry_with_few_values_are_chosen(engine, home):
    part = write_part(engine, home, ROWS, DELIVERY, MONTHS[0])
    assert cube_keys(engine, home, part) == (("env", "team"),)


def test_preferred_keys_come_first_and_need_few_rows(engine, home):
    rare = [
        dataclasses.replace(row, tags={**row.tags, "cost center": "x"} if place < 10 else row.tags)
        for place, row in enumerate(ROWS)
    ]
    part = write_part(engine, home, rare, DELIVERY, MONTHS[0])
    assert cube_keys(engine, home, part) == (("env", "team"),)
    assert cube_keys(engine, home, part, {"cost center", "nobody has this"})[0][0] == "cost center"


def test_services_are_listed_from_a_cube(engine, home):
    snapshot = with_cubes(engine, home, ROWS)
    cubes = [cube for cube in snapshot.cubes[snapshot.parts[0].token] if cube.shape == "services"]
    for path in {part.file for part in snapshot.all_parts()} - {cube.file for cube in cubes}:
        (home / path).unlink()
    assert [service.name for service in services(engine, snapshot)] == ["Disks", "Nets", "Seats"]


def test_an_explanation_holds_the_total_of_cubes_against_the_rows(engine, home):
    snapshot = with_cubes(engine, home, ROWS)
    explanation = explained(engine, snapshot, ask(Dimension.SERVICE))
    assert explanation.total == Decimal(720)
    assert [share.rows for share in explanation.parts] == [480]
    assert explanation.adds_up


def test_cubes_of_large_sums_are_wide(engine, home):
    """Each amount fits the narrow type, their sum does not."""
    rows = [item(dt.date(2025, 1, 1), "99999999.0000000001") for _ in range(3)]
    snapshot = with_cubes(engine, home, rows)
    assert answer(engine, snapshot, ask()).total_cost == Decimal("299999997.0000000003")
