"""Sheets: texts in the order of their numbers, written so that other programs read the same."""

import csv
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyrie.basics.money import plain
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import Always, By, Field, Listed, Pairs, Sum, Totals
from eyrie.engine.port import Handed, Sheet, SheetFormat, Writing
from tests.engine.test_duckdb import read, written

TEXTS = (Column("c0", Kind.TEXT), Column("c1", Kind.TEXT))
ODD = [
    ("plain", "b"),
    ('a "quote", and a comma', None),
    ("two\nlines\r\n", ""),
    ("", "ü ☃ 💶"),
    ("=1+1", " spaces "),
]


@pytest.fixture
def sheet(engine, folder):
    """Write rows and a sheet of them; give the sheet's path."""

    def write(rows, titles=("A", "B"), columns=TEXTS, **more):
        lines = folder / "lines.parquet"
        engine.write(Writing(lines, columns, Handed(rows), numbered="number"))
        path = folder / "sheet"
        told = {"format": SheetFormat.CSV, "columns": tuple(column.name for column in columns), **more}
        engine.print(Sheet(path=path, titles=titles, rows=lines if rows else None, numbered="number", **told))
        return path

    return write


def as_csv(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_csv_says_every_text_as_it_is(sheet):
    assert as_csv(sheet(ODD)) == [["A", "B"], *([cell or "" for cell in row] for row in ODD)]


def test_a_missing_text_is_told_from_an_empty_one(sheet):
    assert sheet([("a", None), ("b", "")]).read_text() == 'A,B\na,\nb,""\n'


def test_titles_that_differ_in_case_only_are_two_columns(sheet):
    assert as_csv(sheet([("a", "b")], titles=("Tag:x", "Tag:X")))[0] == ["Tag:x", "Tag:X"]


def test_parquet_says_the_same(sheet):
    path = sheet(ODD, titles=("Tag:x", "Tag:X"), format=SheetFormat.PARQUET)
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT * FROM read_parquet('{path}')").fetchall() == ODD


def test_a_window_has_its_rows_in_their_order(sheet):
    rows = [(str(number), "x") for number in range(300_000)]
    told = as_csv(sheet(rows, start=99_999, stop=250_001))[1:]
    assert [row[0] for row in told] == [str(number) for number in range(99_999, 250_001)]


@pytest.mark.parametrize("file_format", SheetFormat)
def test_of_no_rows_there_are_titles(sheet, file_format):
    path = sheet([], format=file_format)
    if file_format is SheetFormat.CSV:
        assert path.read_text() == "A,B\n"
    else:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT * FROM read_parquet('{path}')")
            assert ([column[0] for column in found.description], found.fetchall()) == (["A", "B"], [])


AMOUNTS = st.decimals(min_value=-(10**19), max_value=10**19, places=18) | st.sampled_from(
    [Decimal(0), Decimal("0.1"), Decimal("-0.10"), Decimal(100), Decimal("-1200.50")]
)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20))
def test_the_engine_says_an_amount_as_we_do(engine, folder, amounts):
    """As an exact decimal of its own, and as a text that was handed over."""
    path = folder / "plain.parquet"
    engine.write(Writing(path, (Column("a", Kind.PLAIN),), Handed([(amount,) for amount in amounts])))
    assert [text for (text,) in read(engine, path)] == [plain(amount) for amount in amounts]
    kept = written(engine, folder, [("x", amount) for amount in amounts])
    listing = Listed(kept, (("a", Field("amount")),))
    engine.write(Writing(path, (Column("a", Kind.PLAIN),), listing))
    assert [text for (text,) in read(engine, path)] == [plain(amount) for amount in amounts]


def test_a_number_without_a_point_gets_one(engine, folder):
    path = folder / "plain.parquet"
    rows = [("7",), ("-0.00",), (None,)]
    engine.write(Writing(path, (Column("a", Kind.PLAIN),), Handed(rows)))
    assert [text for (text,) in read(engine, path)] == ["7.0", "0.0", None]


def test_a_kept_answer_is_listed_in_its_order(engine, folder):
    rows = [(f"n{number:05}", Decimal(number % 7)) for number in range(30_000)]
    plan = Totals(
        written(engine, folder, rows),
        (("name", Field("name")),),
        (("amount", Sum("amount")),),
        order=(By("amount", descending=True), By("name")),
    )
    held = engine.hold(plan)
    path = folder / "listed.parquet"
    cells = (("c0", Field("name")), ("c1", Always("USD")), ("c2", Pairs((("a b", "name"), ("n", "amount")))))
    columns = tuple(Column(f"c{place}", Kind.TEXT) for place in range(3))
    engine.write(Writing(path, columns, Listed(held.source, cells, held.order), numbered="number"))
    told = read(engine, path)
    expected = sorted(rows, key=lambda row: (-row[1], row[0]))
    assert [(row[0], row[1], row[2]) for row in told] == [
        (number, name, "USD") for number, (name, _) in enumerate(expected)
    ]
    assert told[0][3].startswith('{"a b":"n00006","n":')


def test_pairs_leave_out_what_is_missing(engine, folder):
    source = written(engine, folder, [('q"\n', None), (None, None)])
    path = folder / "pairs.parquet"
    cell = Pairs((("x", "name"), ("y", "amount")))
    engine.write(Writing(path, (Column("c", Kind.TEXT),), Listed(source, (("c", cell),), (By("name"),))))
    assert [text for (text,) in read(engine, path)] == ['{"x":"q\\"\\n"}', "{}"]
