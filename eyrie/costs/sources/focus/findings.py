"""What was found in a file: by rule, how often, and the first rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from eyrie.costs.sources.focus.settings import PROBLEMS_TOLD


class Weight(StrEnum):
    """What a finding means for the file."""

    ERROR = "error"  # the file is refused
    WARNING = "warning"  # FOCUS says otherwise; the row is kept
    NOTICE = "notice"  # worth knowing


@dataclass(frozen=True)
class Finding:
    """One rule that rows, or the file as a whole, break; `says` completes a sentence about the column."""

    weight: Weight
    column: str
    says: str
    count: int = 0  # of rows; none if it is about the whole file
    rows: tuple[int, ...] = ()  # the first ones; row 1 is the first data row

    def __str__(self) -> str:
        """Tell it in a line.

        >>> str(Finding(Weight.WARNING, "SkuId", "must be blank on Tax", 7, (3, 5, 9)))
        '7 rows: SkuId must be blank on Tax (rows 3, 5, 9, …)'
        """
        sentence = f"{self.column} {self.says}".strip()
        if not self.count:
            return sentence
        more = ", …" if self.count > len(self.rows) else ""
        listed = ", ".join(f"{row:,}" for row in self.rows)
        return (
            f"{self.count:,} row{'s' if self.count > 1 else ''}: {sentence} "
            f"(row{'s' if self.count > 1 else ''} {listed}{more})"
        )


def refusal(name: str, problems: Iterable[tuple[int, str]], count: int) -> list[str]:
    """Tell the problems of a file in row order; past a hundred only how many of all there are more.

    >>> refusal("a.csv", [(7, "SkuId is wrong")], 3)
    ['a.csv: Row 7: SkuId is wrong', 'a.csv: … and 2 more errors']
    """
    told = [f"{name}: Row {row}: {text}" for row, text in sorted(problems)[:PROBLEMS_TOLD]]
    more = count - len(told)
    return [*told, *([f"{name}: … and {more:,} more errors"] if more > 0 else [])]
