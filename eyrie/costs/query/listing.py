"""Writes all rows of an answer into a file of ours, as texts, however many they are.

Rows that the engine keeps never come to Python. Rows that were made in Python, which may have more digits
than the engine's decimals, are handed over as texts first, so that they take the same way from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.basics.period import Bin
from eyrie.costs.query.answer import Answer
from eyrie.costs.query.converted_rows import ConvertedRows
from eyrie.costs.query.plan import ACCRUED_AT
from eyrie.costs.query.weighing import Rows
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import By, Cell, File, Files, Listed, Source
from eyrie.engine.port import Engine, Handed, Row, Writing

NUMBER = "number"  # of a row in the file, from 0
AT_ONCE = 10_000  # rows that come to Python


@dataclass(frozen=True)
class ListedCell:
    """One column of the file."""

    cell: Cell
    kind: Kind = Kind.TEXT


def write_listing(engine: Engine, found: Answer, cells: Sequence[ListedCell], path: Path) -> int:
    """Write the rows in the order of the answer and give their count; of no rows there is no file.

    The columns are called as `column_of` says.
    """
    if not found.held or not len(found.held):
        return 0
    staged = path.with_name(f"{path.name}.staged")
    try:
        source, order = _source(engine, found, staged)
        columns = tuple(Column(column_of(place), each.kind) for place, each in enumerate(cells))
        shown = tuple((column_of(place), each.cell) for place, each in enumerate(cells))
        return engine.write(Writing(path, columns, Listed(source, shown, order), numbered=NUMBER))
    finally:
        staged.unlink(missing_ok=True)


def write_texts(engine: Engine, rows: Iterable[Row], width: int, path: Path) -> int:
    """Write rows of texts that are made one after the other, in the same form."""
    columns = tuple(Column(column_of(place), Kind.TEXT) for place in range(width))
    return engine.write(Writing(path, columns, Handed(rows), numbered=NUMBER))


def column_of(place: int) -> str:
    """Name a column of such a file: what it is titled is not ours to choose."""
    return f"c{place}"


def _source(engine: Engine, found: Answer, staged: Path) -> tuple[Source, tuple[By, ...]]:
    """The rows of an answer as the engine has them, if need be handed over now."""
    held = found.held
    assert held is not None, "an answer without rows is not listed"
    if not isinstance(held, Rows | ConvertedRows):
        return held.source, held.order
    kinds = {ACCRUED_AT: Kind.MOMENT if found.ask.bin is Bin.HOUR else Kind.DAY}
    names = held.slice(0, 0).names
    columns = tuple(Column(name, kinds.get(name, Kind.TEXT)) for name in names)
    engine.write(Writing(staged, columns, Handed(_texts(held, names)), numbered=NUMBER))
    return Files((File(str(staged)),)), (By(NUMBER),)


def _texts(held: Rows | ConvertedRows, names: Sequence[str]) -> Iterator[Row]:
    for start in range(0, len(held), AT_ONCE):
        yield from held.texts(names, start, start + AT_ONCE)
