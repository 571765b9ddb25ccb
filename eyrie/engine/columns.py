"""Columns: a name and what it holds. Each engine knows the type that it keeps for a kind."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    AMOUNT = auto()  # money and quantities: exact decimals with 18 digits behind the point
    DAY = auto()
    MOMENT = auto()  # UTC without zone
    FLAG = auto()
    SHORT = auto()  # whole numbers of 16, 32 and 64 bits, signed
    NUMBER = auto()
    LONG = auto()
    PLAIN = auto()  # an amount as text: no exponent, no needless zeros, at least one digit behind the point
    INSTANT = auto()  # a day or moment as text: 2025-01-31T00:00:00Z


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    name: str
    kind: Kind
