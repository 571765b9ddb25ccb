"""Kept rows of which amounts are put right when they are read: a page has a thousand, an answer millions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eyrie.basics.money import WIDE
from eyrie.engine.port import Held, Result, Row


@dataclass(frozen=True, eq=False)
class ConvertedRows(ABC):
    """Kept rows whose amounts another column makes whole."""

    held: Held
    amount: str
    other: str

    @abstractmethod
    def whole(self, amount: Decimal, other: str) -> Decimal:
        """Make an amount whole by the text of the other column."""

    @property
    def bytes(self) -> int:
        """About how much memory they take."""
        return self.held.bytes

    def __len__(self) -> int:
        """How many rows."""
        return len(self.held)

    def slice(self, start: int, stop: int) -> Result:
        """Give the rows from `start` up to, not including, `stop`."""
        found = self.held.slice(start, stop)
        amount, other = found.names.index(self.amount), found.names.index(self.other)
        return Result(
            found.names,
            [_with(row, amount, self.whole(row[amount], _text(row[other]))) for row in found.rows],
        )

    def texts(self, columns: Sequence[str], start: int, stop: int) -> list[Row]:
        """Give some columns of a slice as texts."""
        if self.amount not in columns:
            return self.held.texts(columns, start, stop)
        amount, count = columns.index(self.amount), len(columns)
        return [
            _with(row[:count], amount, format(self.whole(Decimal(row[amount]), row[count]), "f"))
            for row in self.held.texts((*columns, self.other), start, stop)
        ]


@dataclass(frozen=True, eq=False)
class RatedRows(ConvertedRows):
    """Rows that were not converted yet: each bin, the other column, has one rate."""

    rates: Mapping[str, Decimal]

    def whole(self, amount: Decimal, other: str) -> Decimal:
        """Multiply an amount by the rate of its bin."""
        return WIDE.multiply(amount, self.rates[other])


@dataclass(frozen=True, eq=False)
class SplitRows(ConvertedRows):
    """Rows whose amounts stand in two columns."""

    def whole(self, amount: Decimal, other: str) -> Decimal:
        """Put an amount and its rest together."""
        return WIDE.add(amount, Decimal(other))


def _with(row: Row, place: int, cell: object) -> Row:
    return (*row[:place], cell, *row[place + 1 :])


def _text(cell: object) -> str:
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
