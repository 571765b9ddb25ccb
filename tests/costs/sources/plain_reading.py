"""A bill read with Python's csv and Decimal alone, where that leaves no doubt."""

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,18})?", re.ASCII)


def billed(content: bytes) -> tuple[int, Decimal] | None:
    """Give how many rows a file has and what they cost together; nothing if more than one reading makes sense.

    There is no doubt about UTF-8 without NUL, in which one separator cuts the header into most cells, each row
    has as many cells as the header, `BilledCost` stands there once, and every cost is a plain number.
    """
    try:
        text = content.decode("utf-8-sig")
        lines = max((_cut(text, separator) for separator in ",;\t|"), key=lambda each: len(each[0]))
    except (UnicodeDecodeError, csv.Error, IndexError):
        return None
    (header, *rows) = lines
    names = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    if "\0" in text or header.count("BilledCost") != 1 or names.count("billedcost") != 1:
        return None
    if any(len(row) != len(header) for row in rows):
        return None
    costs = [row[header.index("BilledCost")] for row in rows]
    if not all(NUMBER.fullmatch(cost) for cost in costs):
        return None
    return len(costs), sum(map(Decimal, costs), Decimal(0))


def _cut(text: str, separator: str) -> Sequence[list[str]]:
    """Cut a text into rows; lines without a word are none."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return [row for row in rows if "".join(row).strip()]
