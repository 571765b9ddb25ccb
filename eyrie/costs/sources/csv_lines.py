"""The lines of a CSV as Python's reader cuts them, and what is wrong with one, in our words."""

import csv
from collections.abc import Iterator

from eyrie.basics.errors import Refused

# What the csv module says, by its first words, and what we say.
_BROKEN = {
    "unexpected end": "a quotation mark is opened and never closed",
    "field larger": "a cell is longer than {limit:,} characters; perhaps a quotation mark is never closed",
}
_AFTER_QUOTE = "a closing quotation mark must be followed by a separator or the end of the line"


def lines_with_words(reader: "csv._reader") -> Iterator[list[str]]:  # type: ignore[name-defined]
    """Walk the lines that are not blank, the header first; refuse a broken one, by the number of its row.

    A line of separators alone is blank too: spreadsheets leave such lines below their data.
    """
    walked = 0
    try:
        for cells in reader:
            if "".join(cells).strip():
                walked += 1
                yield cells
    except csv.Error as error:
        where = f"Row {walked}" if walked else "The header"
        raise Refused(f"{where}: {_reason(error)}") from None


def _reason(error: csv.Error) -> str:
    for begin, reason in _BROKEN.items():
        if str(error).startswith(begin):
            return reason.format(limit=csv.field_size_limit())
    return _AFTER_QUOTE
