"""The lines of a comparison: each group over the whole period, over the one before, and what changed.

Both are answers to the same question about other days, so either column adds up to a total of `GET /costs`.
The groups of both come in one order and are laid beside each other as they come, however many they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from eyrie.answers.costs import Posed
from eyrie.answers.exports.cost_lines import currency_of, title_of
from eyrie.answers.exports.kind import TextLines, Written
from eyrie.basics.errors import Malformed
from eyrie.basics.money import CENT, WIDE, plain
from eyrie.costs.query.answer import Answer
from eyrie.costs.query.summing import Group, in_groups
from eyrie.engine.port import Engine, Row
from eyrie.operations.call import Call
from eyrie.operations.house import House

ZERO = Decimal(0)


@dataclass(frozen=True)
class Comparison:
    """A question, and the same about the days before, if they are to be compared."""

    now: Posed
    before: Posed | None
    currency: str  # of the workspace

    def write(self, house: House, path: Path) -> Written:
        """Work both out, group by group."""
        now = self.now.worked_out(house)
        before = self.before.worked_out(house) if self.before else None
        currencies = sorted({found.currency for found in (now, before) if found and found.currency})
        if len(currencies) > 1:
            raise Malformed(
                f"The costs of the two periods are in several currencies ({', '.join(currencies)}), which "
                "do not compare; narrow the filter to costs in one of them"
            )
        currency = currencies[0] if currencies else self.currency
        titles = (
            *(title_of(grouping) for grouping in now.ask.groupings),
            *("Amount", "Previous Amount", "Change", "Change %", "Currency"),
        )
        return TextLines(titles, _rows(house.engine, now, before, currency)).write(house, path)


def comparison_of(call: Call, now: Posed, before: Posed | None) -> Comparison:
    """Lines of the schema `comparison`."""
    return Comparison(now, before, currency_of(call, now))


def _rows(engine: Engine, now: Answer, before: Answer | None, currency: str) -> Iterator[Row]:
    width = len(now.ask.groupings)
    if before is None:
        for group, amount in in_groups(engine, now):
            yield *group.texts[:width], plain(amount), None, None, None, currency
        return
    for group, amount, previous in _beside(in_groups(engine, now), in_groups(engine, before)):
        change = WIDE.subtract(amount, previous)
        yield (
            *group.texts[:width],
            plain(amount),
            plain(previous),
            plain(change),
            percent(change, previous),
            currency,
        )


def percent(change: Decimal, previous: Decimal) -> str | None:
    """A change in percent of what was before, rounded to two digits; nothing, if that was nothing.

    >>> percent(Decimal("-25"), Decimal("100")), percent(Decimal("5"), Decimal("0"))
    ('-25.0', None)
    """
    if not previous:
        return None
    found = WIDE.divide(WIDE.multiply(change, Decimal(100)), previous.copy_abs())
    return plain(WIDE.quantize(found, CENT))


def _beside(
    left: Iterator[tuple[Group, Decimal]], right: Iterator[tuple[Group, Decimal]]
) -> Iterator[tuple[Group, Decimal, Decimal]]:
    """Lay two ordered lists of groups beside each other; who is missing in one has nothing there."""
    mine, theirs = next(left, None), next(right, None)
    while mine or theirs:
        if theirs is None or (mine is not None and mine[0] < theirs[0]):
            assert mine is not None
            yield mine[0], mine[1], ZERO
            mine = next(left, None)
        elif mine is None or theirs[0] < mine[0]:
            yield theirs[0], ZERO, theirs[1]
            theirs = next(right, None)
        else:
            yield mine[0], mine[1], theirs[1]
            mine, theirs = next(left, None), next(right, None)
