"""Bytes to a sheet: a header and rows of text cells, RFC 4180, UTF-8.

The separator is the one that cuts the header into most cells, a comma if in doubt. Blank lines are no rows.
A row with too few cells has blank ones at its end; too many, unless blank, are a problem of that row. Where
quoting breaks, no row after it can be trusted, so that alone is told.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eyrie.basics.errors import Malformed, Refused
from eyrie.costs.sources.csv_lines import lines_with_words
from eyrie.costs.sources.custom.problems import Problem
from eyrie.costs.sources.custom.settings import UploadLimits

SEPARATORS = ",;\t|"
_BOM = b"\xef\xbb\xbf"
_NUL = "holds a NUL character; save the file as UTF-8 text"


@dataclass(frozen=True)
class Sheet:
    """A header and data rows, each row as long as the header."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    separator: str = ","
    problems: tuple[Problem, ...] = ()

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each column stands, by its name in lower case; of a repeated name the first."""
        places: dict[str, int] = {}
        for place, name in enumerate(self.header):
            places.setdefault(name.lower(), place)
        return places

    def cells(self, name: str) -> list[str] | None:
        """Give a column's cells, or None; upper and lower case are not told apart."""
        place = self.places.get(name.lower())
        return None if place is None else [row[place] for row in self.rows]


def read_sheet(content: bytes, limits: UploadLimits) -> Sheet:
    """Cut a file into cells."""
    if len(content) > limits.max_bytes:
        raise Refused(
            f"The file has {len(content):,} bytes; at most {limits.max_bytes:,} are taken. "
            "Split it and upload each piece under a name of its own"
        )
    text = _decoded(content)
    separator = _separator(text)
    lines = lines_with_words(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    header = _header(next(lines, []), limits)
    rows: list[list[str]] = []
    problems: list[Problem] = []
    for row, cells in enumerate(lines, 1):
        if row > limits.max_rows:
            raise Refused(
                f"The file has more than {limits.max_rows:,} data rows. "
                "Split it and upload each piece under a name of its own"
            )
        rows.append(_as_wide(header, cells))
        problems += [Problem(row, reason) for reason in _misfits(header, cells)]
    return Sheet(header, rows, separator, tuple(problems))


def _header(cells: list[str], limits: UploadLimits) -> tuple[str, ...]:
    if not cells:
        raise Refused("The file is empty; its first line must name the columns")
    if len(cells) > limits.max_columns:
        raise Refused(f"The header names {len(cells):,} columns; at most {limits.max_columns:,} are taken")
    if any("\0" in name for name in cells):
        raise Refused(f"The header {_NUL}")
    return tuple(name.strip() for name in cells)


def _decoded(content: bytes) -> str:
    start = len(_BOM) if content.startswith(_BOM) else 0
    try:
        return content[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        place = start + error.start
        line = content.count(b"\n", 0, place) + 1
        raise Malformed(
            f"The file is not UTF-8: byte {place + 1}, on line {line}, cannot be read. Save it as UTF-8"
        ) from None


def _separator(text: str) -> str:
    """Give the separator that cuts the header into most cells; the first of equals."""

    def width(separator: str) -> int:
        # Broken quoting is told later: here it must not make another separator look better.
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            return next((len(cells) for cells in lines if "".join(cells).strip(SEPARATORS + " ")), 0)
        except csv.Error:
            return 0

    return max(SEPARATORS, key=width)


def _as_wide(header: Sequence[str], cells: list[str]) -> list[str]:
    if len(cells) == len(header):
        return cells
    return [*cells, *[""] * (len(header) - len(cells))][: len(header)]


def _misfits(header: Sequence[str], cells: list[str]) -> Iterator[str]:
    if any(cells[len(header) :]):
        yield f"has {len(cells)} cells, but the header names {len(header)} columns"
    if any("\0" in cell for cell in cells):
        yield _NUL
