"""What is wrong with a file, row by row."""

from collections.abc import Iterable
from typing import NamedTuple

from eyrie.basics.errors import Refused
from eyrie.costs.sources.custom.settings import PROBLEMS_TOLD


class Problem(NamedTuple):
    """One thing wrong with one data row; row 1 is the first."""

    row: int
    text: str


class Unreadable(ValueError):
    """A cell that cannot be read; the text says what it must be: `must be a valid number`."""


def refusal(problems: Iterable[Problem]) -> Refused:
    """Tell all problems in row order; past a hundred only how many more there are."""
    told = [f"Row {row}: {text}" for row, text in sorted(problems, key=lambda problem: problem.row)]
    more = len(told) - PROBLEMS_TOLD
    return Refused(*told[:PROBLEMS_TOLD], *([f"… and {more} more errors"] if more > 0 else []))
