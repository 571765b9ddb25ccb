"""Figures as plain text: amounts in cents, changes with their sign, columns that line up."""

from collections.abc import Sequence
from decimal import Decimal

from eyrie.basics.money import CENT, WIDE
from eyrie.records.alerts.report_notifications import ChangeUnit

ZERO = Decimal(0)


def money(amount: Decimal) -> str:
    """An amount in cents, with its thousands apart.

    >>> money(Decimal("1240.005")), money(Decimal("-0.001"))
    ('1,240.01', '0.00')
    """
    shown = f"{WIDE.quantize(amount, CENT):,}"
    return "0.00" if shown == "-0.00" else shown


def change_shown(now: Decimal, before: Decimal, unit: str, currency: str) -> str:
    """How much it changed, in the unit that was chosen.

    >>> [change_shown(Decimal(1240), Decimal(1000), unit, "USD") for unit in ChangeUnit]
    ['+24.00%', '+$240.00']
    >>> change_shown(Decimal(5), Decimal(8), "dollars", "EUR")
    '-3.00 EUR'
    >>> change_shown(Decimal(5), Decimal(0), "dollars", "USD")
    'new'
    """
    if not before and now:
        return "new"
    changed = WIDE.subtract(now, before)
    sign = "+" if changed > 0 else "-" if changed < 0 else ""
    if unit == ChangeUnit.PERCENTAGE:
        percent = WIDE.divide(WIDE.multiply(changed, Decimal(100)), before.copy_abs()) if before else ZERO
        return f"{sign}{money(percent.copy_abs())}%"
    amount = money(changed.copy_abs())
    return f"{sign}${amount}" if currency == "USD" else f"{sign}{amount} {currency}"


def laid_out(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines in columns: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    laid = []
    for name, *figures in lines:
        cells = [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        laid.append("  ".join([name.ljust(widths[0]), *cells]).rstrip())
    return laid
