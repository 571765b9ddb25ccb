"""The report of a file that was imported, for people."""

from decimal import Decimal, localcontext

from eyrie.basics.money import WIDE
from eyrie.basics.words import AdjustmentClass
from eyrie.costs.sources.focus.bill import Bill, ClassSum
from eyrie.costs.sources.focus.findings import Finding, Weight
from eyrie.records.bills.imports import Known
from eyrie.surfaces.cli.bill_shapes import FileTold, Outcome, SumLine

# What a question leaves out unless it asks for it.
HIDDEN = (AdjustmentClass.CREDIT, AdjustmentClass.REFUND)


def told_of(bill: Bill, known: Known | None) -> FileTold:
    """Tell what a file held; `known` is what its name stood for before."""
    months = tuple(sorted({part.billing_month for part in bill.parts}))
    notices = [str(finding) for finding in bill.findings if finding.weight is Weight.NOTICE]
    if known is not None:
        notices += _news(bill, known)
        gone = sorted(known.months - set(months))
        notices += [f"{month:%Y-%m} is no longer in it, so its rows of that month are gone" for month in gone]
    return FileTold(
        bill.file.name,
        Outcome.REPLACED if known else Outcome.IMPORTED,
        version=bill.header.version,
        rows=bill.rows,
        months=months,
        sums=_sums(bill.sums),
        warnings=tuple(str(each) for each in bill.findings if each.weight is Weight.WARNING),
        notices=tuple(notices),
    )


def _news(bill: Bill, known: Known) -> list[str]:
    """Columns that came or went since the last time."""
    before, now = set(known.columns), set(bill.header.names)
    came, went = sorted(now - before), sorted(before - now)
    return [str(Finding(Weight.NOTICE, name, "is new since the last import")) for name in came] + [
        str(Finding(Weight.NOTICE, name, "is gone since the last import")) for name in went
    ]


def _sums(sums: tuple[ClassSum, ...]) -> tuple[SumLine, ...]:
    lines = []
    with localcontext(WIDE):
        for currency in sorted({each.currency for each in sums}):
            own = [each for each in sums if each.currency == currency]
            lines.append(
                SumLine(
                    currency,
                    sum((each.billed for each in own), Decimal(0)),
                    sum((each.effective for each in own), Decimal(0)),
                    tuple(
                        (f"{each.adjustment_class}s", each.effective)
                        for each in own
                        if each.adjustment_class in HIDDEN
                    ),
                )
            )
    return tuple(lines)
