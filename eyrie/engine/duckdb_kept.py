"""Answers that DuckDB keeps: tables of the in-memory database, of which pages are read.

Sorting a large answer takes longer than working it out, and people look at its first page. So an answer lies
as it came, and a large one is cut into runs where the first step of its order changes, each sorted when a
page of it is first asked for. The first page of a run needs not even that: its rows are picked out.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from eyrie.engine.duckdb_dialect import in_order, printed
from eyrie.engine.plan import By, Kept, Totals
from eyrie.engine.port import Result, Row
from eyrie.engine.sql import Sql, joined, name, sql, value

ONE_RUN = 10_000  # rows of an answer that is not cut into runs
FEWEST = 2_000  # rows of a run, or a page would be put together from many
AT_ONCE = 100_000  # rows of an answer that is sorted in one piece for whoever wants all of it

# What kept columns take: bytes of a cell by its type, of a block, and of a column of few rows.
_WIDTHS = {"DATE": 4, "TIMESTAMP": 8, "BOOLEAN": 1, "VARCHAR": 4}
_BLOCK, _LEAST = 262_144, 4_096
_SAMPLE = 2_000  # rows whose letters are counted for all
_FEW, _LONG = 1_000, 200  # rows of which no letters are counted, and how many a text is thought to have there

_FRACTION = "DECIMAL(38,38)"

Look = Callable[[Sql], list[Row]]


@dataclass(frozen=True)
class _Run:
    """Rows that follow each other in the answer: which, where they begin, how many."""

    condition: Sql
    start: int
    rows: int


@dataclass(frozen=True, eq=False)
class Table:
    """An answer kept by the engine; its rows never change, and are gone when nobody refers to it."""

    source: Kept
    rows: int
    bytes: int
    columns: tuple[str, ...]
    order: tuple[By, ...]
    _fractions: frozenset[str]  # those of amounts that are less than one
    _look: Look = field(repr=False)
    _runs: tuple[_Run, ...]  # none of an answer without an order
    _names: list[str]  # of all tables that belong to it
    _sorting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        """How many rows."""
        return self.rows

    def slice(self, start: int, stop: int) -> Result:
        """Give the rows from `start` up to, not including, `stop`, in the order of the answer."""
        return Result(self.columns, self._window(Sql("*"), start, stop))

    def texts(self, columns: Sequence[str], start: int, stop: int) -> list[Row]:
        """Give some columns of a slice as texts."""
        return self._window(joined(", ", map(self._text, columns)), start, stop)

    def _text(self, column: str) -> Sql:
        """Where there is no room before the point, DuckDB writes no zero there."""
        text = sql("CAST({} AS VARCHAR)", name(column))
        return sql(r"regexp_replace({}, '^(-?)\.', '\10.')", text) if column in self._fractions else text

    def _window(self, shown: Sql, start: int, stop: int) -> list[Row]:
        if not self._runs:
            return self._look(_rows_of(self.source.table, shown, start, stop))
        if start <= 0 and self.rows <= min(stop, AT_ONCE):
            return self._look(self._ordered(_Run(Sql("true"), 0, self.rows), shown))
        found: list[Row] = []
        for run in self._runs:
            if run.start < stop and start < run.start + run.rows:
                found += self._in_run(run, shown, max(start - run.start, 0), stop - run.start)
        return found

    def _in_run(self, run: _Run, shown: Sql, start: int, stop: int) -> list[Row]:
        if start == 0 and self._table_of(run) not in self._names:
            return self._look(sql("{} LIMIT {}", self._ordered(run, shown), value(stop)))
        return self._look(_rows_of(self._sorted(run), shown, start, stop))

    def _ordered(self, run: _Run, shown: Sql) -> Sql:
        """The rows of a run in their order."""
        return sql(
            "SELECT {} FROM {} WHERE {} ORDER BY {}",
            *(shown, name(self.source.table), run.condition, in_order(self.order)),
        )

    def _sorted(self, run: _Run) -> str:
        """Sort a run, unless that was done; give its table."""
        table = self._table_of(run)
        with self._sorting:
            if table not in self._names:
                self._look(sql("CREATE TABLE {} AS {}", name(table), self._ordered(run, Sql("*"))))
                self._names.append(table)
        return table

    def _table_of(self, run: _Run) -> str:
        return f"{self.source.table}_{run.start}"


def keep(cursor: duckdb.DuckDBPyConnection, plan: Totals, table: str, names: list[str], look: Look) -> Table:
    """Answer a plan into a table; `names` gets the names of all tables to drop when it is let go of."""
    order = plan.order if plan.limit is None else ()
    names.append(table)
    unordered = replace(plan, order=()) if order else plan
    rows = _execute(cursor, sql("CREATE TABLE {} AS {}", name(table), printed(unordered)))[0][0]
    kinds, size = _measured(cursor, table, rows)
    fractions = frozenset(column for column, kind in kinds.items() if kind == _FRACTION)
    runs = tuple(_runs(cursor, table, rows, order[0])) if order else ()
    size = size * 2 if runs else size
    return Table(Kept(table), rows, size, tuple(kinds), order, fractions, look, runs, names)


def _runs(cursor: duckdb.DuckDBPyConnection, table: str, rows: int, step: By) -> Iterator[_Run]:
    """Cut a large answer where the first step of its order changes, but not into small pieces."""
    if rows <= ONE_RUN:
        yield _Run(Sql("true"), 0, rows)
        return
    column = name(step.column)
    bins = sql("SELECT {}, count(*) FROM {} GROUP BY 1", column, name(table))
    counted = sql("{} ORDER BY {}", bins, in_order((step,)))
    start = size = 0
    firsts: list[object] = []
    for first, few in _execute(cursor, counted):
        firsts.append(first)
        size += few
        if size >= FEWEST or start + size == rows:
            each = (sql("{} IS NOT DISTINCT FROM {}", column, value(bin_)) for bin_ in firsts)
            yield _Run(sql("({})", joined(" OR ", each)), start, size)
            start, size, firsts = start + size, 0, []


def _rows_of(table: str, shown: Sql, start: int, stop: int) -> Sql:
    window = sql("rowid >= {} AND rowid < {}", value(start), value(stop))
    return sql("SELECT {} FROM {} WHERE {} ORDER BY rowid", shown, name(table), window)


def _execute(cursor: duckdb.DuckDBPyConnection, text: Sql) -> list[Row]:
    return cursor.execute(text.text, list(text.values)).fetchall()


def _measured(cursor: duckdb.DuckDBPyConnection, table: str, rows: int) -> tuple[dict[str, str], int]:
    """The columns of a kept answer with their types, and about how many bytes they take.

    Columns lie there as they are: a fixed width for each cell, the letters of a text beside it. A little fits
    into what every column has from the beginning; more lies in blocks, and their last ones are not full.
    """
    described = cursor.execute(sql("SELECT * FROM {} LIMIT 0", name(table)).text).description
    kinds = {column: str(kind) for column, kind, *_ in described}
    letters = _letters(cursor, table, rows, [column for column, kind in kinds.items() if kind == "VARCHAR"])
    sizes = [letters.get(column, 0) + rows * _WIDTHS.get(kind, 16) for column, kind in kinds.items()]
    filled = sum(sizes) + min(sum(sizes), len(sizes) * _BLOCK)
    if max(sizes) > _LEAST // 2:
        filled = max(filled, _BLOCK)
    return kinds, filled + len(sizes) * _LEAST


def _letters(
    cursor: duckdb.DuckDBPyConnection, table: str, rows: int, columns: Sequence[str]
) -> dict[str, int]:
    """About how many letters columns of texts have: what the first rows say, for all."""
    if rows <= _FEW or not columns:
        return dict.fromkeys(columns, rows * _LONG)
    lengths = joined(", ", (sql("coalesce(sum(strlen({})), 0)", name(column)) for column in columns))
    first = sql("SELECT {} FROM {} WHERE rowid < {}", lengths, name(table), value(_SAMPLE))
    found = _execute(cursor, first)[0]
    return {
        column: letters * rows // min(rows, _SAMPLE) for column, letters in zip(columns, found, strict=True)
    }
