"""What is wrong with a text that the engine could not cut into cells: which row, and why.

The engine is quick and says little; this walks the file once more, slowly, and knows the row. It may also
find nothing wrong: lines that end in several ways trouble the engine alone. Then it writes a clean copy.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from eyrie.basics.errors import Refused
from eyrie.costs.sources.focus.sheet import LONGEST_LINE

_BROKEN = {
    "unexpected end": "a quotation mark is opened and never closed",
    "field larger": "a cell is longer than {limit:,} characters; perhaps a quotation mark is never closed",
}
_AFTER_QUOTE = "a closing quotation mark must be followed by a separator or the end of the line"


def mended(path: Path, separator: str, copy: Path) -> None:
    """Write a clean copy, or say in which row the text is broken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text, copy.open("w", newline="") as written:
            lines = _lines(csv.reader(_bounded(text), delimiter=separator, strict=True))
            writer = csv.writer(written, delimiter=separator, lineterminator="\n")
            header = next(lines, [])
            writer.writerow(header)
            for row, cells in enumerate(lines, 1):
                writer.writerow(_checked(header, cells, row))
    except UnicodeDecodeError:
        raise _not_utf8(path) from None


def _bounded(text: IO[str]) -> Iterator[str]:
    """Walk the lines, none of which may fill the memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Refused(f"a line is longer than {LONGEST_LINE:,} characters")
        yield line


def _lines(reader: "csv._reader") -> Iterator[list[str]]:  # type: ignore[name-defined]
    walked = 0
    try:
        for cells in reader:
            if "".join(cells).strip():
                yield cells
                walked += 1
    except csv.Error as error:
        where = f"Row {walked}" if walked else "The header"
        raise Refused(f"{where}: {_reason(error)}") from None


def _reason(error: csv.Error) -> str:
    for begin, reason in _BROKEN.items():
        if str(error).startswith(begin):
            return reason.format(limit=csv.field_size_limit())
    return _AFTER_QUOTE


def _checked(header: Sequence[str], cells: list[str], row: int) -> list[str]:
    surplus = cells[len(header) :]
    if len(cells) < len(header) or any(surplus):
        raise Refused(f"Row {row}: has {len(cells)} cells, but the header names {len(header)} columns")
    return cells[: len(header)]


def _not_utf8(path: Path) -> Refused:
    """Say where the first byte is that is not UTF-8."""
    line = 0
    with path.open("rb") as file:
        while content := file.readline(LONGEST_LINE):
            line += 1
            try:
                content.decode()
            except UnicodeDecodeError as error:
                return Refused(
                    f"Line {line:,}: byte {error.start + 1:,} of it is not UTF-8. Save the file as UTF-8"
                )
    return Refused(f"Line {line:,}: the file is not UTF-8. Save it as UTF-8")
