"""DuckDB inside this process: locked down, on one budget, one cursor for each question.

It reads and writes nothing outside the folders it is given, loads no extension and lets nobody change that
afterwards; what does not fit into the budget's memory spills into its folder. Kept answers are tables of the
in-memory database: columns packed tightly, part of the same budget, read by any thread. Their names wait in a
list until the next question drops them, because Python may let go of an answer at any moment, even in the
middle of another statement (`duckdb_kept.py`).
"""

import contextlib
import itertools
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from eyrie.basics.errors import Fault, LedgerBroken, Malformed, TooWide, Unavailable
from eyrie.engine import duckdb_sheets, duckdb_writing
from eyrie.engine.duckdb_dialect import NARROW, every_row, printed
from eyrie.engine.duckdb_kept import Table, keep
from eyrie.engine.plan import Files, Totals
from eyrie.engine.port import Budget, Cancel, Result, Row, Sheet, Writing
from eyrie.engine.sql import Sql, in_words, name, sql

# What DuckDB raises when the contents of a file are at fault, not the statement.
_UNREADABLE = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.SerializationException,
    duckdb.IOException,
    duckdb.NotImplementedException,
)


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

    def hold(self, plan: Totals, cancel: Cancel | None = None) -> Table:
        """Answer a plan and keep the rows; pages of them come in the plan's order."""
        numbered = f"answer_{next(self._numbers)}"
        names: list[str] = []
        with self._question(cancel) as cursor:
            self._drop(cursor)
            table = keep(cursor, plan, numbered, names, self._look)
        weakref.finalize(table, self._dropped.extend, names)
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

    def print(self, sheet: Sheet) -> None:
        """Write a sheet; work of jobs, so it takes no question's turn."""
        with contextlib.closing(self._database.cursor()) as cursor, _own_words():
            duckdb_sheets.write(cursor, sheet)

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
    except duckdb.OutOfRangeException as wide:
        raise TooWide(f"A figure has more digits than the engine keeps: {wide}") from wide
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
