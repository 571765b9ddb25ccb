"""What every engine can do: run a plan, keep an answer for paging, write a file; and be stopped.

Everything above speaks to an `Engine`. Engines answer with plain values: text, whole numbers, decimals, days,
moments without zone, None.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from eyrie.basics.errors import Unavailable
from eyrie.engine.columns import Column
from eyrie.engine.plan import By, Files, Kept, Listed, Totals
from eyrie.engine.sql import Sql

Row = tuple[Any, ...]  # Any: each column has its own type, which the plan tells and the type system cannot


@dataclass(frozen=True)
class Budget:
    """What one process may use for questions and writing, stated once for all of it."""

    memory_bytes: int
    threads: int
    spill_folder: Path  # what does not fit into memory goes here
    questions: int = 4  # how many run at the same time
    wait_seconds: float = 20.0  # how long one more waits for its turn


class Cancel:
    """A way to stop a question from another thread, before or while it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: Callable[[], None] | None = None
        self.asked = False

    def cancel(self) -> None:
        """Stop the question, which ends with `Unavailable`, and wait until it has.

        One call is not enough: an engine forgets a stop that comes just before its statement starts.
        """
        self.asked = True
        while True:
            with self._lock:
                if not self._stops:
                    return
                self._stops()
            time.sleep(0.01)

    def watch(self, stops: Callable[[], None]) -> None:
        """Say how the running question is stopped (engines call this)."""
        with self._lock:
            if self.asked:
                raise Unavailable("The question was cancelled.")
            self._stops = stops

    def rest(self) -> None:
        """Say that nothing runs any more (engines call this)."""
        with self._lock:
            self._stops = None


@dataclass(frozen=True)
class Result:
    """What a plan gave: names of the columns, and rows."""

    names: tuple[str, ...]
    rows: list[Row]

    def column(self, name: str) -> list[Any]:
        """Give one column's values, row by row."""
        position = self.names.index(name)
        return [row[position] for row in self.rows]


class Held(Protocol):
    """An answer that the engine keeps in its order until nobody refers to it any more."""

    @property
    def source(self) -> Kept:
        """The rows, for further plans."""
        ...

    @property
    def order(self) -> tuple[By, ...]:
        """The order of the answer, as steps over columns of its source."""
        ...

    @property
    def bytes(self) -> int:
        """About how much of the budget's memory it takes."""
        ...

    def __len__(self) -> int:
        """How many rows."""
        ...

    def slice(self, start: int, stop: int) -> Result:
        """Give the rows from `start` up to, not including, `stop`; a few, so it takes no question's turn."""
        ...

    def texts(self, columns: Sequence[str], start: int, stop: int) -> list[Row]:
        """Give some columns of a slice as texts, which costs half of giving values.

        Amounts have all decimals that their column keeps, days are 2025-01-31, moments 2025-01-31 23:00:00,
        truths true or false.
        """
        ...


@dataclass(frozen=True)
class Handed:
    """Rows handed over as Python values, in the order of the columns; small deliveries."""

    rows: Iterable[Sequence[object]]


@dataclass(frozen=True)
class Selected:
    """Rows that the engine reads itself; huge deliveries. The statement is in the engine's own words."""

    statement: Sql


@dataclass(frozen=True)
class Renumbered:
    """A file of rows: of its members those that are listed, with old and new number."""

    path: str
    members: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Gathered:
    """Rows of files that were written before, put together.

    Rows that are equal in the order stand by their new member, and in it as they stood in their file.
    """

    files: tuple[Renumbered, ...]


@dataclass(frozen=True)
class TagsInUse:
    """The tags in files of tags, each once, whose set a row of a file has."""

    tag_files: tuple[str, ...]
    rows: str


Source = Handed | Selected | Totals | Listed | Gathered | TagsInUse


@dataclass(frozen=True)
class Writing:
    """A file to be written: sorted, then numbered from 0 in a first column if that has a name.

    An amount column gets the narrow decimal type if every value fits exactly. `narrow` names those columns
    for whoever knows them already; None makes the engine look, which reads selected rows twice. A file with
    more rows than `most_rows` is not kept.
    """

    path: Path
    columns: tuple[Column, ...]
    rows: Source
    sorted_by: tuple[str, ...] = ()
    numbered: str | None = None
    narrow: frozenset[str] | None = None
    most_rows: int | None = None


class SheetFormat(StrEnum):
    """What a sheet is written as."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Sheet:
    """A file for people: texts out of a numbered file of ours, in its order, under titles.

    CSV is UTF-8 with a header; a missing text is an empty cell, an empty text is `""`.
    """

    path: Path
    format: SheetFormat
    titles: tuple[str, ...]
    columns: tuple[str, ...]  # of the file of ours, one for each title
    rows: Path | None  # the file of ours; without one there are titles only
    numbered: str  # its column of numbers
    start: int = 0  # the first number
    stop: int | None = None  # the first number that is not in it


class Engine(Protocol):
    """Runs plans. Safe to share between threads."""

    @property
    def running(self) -> int:
        """How many questions are being answered now."""
        ...

    def run(self, plan: Totals, cancel: Cancel | None = None) -> Result:
        """Answer a plan with all its rows; `Unavailable` if too many questions are before this one."""
        ...

    def hold(self, plan: Totals, cancel: Cancel | None = None) -> Held:
        """Answer a plan and keep the rows in their order."""
        ...

    def narrow(self, files: Files) -> frozenset[str]:
        """Name the amount columns that have the narrow type in all of these files."""
        ...

    def words(self, plan: Totals) -> str:
        """Say a plan as this engine is told it, values put in and lists of files cut short; for people."""
        ...

    def write(self, writing: Writing) -> int:
        """Write a file and tell how many rows it has; of no rows there is no file. It is not yet fsynced."""
        ...

    def print(self, sheet: Sheet) -> None:
        """Write a sheet, which is not yet fsynced."""
        ...


class BulkEngine(Engine, Protocol):
    """An engine that also takes statements in its own words, for deliveries too large for Python."""

    def carry_out(self, statement: Sql) -> list[Row]:
        """Carry out a statement and give its rows; `Malformed` if a file that it reads cannot be read."""
        ...
