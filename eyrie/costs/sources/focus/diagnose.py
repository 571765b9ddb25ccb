"""What is wrong with a text that the engine could not cut into cells: which row, and why.

The engine is quick and says little; this walks the file once more, slowly, and knows the row. It may also
find nothing wrong: lines that end in several ways trouble the engine alone. Then it writes a clean copy.

Text in zstd only the engine can unpack, so nothing walks it: what the engine says is said in our words. It
tells a line, but none where line ends are of several kinds; there the rows are found that it can still read.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from eyrie.basics.errors import Malformed, Refused
from eyrie.costs.sources.csv_lines import lines_with_words
from eyrie.costs.sources.focus.sheet import LONGEST_LINE

_ROWS_AT_ONCE = 2048  # as many the engine cuts into cells before it gives any
_SAID = {
    r"Expected Number of Columns: (\d+) Found: (\d+)": "has {1} cells, but the header names {0} columns",
    "unterminated quote": "a quotation mark is opened and never closed, or closed before the cell ends",
    "not utf-8 encoded": "is not UTF-8. Save the file as UTF-8",
    "Maximum line size": f"is longer than {LONGEST_LINE:,} characters",
}


def mended(path: Path, separator: str, copy: Path) -> None:
    """Write a clean copy, or say in which row the text is broken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text, copy.open("w", newline="") as written:
            lines = lines_with_words(csv.reader(_bounded(text), delimiter=separator, strict=True))
            # It puts a cell in quotation marks for what ends a line here, so that must be both characters.
            writer = csv.writer(written, delimiter=separator, lineterminator="\r\n")
            header = next(lines, [])
            writer.writerow(header)
            for row, cells in enumerate(lines, 1):
                writer.writerow(_checked(header, cells, row))
    except UnicodeDecodeError:
        raise _not_utf8(path) from None


def in_our_words(malformed: Malformed, can_read: Callable[[int], bool]) -> Refused:
    """Say why the engine could not cut a packed text; `can_read` tells whether it can read so many rows."""
    said = str(malformed)
    if "state machine" in said:
        first = _rows_before(can_read)
        return Refused(
            f"Rows {first + 1:,} to {first + _ROWS_AT_ONCE:,}: line ends are of several kinds, between rows "
            "or inside cells. Unpack the file, or pack it with gzip or zip, and they may be"
        )
    line = re.search(r"CSV Error on Line: (\d+)", said)
    if line is None:
        return Refused(
            "the file cannot be read: it is damaged, or the text in it is unusual. Unpack it and import that"
        )
    found = ((re.search(pattern, said), reason) for pattern, reason in _SAID.items())
    reasons = (reason.format(*match.groups()) for match, reason in found if match)
    return Refused(
        f"Line {int(line[1]):,}, where a cell over several lines counts as one: "
        f"{next(reasons, 'cannot be cut into cells')}"
    )


def _rows_before(can_read: Callable[[int], bool]) -> int:
    """Give how many rows can be read, in steps of what the engine cuts at once."""
    most = 1
    while can_read(most * _ROWS_AT_ONCE):
        most *= 2
    good, bad = most // 2, most
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if can_read(middle * _ROWS_AT_ONCE) else (good, middle)
    return good * _ROWS_AT_ONCE


def _bounded(text: IO[str]) -> Iterator[str]:
    """Walk the lines, none of which may fill the memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Refused(f"a line is longer than {LONGEST_LINE:,} characters")
        yield line


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
