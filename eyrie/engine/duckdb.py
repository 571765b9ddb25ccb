"""DuckDB inside this process: locked down, on one budget, one cursor for each question.

It reads and writes nothing outside the folders it is given, loads no extension and lets nobody change that
afterwards; what does not fit into the budget's memory spills into its folder. Kept answers are tables of the
in-memory database: columns packed tightly, part of the same budget, read by any thread. Their names wait in a
list until the next question drops them, because Python may let go of an answer at any moment, even in the
middle of another statement.
"""

import contextlib
import itertools
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from eyrie.basics.errors import Fault, LedgerBroken, Malformed, Unavailable
from eyrie.engine import duckdb_writing
from eyrie.engine.duckdb_dialect import NARROW, every_row, printed
from eyrie.engine.plan import Files, Kept, Totals
from eyrie.engine.port import Budget, Cancel, Result, Row, Writing
from eyrie.engine.sql import Sql, in_words, joined, name, sql, value

# What DuckDB raises when the contents of a file are at fault, not the statement.
_UNREADABLE = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.SerializationException,
    duckdb.IOException,
    duckdb.NotImplementedException,
)
# What kept columns take: bytes of a cell by its type, of a block, and of a column of few rows.
_WIDTHS = {"DATE": 4, "TIMESTAMP": 8, "BOOLEAN": 1, "VARCHAR": 4}
_BLOCK, _LEAST = 262_144, 4_096


class DuckDb:
    """One embedded engine; safe to share between threads. `folders` are all that it may touch."""

    def __init__(self, budget: Budget, folders: Sequence[Path]) -> None:
        budget.spill_folder.mkdir(parents=True, exist_ok=True)
        self._budget = budget
        self._database = _opened(budget, folders)
        self._turns = threading.BoundedSemaphore(budget.questions)
        self._running = 0
        self._counting = threading.Lock()
        self._numbers = itertools.count(1)
        self._dropped: deque[str] = deque()

    @property
    def running(self) -> int:
        """How many questions are being answered now."""
        return self._running

    @property
    def at_once(self) -> int:
        """How many questions have their turn at the same time."""
        return self._budget.questions

    def close(self) -> None:
        """Let go of everything; kept answers are gone."""
        self._database.close()

    def run(self, plan: Totals, cancel: Cancel | None = None) -> Result:
        """Answer a plan with all its rows."""
        return self._read(printed(plan), cancel)

    def hold(self, plan: Totals, cancel: Cancel | None = None) -> "Table":
        """Answer a plan and keep the rows in their order."""
        kept = Kept(f"answer_{next(self._numbers)}")
        with self._question(cancel) as cursor:
            self._drop(cursor)
            text = sql("CREATE TABLE {} AS {}", name(kept.table), printed(plan))
            rows = cursor.execute(text.text, list(text.values)).fetchall()[0][0]
            columns, size = _measured(cursor, kept)
        table = Table(kept, rows, size, columns, self._look)
        weakref.finalize(table, self._dropped.append, kept.table)
        return table

    def narrow(self, files: Files) -> frozenset[str]:
        """Name the amount columns that have the narrow type in all of these files."""
        described = self._read(sql("DESCRIBE {}", every_row(files)))
        return frozenset(row[0] for row in described.rows if row[1] == NARROW)

    def words(self, plan: Totals) -> str:
        """Say a plan as this engine is told it, values put in and lists of files cut short; for people."""
        return in_words(printed(plan))

    def write(self, writing: Writing) -> int:
        """Write a file; work of jobs, so it takes no question's turn."""
        with contextlib.closing(self._database.cursor()) as cursor, _own_words():
            return duckdb_writing.write(cursor, writing)

    def carry_out(self, statement: Sql) -> list[Row]:
        """Carry out a statement in DuckDB's own words; work of imports, so it takes no question's turn."""
        with contextlib.closing(self._database.cursor()) as cursor, _own_words():
            try:
                return cursor.execute(statement.text, list(statement.values)).fetchall()
            except _UNREADABLE as unreadable:
                raise Malformed(str(unreadable)) from unreadable

    def _read(self, text: Sql, cancel: Cancel | None = None) -> Result:
        with self._question(cancel) as cursor:
            cursor.execute(text.text, list(text.values))
            return Result(tuple(column[0] for column in cursor.description), cursor.fetchall())

    def _look(self, text: Sql) -> list[Row]:
        """Read a little of a kept answer: it must not wait behind questions that read files."""
        with contextlib.closing(self._database.cursor()) as cursor, _own_words():
            return cursor.execute(text.text, list(text.values)).fetchall()

    def _drop(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Drop kept answers that nobody refers to any more."""
        while self._dropped:
            with contextlib.suppress(IndexError):  # another thread was first
                cursor.execute(sql("DROP TABLE {}", name(self._dropped.popleft())).text)

    @contextlib.contextmanager
    def _question(self, cancel: Cancel | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Wait for a turn; then a cursor of its own, which another thread can stop through `cancel`."""
        if not self._turns.acquire(timeout=self._budget.wait_seconds):
            raise Unavailable("Too many questions at once; try again in a moment.")
        self._count(1)
        try:
            with contextlib.closing(self._database.cursor()) as cursor:
                if cancel:
                    cancel.watch(cursor.interrupt)
                try:
                    with _own_words():
                        yield cursor
                finally:
                    if cancel:
                        cancel.rest()
        finally:
            self._count(-1)
            self._turns.release()

    def _count(self, step: int) -> None:
        with self._counting:
            self._running += step


@dataclass(frozen=True, eq=False)
class Table:
    """An answer kept by the engine; immutable, gone when nobody refers to it."""

    source: Kept
    rows: int
    bytes: int
    columns: tuple[str, ...]
    _look: Callable[[Sql], list[Row]] = field(repr=False)

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
        window = sql("rowid >= {} AND rowid < {}", value(start), value(stop))
        return self._look(
            sql("SELECT {} FROM {} WHERE {} ORDER BY rowid", shown, name(self.source.table), window)
        )


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
    counted = sql("SELECT count(*), {} FROM {}", joined(", ", letters), name(kept.table))
    rows, *texts = cursor.execute(counted.text).fetchall()[0]
    sizes = [text + rows * _WIDTHS.get(kind, 16) for text, kind in zip(texts, kinds.values(), strict=True)]
    filled = sum(sizes) + min(sum(sizes), len(sizes) * _BLOCK)
    if max(sizes) > _LEAST // 2:
        filled = max(filled, _BLOCK)
    return tuple(kinds), filled + len(sizes) * _LEAST


@contextlib.contextmanager
def _own_words() -> Iterator[None]:
    """Say in the house's words what the engine says in its own."""
    try:
        yield
    except duckdb.InterruptException as interrupted:
        raise Unavailable("The question was cancelled.") from interrupted
    except duckdb.OutOfMemoryException as exhausted:
        raise Unavailable("The question needs more memory than there is; narrow it.") from exhausted
    except duckdb.IOException as unreadable:
        raise LedgerBroken(f"A file of the ledger cannot be read: {unreadable}") from unreadable
    except duckdb.Error as error:
        raise Fault(f"The engine could not carry out a plan: {error}") from error


def _opened(budget: Budget, folders: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    """Open a database in memory and lock its doors; the order matters, the last setting locks the others."""
    config: dict[str, Any] = {  # Any: what the driver takes
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "memory_limit": f"{budget.memory_bytes}B",
        "threads": budget.threads,
        "temp_directory": str(budget.spill_folder.resolve()),
    }
    database = duckdb.connect(":memory:", config=config)
    allowed = ", ".join("'" + str(folder.resolve()).replace("'", "''") + "'" for folder in folders)
    for setting in (
        "TimeZone = 'UTC'",
        # Files never change once they have their name, so what is remembered of them stays true.
        "parquet_metadata_cache = true",
        "validate_external_file_cache = 'NO_VALIDATION'",
        f"allowed_directories = [{allowed}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        database.execute(f"SET {setting}")
    return database
