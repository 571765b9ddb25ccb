"""A file as a table of texts: how the engine must read it, and what its columns are called.

Columns are called `c0`, `c1`, … after their places, because the names in a file are the file's business. CSV
is read as RFC 4180 has it; the separator is the one that cuts the header into most cells. Every cell is text
or nothing: what an export writes for nothing is nothing here too.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.basics.errors import Refused
from eyrie.costs.sources.focus.magic import Kind
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, name, sql, value

SEPARATORS = ",;\t|"
NOTHING = ("", "NULL", "null", r"\N", "None", "NaN")
_LISTED = ", ".join(f"'{word}'" for word in NOTHING)
_BOM = b"\xef\xbb\xbf"
_MAGIC = re.compile(r"([\[\]*?])")
LONGEST_LINE = 16_000_000


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: its columns and the relation of its cells."""

    names: tuple[str, ...]
    cells: Sql  # SELECT … with the columns c0, c1, …
    separator: str = ","


def cell(place: int) -> Sql:
    """Give the column of a place."""
    return name(f"c{place}")


def open_sheet(
    engine: BulkEngine, path: Path, kind: Kind, limits: ImportLimits, *, parallel: bool = True
) -> Sheet:
    """Look at a file's header; `parallel` lets several threads read what follows."""
    if kind is Kind.PARQUET:
        return _parquet(engine, path, limits)
    head = _head(engine, path, kind, limits)
    first = max((_first_line(head, separator) for separator in SEPARATORS), key=lambda line: len(line.cells))
    if not first.cells:
        raise Refused("it is empty; its first line must name the columns")
    if len(first.cells) == 1 and not first.cells[0].strip().isprintable():
        raise Refused("it is neither text nor Parquet")
    if len(first.cells) > limits.max_columns:
        raise Refused(
            f"the header names {len(first.cells):,} columns; at most {limits.max_columns:,} are taken"
        )
    return Sheet(tuple(first.cells), _csv(path, kind, first, parallel), first.separator)


def literal(path: Path) -> str:
    """Give a path that the engine does not take for a pattern."""
    return _MAGIC.sub(r"[\1]", str(path))


@dataclass(frozen=True)
class _Line:
    """The first line with a word in it, cut by a separator."""

    cells: Sequence[str]
    separator: str
    before: int = 0  # lines without a word


def _csv(path: Path, kind: Kind, first: _Line, parallel: bool) -> Sql:
    typed = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(first.cells)))
    options = (
        f"auto_detect = false, header = true, columns = {{{typed}}}, delim = '{first.separator}', "
        f"quote = '\"', escape = '\"', nullstr = [{_LISTED}], skip = {first.before}, strict_mode = true, "
        f"max_line_size = {LONGEST_LINE}, compression = '{kind.value}', parallel = {parallel}"
    )
    return sql("SELECT * FROM read_csv({}, {})", value(literal(path)), Sql(options))


def _parquet(engine: BulkEngine, path: Path, limits: ImportLimits) -> Sheet:
    source = sql("read_parquet({}, hive_partitioning = false)", value(literal(path)))
    described = engine.carry_out(sql("DESCRIBE SELECT * FROM {}", source))
    if len(described) > limits.max_columns:
        raise Refused(f"it has {len(described):,} columns; at most {limits.max_columns:,} are taken")
    cells = joined(", ", (_text(column[0], column[1], place) for place, column in enumerate(described)))
    return Sheet(tuple(column[0] for column in described), sql("SELECT {} FROM {}", cells, source))


def _text(column: str, kind: str, place: int) -> Sql:
    """Write a typed cell as text, so that there is one way to read what it means."""
    text = name(column)
    if kind.startswith(("MAP", "STRUCT", "UNION")) or kind.endswith("]"):
        text = sql("to_json({})", text)
    elif kind.startswith("TIMESTAMP WITH TIME ZONE"):
        text = sql("CAST({} AS TIMESTAMP)", text)
    told = sql("CAST({} AS VARCHAR)", text)
    # A list after NOT IN would be made a join, one for each column, which takes much memory.
    says_something = joined(" AND ", (sql("{} <> {}", told, value(word)) for word in NOTHING))
    return sql("CASE WHEN {} THEN {} END AS {}", says_something, told, cell(place))


def _head(engine: BulkEngine, path: Path, kind: Kind, limits: ImportLimits) -> str:
    """Give the beginning of a text file, long enough for its header."""
    if kind is Kind.TEXT:
        with path.open("rb") as file:
            head = file.read(limits.max_header_bytes)
        if len(head) == limits.max_header_bytes and b"\n" not in head and b"\r" not in head:
            raise Refused(f"the header is longer than {limits.max_header_bytes:,} bytes")
        return _decoded(head.removeprefix(_BOM))
    # The engine unpacks zstd. With a separator that no text has, it gives whole lines.
    options = (
        "auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', "
        f"escape = '', nullstr = chr(2), max_line_size = {LONGEST_LINE}, compression = '{kind.value}'"
    )
    lines = engine.carry_out(
        sql("SELECT line FROM read_csv({}, {}) LIMIT 100", value(literal(path)), Sql(options))
    )
    return "\n".join(line for (line,) in lines).removeprefix("\ufeff")


def _decoded(head: bytes) -> str:
    """Decode the beginning of a file; a character that the cut has split at the end is let go."""
    for cut in range(min(4, len(head))):
        try:
            return head[: len(head) - cut].decode()
        except UnicodeDecodeError as error:
            place = error.start
            if place < len(head) - 4:
                break
    if not head:
        return ""
    line = head.count(b"\n", 0, place) + 1
    raise Refused(f"it is not UTF-8: byte {place + 1:,}, on line {line:,}, cannot be read. Save it as UTF-8")


def _first_line(head: str, separator: str) -> _Line:
    """Cut the first line that is not blank."""
    lines = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    before = 0
    try:
        for cells in lines:
            if "".join(cells).strip():
                return _Line(cells, separator, before)
            before = lines.line_num
    except csv.Error:  # broken quoting is told when the rows are read
        return _Line((), separator)
    return _Line((), separator)
