"""Rows of costs are printed exactly as cell by cell from values, whatever they hold."""

import datetime as dt
from decimal import Decimal
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyrie.answers.cost_rows import rows_shown
from eyrie.basics.period import Bin, Period
from eyrie.costs.query.answer import Answer
from eyrie.costs.query.ask import AggregateBy, Ask, CostSettings, Dimension, TagKey
from eyrie.costs.query.plan import (
    ACCRUED_AT,
    AMOUNT,
    INSTANCE,
    RESOURCE_NAME,
    USAGE,
    USAGE_UNIT,
    named,
    shows_usage,
)
from eyrie.costs.query.weighing import Rows as WeighedRows
from eyrie.engine.columns import Column, Kind
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.plan import By, Field, File, Files, Totals
from eyrie.engine.port import Budget, Handed, Writing
from tests.answers.plain_printer import printed

NUMBER = "number"
DAY = dt.date(2025, 1, 1)
_files = count(1)

amounts = st.decimals(-(10**19), 10**19, places=18) | st.sampled_from(
    [Decimal(0), Decimal(-8), Decimal(100), Decimal("175.75"), Decimal("-1E-18"), Decimal("-0.5")]
)
words = (
    st.none()
    | st.text(max_size=6)
    | st.sampled_from(['"', "\\", "\x00\x1f\x7f", "é😀\u2028", "</a>", "a:b,c", ""])
)


@st.composite
def asks(draw):
    tags = st.sampled_from([TagKey("team"), TagKey('k"ey'), TagKey("ключ")])
    return Ask(
        period=Period(DAY, DAY + dt.timedelta(days=400)),
        today=DAY,
        groupings=tuple(draw(st.lists(st.sampled_from(Dimension) | tags, max_size=5, unique=True))),
        bin=draw(st.sampled_from([Bin.DAY, Bin.HOUR])),
        settings=CostSettings(aggregate_by=draw(st.sampled_from(AggregateBy))),
    )


def cells_of(ask):
    """The columns of an answer, each with its kind and what can be in it."""
    begins = st.dates(DAY, DAY + dt.timedelta(days=399))
    columns = {ACCRUED_AT: (Kind.DAY, begins)}
    if ask.bin is Bin.HOUR:
        hours = st.builds(
            lambda day, hour: dt.datetime.combine(day, dt.time(hour)), begins, st.integers(0, 23)
        )
        columns = {ACCRUED_AT: (Kind.MOMENT, hours)}
    for column, grouping in named(ask.groupings):
        is_truth = grouping is Dimension.TAGGED
        columns[column] = (Kind.FLAG, st.booleans()) if is_truth else (Kind.TEXT, words)
    if Dimension.PROVIDER in ask.groupings:
        columns[INSTANCE] = (Kind.TEXT, words)
    if shows_usage(ask):
        columns[USAGE_UNIT] = (Kind.TEXT, words)
    columns[AMOUNT], columns[USAGE] = (Kind.AMOUNT, amounts), (Kind.AMOUNT, st.none() | amounts)
    if Dimension.RESOURCE_ID in ask.groupings:
        columns[RESOURCE_NAME] = (Kind.TEXT, words)
    return columns


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    engine = DuckDb(Budget(500_000_000, threads=2, spill_folder=folder / "spill"), [folder])
    yield engine, folder
    engine.close()


def by_the_engine(engine, folder, columns, rows):
    """The rows as the engine keeps them, in the order in which they are given."""
    kinds = (Column(NUMBER, Kind.NUMBER), *(Column(name, kind) for name, (kind, _) in columns.items()))
    file = folder / f"{next(_files)}.parquet"
    engine.write(Writing(file, kinds, Handed((number, *row) for number, row in enumerate(rows))))
    keys = tuple((column.name, Field(column.name)) for column in kinds)
    return engine.hold(Totals(Files((File(str(file)),)), keys=keys, order=(By(NUMBER),)))


def in_python(columns, rows):
    """The same rows as answers with weights keep them; a name of a resource is always among their columns."""
    if RESOURCE_NAME in columns:
        return WeighedRows(tuple(columns), tuple(rows))
    return WeighedRows((*columns, RESOURCE_NAME), tuple((*row, None) for row in rows))


@given(data=st.data(), ask=asks())
def test_rows_are_printed_as_cell_by_cell(engine, data, ask):
    columns = cells_of(ask)
    rows = data.draw(st.lists(st.tuples(*(cells for _, cells in columns.values())), min_size=1, max_size=4))
    start = data.draw(st.integers(0, len(rows)))
    for held in (by_the_engine(*engine, columns, rows), in_python(columns, rows)):
        found = Answer(ask, 1, "EUR", Decimal(0), None, None, held)
        expected = printed(found.page(start, start + 3), ask, "EUR", with_usage=shows_usage(ask))
        assert msgspec.json.encode(rows_shown(found, "EUR", start, start + 3)).decode() == expected
        assert len(found.page(0, 10)) == len(rows)
