"""Answers that DuckDB keeps: tables of the in-memory database, of which pages are read.

Sorting a large answer takes longer than working it out, and people look at its first page. So a large answer
lies as it came, and is sorted bin by bin, each when a page of it is first asked for: a run is the rows that
agree in the first step of the order. A small answer is sorted at once.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from eyrie.engine.duckdb_dialect import in_order, printed
from eyrie.engine.plan import By, Kept, Totals
from eyrie.engine.port import Result, Row
from eyrie.engine.sql import Sql, joined, name, sql, value

SORTED_AT_ONCE = 10_000  # rows

# What kept columns take: bytes of a cell by its type, of a block, and of a column of few rows.
_WIDTHS = {"DATE": 4, "TIMESTAMP": 8, "BOOLEAN": 1, "VARCHAR": 4}
_BLOCK, _LEAST = 262_144, 4_096
_SAMPLE = 10_000  # rows whose letters are counted for all

Look = Callable[[Sql], list[Row]]


@dataclass(frozen=True)
class _Run:
    """Rows that agree in the first step of the order: where they begin in the answer, and how many."""

    first: Any  # Any: whatever that column holds
    start: int
    rows: int


@dataclass(frozen=True, eq=False)
class Table:
    """An answer kept by the engine; its rows never change, and are gone when nobody refers to it."""

    source: Kept
    rows: int
    bytes: int
    columns: tuple[str, ...]
    _look: Look = field(repr=False)
    _order: tuple[By, ...]
    _runs: tuple[_Run, ...]  # of a large answer, which lies there without order
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
        shown = joined(", ", (sql("CAST({} AS VARCHAR)", name(column)) for column in columns))
        return self._window(shown, start, stop)

    def _window(self, shown: Sql, start: int, stop: int) -> list[Row]:
        if not self._runs:
            return self._look(_rows_of(self.source.table, shown, start, stop))
        found: list[Row] = []
        for run in self._runs:
            if run.start < stop and start < run.start + run.rows:
                table = self._sorted(run)
                found += self._look(_rows_of(table, shown, max(start - run.start, 0), stop - run.start))
        return found

    def _sorted(self, run: _Run) -> str:
        """Sort a run, unless that was done; give its table."""
        table = f"{self.source.table}_{run.start}"
        with self._sorting:
            if table not in self._names:
                step = name(self._order[0].column)
                rows = sql(
                    "SELECT * FROM {} WHERE {} IS NOT DISTINCT FROM {} ORDER BY {}",
                    *(name(self.source.table), step, value(run.first), in_order(self._order)),
                )
                self._look(sql("CREATE TABLE {} AS {}", name(table), rows))
                self._names.append(table)
        return table


def keep(cursor: duckdb.DuckDBPyConnection, plan: Totals, table: str, names: list[str], look: Look) -> Table:
    """Answer a plan into a table; `names` gets the names of all tables to drop when it is let go of."""
    order = plan.order if plan.limit is None else ()
    names.append(table)
    unordered = replace(plan, order=()) if order else plan
    rows = _execute(cursor, sql("CREATE TABLE {} AS {}", name(table), printed(unordered)))[0][0]
    runs = tuple(_runs(cursor, table, order[0])) if order and rows > SORTED_AT_ONCE else ()
    if order and not runs:
        table = _sorted_at_once(cursor, table, order, names)
    columns, size = _measured(cursor, Kept(table))
    return Table(Kept(table), rows, size * 2 if runs else size, columns, look, order, runs, names)


def _sorted_at_once(
    cursor: duckdb.DuckDBPyConnection, table: str, order: tuple[By, ...], names: list[str]
) -> str:
    """Put a sorted copy in the place of a small answer."""
    ordered = f"{table}_sorted"
    names.append(ordered)
    rows = sql("SELECT * FROM {} ORDER BY {}", name(table), in_order(order))
    _execute(cursor, sql("CREATE TABLE {} AS {}", name(ordered), rows))
    _execute(cursor, sql("DROP TABLE {}", name(table)))
    names.remove(table)
    return ordered


def _runs(cursor: duckdb.DuckDBPyConnection, table: str, step: By) -> Iterator[_Run]:
    """Cut an answer where the first step of its order changes."""
    counted = sql(
        "SELECT {}, count(*) FROM {} GROUP BY 1 ORDER BY {}",
        *(name(step.column), name(table), in_order((step,))),
    )
    start = 0
    for first, rows in _execute(cursor, counted):
        yield _Run(first, start, rows)
        start += rows


def _rows_of(table: str, shown: Sql, start: int, stop: int) -> Sql:
    window = sql("rowid >= {} AND rowid < {}", value(start), value(stop))
    return sql("SELECT {} FROM {} WHERE {} ORDER BY rowid", shown, name(table), window)


def _execute(cursor: duckdb.DuckDBPyConnection, text: Sql) -> list[Row]:
    return cursor.execute(text.text, list(text.values)).fetchall()


def _measured(cursor: duckdb.DuckDBPyConnection, kept: Kept) -> tuple[tuple[str, ...], int]:
    """The columns of a kept answer, and about how many bytes they take.

    Columns lie there as they are: a fixed width for each cell, the letters of a text beside it. A little fits
    into what every column has from the beginning; more lies in blocks, and their last ones are not full.
    """
    described = cursor.execute(sql("SELECT * FROM {} LIMIT 0", name(kept.table)).text).description
    kinds = {column: str(kind) for column, kind, *_ in described}
    letters = [
        sql("coalesce(sum(strlen({})), 0)", name(column)) if kind == "VARCHAR" else Sql("0")
        for column, kind in kinds.items()
    ]
    rows = _execute(cursor, sql("SELECT count(*) FROM {}", name(kept.table)))[0][0]
    some = sql(
        "SELECT count(*), {} FROM {} WHERE rowid < {}",
        *(joined(", ", letters), name(kept.table), value(_SAMPLE)),
    )
    seen, *texts = _execute(cursor, some)[0]
    texts = [found * rows // max(seen, 1) for found in texts]
    sizes = [text + rows * _WIDTHS.get(kind, 16) for text, kind in zip(texts, kinds.values(), strict=True)]
    filled = sum(sizes) + min(sum(sizes), len(sizes) * _BLOCK)
    if max(sizes) > _LEAST // 2:
        filled = max(filled, _BLOCK)
    return tuple(kinds), filled + len(sizes) * _LEAST
