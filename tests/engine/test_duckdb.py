"""What the embedded engine does, and what it never does."""

import dataclasses
import datetime as dt
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import duckdb
import pytest

from eyrie.basics.errors import Fault, LedgerBroken, Unavailable
from eyrie.engine.columns import Column, Kind
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.plan import (
    By,
    EachTag,
    FewTags,
    Field,
    File,
    Files,
    Largest,
    Rows,
    Smallest,
    Sum,
    TagsLeft,
    Totals,
)
from eyrie.engine.port import Budget, Cancel, Handed, Selected, Writing
from eyrie.engine.sql import Sql

COLUMNS = (Column("name", Kind.TEXT), Column("amount", Kind.AMOUNT))


def written(engine, folder, rows, file="rows.parquet", columns=COLUMNS, **known):
    path = folder / file
    engine.write(Writing(path, columns, Handed(rows), **known))
    return Files((File(str(path)),))


def read(engine, path):
    return engine._database.execute(f"SELECT * FROM read_parquet('{path}')").fetchall()


def tables(engine):
    return engine._database.execute("SELECT table_name FROM duckdb_tables()").fetchall()


def types(engine, path):
    described = engine._database.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
    return {row[0]: row[1] for row in described}


def kept_bytes(engine):
    """What the tables in memory take."""
    asked = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
    return engine._database.execute(asked).fetchall()[0][0]


def endless(engine, folder):
    """A plan that does not end in time: every tag of a set with thousands of them, for every one of them."""
    rows = written(engine, folder, [(1,)], "one.parquet", (Column("tag_set_id", Kind.LONG),))
    columns = (Column("id", Kind.LONG), Column("key", Kind.TEXT), Column("value", Kind.TEXT))
    tags = written(engine, folder, ((1, str(n), "v") for n in range(60_000)), "tags.parquet", columns)
    tag_files = (tags.files[0].path,)
    inner = Totals(rows, keys=(("tag_set_id", Field("tag_set_id")),))
    keys = (("tag_set_id", Field("tag_set_id")), ("tag", Field("key")))
    each = EachTag(Totals(EachTag(inner, tag_files), keys), tag_files)
    return Totals(each, measures=(("last", Largest("key")), ("tag", Smallest("tag"))))


class TestLockedDown:
    """Outside its folders there is nothing, and nobody can change that."""

    def test_a_plan_reads_no_file_outside(self, engine, folder):
        outside = folder.parent / "outside.parquet"
        outside.write_bytes(b"secret")
        with pytest.raises(Fault, match="Cannot access file"):
            engine.run(Totals(Files((File(str(outside)),)), keys=(("x", Field("x")),)))

    def test_a_file_is_not_written_outside(self, engine, folder):
        outside = folder.parent / "outside.parquet"
        with pytest.raises(Fault, match="Cannot access file"):
            engine.write(Writing(outside, COLUMNS, Handed([("a", Decimal(1))])))
        assert not outside.exists()

    @pytest.mark.parametrize(
        "statement",
        [
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            "SET memory_limit = '90%'",
            "ATTACH '/tmp/other.db'",
            "SELECT * FROM read_text('/etc/hostname')",
            "SELECT * FROM COLUMNS",
        ],
    )
    def test_statements_that_would_open_a_door_fail(self, engine, statement):
        with pytest.raises(duckdb.Error):
            engine._database.execute(statement)

    def test_python_values_are_not_tables(self, engine):
        COLUMNS_HERE = [1, 2]  # noqa: F841, N806 (what must not be found)
        with pytest.raises(duckdb.Error, match="COLUMNS_HERE"):
            engine._database.execute("SELECT * FROM COLUMNS_HERE")


class TestFewTags:
    """What is left of tag sets when only a few keys are kept."""

    KEYS = ("env", "team")

    @pytest.fixture
    def tagged(self, engine, folder):
        rows = written(
            engine, folder, [(n,) for n in range(5)], "rows.parquet", (Column("tag_set_id", Kind.LONG),)
        )
        columns = (Column("id", Kind.LONG), Column("key", Kind.TEXT), Column("value", Kind.TEXT))
        pairs = [(1, "team", "a"), (1, "Name", "x"), (2, "Name", "y"), (2, "team", "a"), (3, "Name", "z")]
        tags = written(engine, folder, [*pairs, (4, "team", "a"), (4, "env", "b")], "tags.parquet", columns)
        return Files(rows.files, (tags.files[0].path,))

    def test_sets_that_say_the_same_of_the_keys_become_one(self, engine, tagged):
        few = FewTags(tagged, self.KEYS)
        found = engine.run(
            Totals(few, (("id", Field("tag_set_id")),), (("rows", Rows()),), order=(By("rows"),))
        )
        counts = dict(found.rows)
        assert counts.pop(0) == 2, "untagged, and tagged with other keys only"
        assert sorted(counts.values()) == [1, 2]

    def test_what_is_left_has_the_ids_that_the_rows_have(self, engine, tagged):
        few = FewTags(tagged, self.KEYS)
        ids = set(engine.run(Totals(few, (("id", Field("tag_set_id")),))).column("id"))
        columns = tuple((name, Field(name)) for name in ("id", "key", "value"))
        left = engine.run(Totals(TagsLeft(few), columns)).rows
        assert {number for number, _, _ in left} | {0} == ids
        assert sorted(pair for _, *pair in left) == [["env", "b"], ["team", "a"], ["team", "a"]]

    def test_salt_changes_ids_and_not_what_tells_contents_apart(self, engine, tagged):
        def left(salt):
            plan = Totals(
                TagsLeft(FewTags(tagged, self.KEYS, salt)), (("id", Field("id")), ("check", Field("check")))
            )
            return engine.run(plan)

        assert set(left(0).column("check")) == set(left(1).column("check"))
        assert set(left(0).column("id")).isdisjoint(left(1).column("id"))


class TestWriting:
    """Sorted, numbered, and each decimal column as narrow as it can be."""

    def test_rows_are_sorted_and_numbered_and_equal_ones_keep_their_order(self, engine, folder):
        columns = (Column("name", Kind.TEXT), Column("note", Kind.TEXT))
        rows = [("b", "1"), (None, "2"), ("a", "3"), ("b", "0")]
        written(engine, folder, rows, columns=columns, sorted_by=("name",), numbered="row")
        assert read(engine, folder / "rows.parquet") == [
            (0, "a", "3"),
            (1, "b", "1"),
            (2, "b", "0"),
            (3, None, "2"),
        ]

    @pytest.mark.parametrize(
        ("amounts", "kept"),
        [
            (["99999999.9999999999", "-99999999.9999999999", None], "DECIMAL(18,10)"),
            ([None, None], "DECIMAL(18,10)"),
            (["100000000"], "DECIMAL(38,18)"),
            (["1", "0.00000000001"], "DECIMAL(38,18)"),
            (["0.000000000000000001", "-99999999999999999999.999999999999999999"], "DECIMAL(38,18)"),
        ],
    )
    def test_a_column_is_narrow_when_every_value_fits(self, engine, folder, amounts, kept):
        values = [amount and Decimal(amount) for amount in amounts]
        written(engine, folder, [("a", value) for value in values])
        assert types(engine, folder / "rows.parquet")["amount"] == kept
        assert [row[1] for row in read(engine, folder / "rows.parquet")] == values

    def test_what_a_plan_gives_is_written_unless_it_is_too_much(self, engine, folder):
        source = written(engine, folder, [("b", Decimal(1)), ("a", Decimal(2)), ("b", Decimal(3))])
        plan = Totals(source, (("name", Field("name")),), (("amount", Sum("amount")),))
        path = folder / "sums.parquet"
        writing = Writing(path, COLUMNS, plan, sorted_by=("name",), narrow=frozenset({"amount"}), most_rows=2)
        assert engine.write(writing) == 2
        assert read(engine, path) == [("a", Decimal(2)), ("b", Decimal(4))]
        assert engine.narrow(Files((File(str(path)),))) == {"amount"}
        assert engine.write(dataclasses.replace(writing, path=folder / "no.parquet", most_rows=1)) == 0
        assert not (folder / "no.parquet").exists()

    def test_only_what_is_narrow_in_all_files_is_called_narrow(self, engine, folder):
        one = written(engine, folder, [("a", Decimal(1))], "one.parquet")
        large = written(engine, folder, [("a", Decimal(10**9))], "large.parquet")
        assert engine.narrow(one) == {"amount"}
        assert engine.narrow(Files((*one.files, *large.files))) == frozenset()

    def test_more_than_eighteen_decimals_are_rounded_half_away_from_zero(self, engine, folder):
        written(engine, folder, [("a", Decimal("-0.0000000000000000005"))])
        assert read(engine, folder / "rows.parquet") == [("a", Decimal("-1E-18"))]

    def test_any_text_arrives_as_it_is(self, engine, folder):
        texts = [
            "",
            " ",
            "NULL",
            "\\N",
            "a,b",
            'q"q',
            "l1\nl2\r\n",
            "tab\t",
            "nul\x00",
            "é😀",
            "[1]",
            "'; --",
        ]
        written(engine, folder, [(text, None) for text in texts])
        assert [row[0] for row in read(engine, folder / "rows.parquet")] == texts

    def test_every_kind_of_column(self, engine, folder):
        columns = tuple(Column(kind.name.lower(), kind) for kind in Kind)
        moment = dt.datetime.combine(dt.date(2025, 1, 2), dt.time(3, 4, 5, 678))
        numbers = (-(2**15), 2**31 - 1, -(2**63))
        row = (
            "t",
            Decimal("1.5"),
            dt.date(2025, 1, 2),
            moment,
            True,
            *numbers,
            "1.5",
            "2025-01-02T00:00:00Z",
        )
        written(engine, folder, [row, (None,) * len(row)], columns=columns)
        assert read(engine, folder / "rows.parquet") == [row, (None,) * len(row)]

    def test_of_no_rows_there_is_no_file(self, engine, folder):
        assert engine.write(Writing(folder / "rows.parquet", COLUMNS, Handed([]))) == 0
        assert not (folder / "rows.parquet").exists()

    def test_rows_that_come_in_many_chunks(self, engine, folder):
        files = written(engine, folder, ((f"n{n}", Decimal(n)) for n in range(25_000)))
        plan = Totals(files, measures=(("rows", Rows()), ("amount", Sum("amount"))))
        assert engine.run(plan).rows == [(25_000, Decimal(312_487_500))]

    @pytest.mark.parametrize(("narrow", "kept"), [(None, "DECIMAL(18,10)"), (frozenset(), "DECIMAL(38,18)")])
    def test_rows_that_the_engine_selects_itself(self, engine, folder, narrow, kept):
        select = Sql("SELECT i::DECIMAL(38,18) AS amount, 'n' || i AS name FROM range(?) AS t(i)", (3,))
        writing = Writing(folder / "rows.parquet", COLUMNS, Selected(select), ("amount",), "row", narrow)
        assert engine.write(writing) == 3
        assert read(engine, folder / "rows.parquet") == [
            (0, "n0", Decimal(0)),
            (1, "n1", Decimal(1)),
            (2, "n2", Decimal(2)),
        ]
        assert types(engine, folder / "rows.parquet")["amount"] == kept


class TestReading:
    """Exact sums over whatever the files are like."""

    @pytest.mark.parametrize("order", [("narrow", "wide"), ("wide", "narrow")])
    def test_narrow_and_wide_files_add_up_in_either_order(self, engine, folder, order):
        amounts = {"narrow": "99999999.5", "wide": "12345678901234567890.000000000000000001"}
        files = [
            written(engine, folder, [("a", Decimal(amounts[width]))], f"{width}.parquet") for width in order
        ]
        both = Files(tuple(each.files[0] for each in files))
        result = engine.run(Totals(both, measures=(("amount", Sum("amount")),)))
        assert result.column("amount") == [Decimal("12345678901334567889.500000000000000001")]

    def test_a_missing_file_is_a_broken_ledger(self, engine, folder):
        with pytest.raises(LedgerBroken, match=r"gone\.parquet"):
            engine.run(Totals(Files((File(str(folder / "gone.parquet")),)), keys=(("x", Field("x")),)))

    def test_a_held_answer_keeps_its_order_and_is_dropped_with_its_last_reference(self, engine, folder):
        files = written(engine, folder, ((f"{n:05}", Decimal(n)) for n in range(5_000)))
        plan = Totals(files, keys=(("name", Field("name")),), order=(By("name", descending=True),))
        held = engine.hold(plan)
        assert len(held) == 5_000
        assert held.slice(1_000, 1_002).rows == [("03999",), ("03998",)]
        assert held.slice(4_999, 6_000).rows == [("00000",)]
        assert held.slice(6_000, 7_000).rows == []
        table = held.source.table
        del held
        gc.collect()
        engine.hold(plan)
        assert (table,) not in tables(engine)

    def test_a_large_answer_is_sorted_where_it_is_looked_at(self, engine, folder):
        columns = (Column("name", Kind.TEXT), Column("amount", Kind.AMOUNT), Column("note", Kind.TEXT))
        rows = [(None if n % 3 == 0 else f"bin {n % 3}", Decimal(n % 50), f"{n:05}") for n in range(12_000)]
        files = written(engine, folder, rows, columns=columns)
        order = (By("name", descending=True), By("amount"), By("note"))
        held = engine.hold(
            Totals(files, tuple((each.name, Field(each.name)) for each in columns), order=order)
        )
        expected = sorted(rows, key=lambda row: (row[0] is None, -int((row[0] or "0")[-1]), row[1], row[2]))
        names = {table for (table,) in tables(engine)}
        assert held.slice(0, 3).rows == expected[:3]
        assert held.texts(["note", "amount"], 4_000, 4_002) == [
            (row[2], f"{row[1]}.0000000000") for row in expected[4_000:4_002]
        ]
        assert {table for (table,) in tables(engine)} == names, "first rows are picked out"
        assert held.slice(1, 3).rows == expected[1:3]
        assert len({table for (table,) in tables(engine)} - names) == 1, "one bin of three was sorted"
        with ThreadPoolExecutor(4) as pool:
            pages = list(
                pool.map(lambda page, kept=held: kept.slice(page * 700, page * 700 + 700).rows, range(18))
            )
        assert [row for page in pages for row in page] == expected
        assert held.texts(["note"], 11_999, 12_050) == [(expected[-1][2],)]
        del held
        gc.collect()
        engine.hold(Totals(files, (("name", Field("name")),)))
        assert len(tables(engine)) == 1, "its bins went with it"

    def test_a_slice_as_texts(self, engine, folder):
        columns = (
            Column("amount", Kind.AMOUNT),
            Column("day", Kind.DAY),
            Column("hour", Kind.MOMENT),
            Column("known", Kind.FLAG),
            Column("name", Kind.TEXT),
        )
        hour = dt.datetime.combine(dt.date(2025, 1, 2), dt.time(5))
        rows = [(Decimal("-0.5"), hour.date(), hour, True, "é"), (None,) * len(columns)]
        files = written(engine, folder, rows, columns=columns)
        keys = tuple((column.name, Field(column.name)) for column in columns)
        held = engine.hold(Totals(files, keys=keys, order=(By("amount"),)))
        assert held.texts(["name", "hour", "day", "amount", "known"], 0, 1) == [
            ("é", "2025-01-02 05:00:00", "2025-01-02", "-0.5000000000", "true")
        ]
        assert held.texts(["known", "amount"], 1, 5) == [(None, None)]

    @pytest.mark.parametrize("count", [100, 2_000, 150_000])
    def test_a_held_answer_tells_about_how_much_memory_it_takes(self, engine, folder, count):
        numbers = ((f"name {n:>30}", Decimal(n)) for n in range(count))
        files = written(engine, folder, numbers)
        keys = (("name", Field("name")), ("amount", Field("amount")))
        before = kept_bytes(engine)
        held = [engine.hold(Totals(files, keys=keys)) for _ in range(4)]
        taken = kept_bytes(engine) - before
        assert taken / 2 < sum(each.bytes for each in held) < taken * 2

    def test_threads_share_one_engine(self, engine, folder):
        files = written(engine, folder, ((f"n{n % 7}", Decimal(n)) for n in range(1_000)))
        plan = Totals(files, (("name", Field("name")),), (("amount", Sum("amount")),), order=(By("name"),))
        expected = engine.run(plan).rows

        def ask(_):
            return engine.hold(plan).slice(0, 10).rows

        with ThreadPoolExecutor(8) as pool:
            assert all(rows == expected for rows in pool.map(ask, range(200)))


class TestLimits:
    """Questions end when they are told to, and wait their turn."""

    def test_a_cancelled_question_does_not_start(self, engine, folder):
        cancel = Cancel()
        cancel.cancel()
        with pytest.raises(Unavailable, match="cancelled"):
            engine.run(
                Totals(written(engine, folder, [("a", None)]), keys=(("name", Field("name")),)), cancel
            )

    @pytest.mark.parametrize("way", ["run", "hold"])
    def test_a_running_question_is_stopped_from_another_thread(self, engine, folder, way):
        plan, cancel = endless(engine, folder), Cancel()
        with ThreadPoolExecutor(1) as pool:
            question = pool.submit(getattr(engine, way), plan, cancel)
            cancel.cancel()
            with pytest.raises(Unavailable, match="cancelled"):
                question.result()
        files = written(engine, folder, [("a", Decimal(1))], "after.parquet")
        assert engine.run(Totals(files, measures=(("rows", Rows()),))).rows == [(1,)]

    def test_too_many_questions_wait_and_then_are_turned_away(self, folder):
        budget = Budget(200_000_000, threads=1, spill_folder=folder / "spill", questions=1, wait_seconds=0.05)
        engine, cancel, started = DuckDb(budget, [folder]), Cancel(), threading.Event()
        watch = cancel.watch
        cancel.watch = lambda stops: (watch(stops), started.set())
        plan = endless(engine, folder)
        quick = written(engine, folder, [("a", None)])
        held = engine.hold(Totals(quick, keys=(("name", Field("name")),)))
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(engine.run, plan, cancel)
            started.wait()
            with pytest.raises(Unavailable, match="Too many questions"):
                engine.run(Totals(quick, measures=(("rows", Rows()),)))
            assert held.slice(0, 1).rows == [("a",)]  # of what is kept a little can be read at any time
            cancel.cancel()
            assert isinstance(first.exception(), Unavailable)
        assert engine.run(Totals(quick, measures=(("rows", Rows()),))).rows == [(1,)]
        engine.close()
