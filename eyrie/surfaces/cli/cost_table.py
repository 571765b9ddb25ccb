"""Costs as a table for people: aligned, with shares, changes and bars, in as much width as there is.

Amounts are never cut. When the terminal is too narrow, the bars go first, then the shares, then the changes;
the names share what is left of the width and end in an ellipsis.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from itertools import groupby

from rich.cells import cell_len, set_cell_size

from eyrie.basics.money import CENT, WIDE
from eyrie.basics.period import ONE_DAY, Bin, bin_start
from eyrie.surfaces.cli.printing import printable
from eyrie.surfaces.cli.work import CostLine, CostsTold

GAP = "  "
WIDEST_BAR = 24
EIGHTHS = " ▏▎▍▌▋▊▉"
ZERO, TENTH, LARGEST_CHANGE = Decimal(0), Decimal("0.1"), Decimal(1000)


@dataclass(frozen=True)
class Row:
    """One line of the table, as text. `bar` is what its bar stands for, None for a line without one."""

    bin: str
    names: tuple[str, ...]
    usage: str
    amount: str
    change: str
    share: str
    bar: Decimal | None = None


@dataclass(frozen=True)
class Widths:
    """How wide each column is; 0 is a column that is left out."""

    bin: int
    names: tuple[int, ...]
    usage: int
    amount: int
    change: int
    share: int
    bar: int


def cost_table(told: CostsTold, limit: int | None, width: int) -> str:
    """Lay out an answer; of each bin the `limit` largest lines, and what is left of it in one line."""
    sections = [*_sections(told, limit), [_total(told)]]
    head = Row(
        told.bin.upper(),
        tuple(printable(head) if ":" in head else head.upper() for head in told.heads),
        "USAGE" if told.with_usage else "",
        told.currency,
        "CHANGE" if len(sections) > 2 else "",
        "SHARE",
    )
    rows = [row for section in sections for row in section]
    widths = fitting([head, *rows], width)
    longest = max((abs(row.bar) for row in rows if row.bar is not None), default=ZERO)
    between = "\n\n" if told.heads else "\n"
    body = between.join("\n".join(_laid(row, widths, longest) for row in section) for section in sections)
    return "\n".join(
        [printable(told.about), "", _laid(head, widths, longest), body, *map(printable, told.notes)]
    )


def largest(told: CostsTold, limit: int | None) -> Iterator[tuple[list[CostLine], list[CostLine]]]:
    """Give each bin's largest lines and the others; an answer has the largest first already."""
    for _, of_bin in groupby(told.lines, lambda line: line.begins):
        lines = list(of_bin)
        yield lines[:limit], [] if limit is None else lines[limit:]


def fitting(rows: Sequence[Row], width: int) -> Widths:
    """Choose the columns that fit, and how wide the names can be."""

    def natural(*cells: str) -> int:
        return max(map(cell_len, cells), default=0)

    names = [natural(*column) for column in zip(*(row.names for row in rows), strict=True)]
    always = [natural(*(getattr(row, each) for row in rows)) for each in ("bin", "usage", "amount")]
    change, share = natural(*(row.change for row in rows)), natural(*(row.share for row in rows))
    gap = len(GAP)

    def left(*others: int) -> int:
        """What is left for the names beside these columns."""
        columns = [each for each in (*always, *others) if each]
        return width - sum(columns) - gap * (len(columns) - 1 + len(names))

    def room(name: int) -> int:
        """The least that the names need, if each is at most so wide."""
        return sum(min(each, name) for each in names)

    bar = 8
    if left(change, share, bar) < room(20):
        bar = 0
    if left(change, share, bar) < room(14):
        share = 0
    if left(change, share, bar) < room(10):
        change = 0
    while names and sum(names) > max(left(change, share, bar), len(names)):
        names[names.index(max(names))] -= 1
    if bar:
        bar = min(WIDEST_BAR, bar + left(change, share, bar) - sum(names))
    return Widths(always[0], tuple(names), always[1], always[2], change, share, bar)


def _sections(told: CostsTold, limit: int | None) -> Iterator[list[Row]]:
    """The lines of each bin, and below them what they come to."""
    amounts = {(line.begins, _key(line)): line.amount for line in told.lines}
    bins = [(shown, rest, _sum([*shown, *rest])) for shown, rest in largest(told, limit)]
    sums = {shown[0].begins: amount for shown, _, amount in bins}
    for shown, rest, amount in bins:
        begins = shown[0].begins
        before = _before(begins, told.bin)
        known = before >= told.since
        rows = []
        for place, line in enumerate(shown):
            change = change_shown(line.amount, amounts.get((before, _key(line)), ZERO)) if known else ""
            rows.append(_row(told, line, change, label=_label(begins, told.bin) if place == 0 else ""))
        if rest:
            others = _sum(rest)
            rows.append(_summed(told, f"… {len(rest)} more", others, ""))
        if told.heads and len(bins) > 1 and len(shown) + len(rest) > 1:
            rows.append(
                _summed(
                    told, "together", amount, change_shown(amount, sums.get(before, ZERO)) if known else ""
                )
            )
        yield rows


def _key(line: CostLine) -> tuple[object, ...]:
    return (*line.groups, line.usage[1] if line.usage else None)


def _row(told: CostsTold, line: CostLine, change: str, *, label: str) -> Row:
    usage = f"{money_shown(line.usage[0])} {printable(line.usage[1] or '')}".rstrip() if line.usage else ""
    names = tuple(map(printable, line.labels))
    return Row(
        label, names, usage, money_shown(line.amount), change, _share(line.amount, told.total), line.amount
    )


def _summed(told: CostsTold, name: str, amount: Decimal, change: str) -> Row:
    names = (name, *("" for _ in told.heads[1:]))
    return Row("", names, "", money_shown(amount), change, _share(amount, told.total))


def _total(told: CostsTold) -> Row:
    names = tuple("" for _ in told.heads)
    return Row("TOTAL", names, "", money_shown(told.total), "", _share(told.total, told.total))


def _laid(row: Row, widths: Widths, longest: Decimal) -> str:
    cells = [row.bin.ljust(widths.bin)]
    cells += [_cut(name, width) for name, width in zip(row.names, widths.names, strict=True)]
    right = (
        (row.usage, widths.usage),
        (row.amount, widths.amount),
        (row.change, widths.change),
        (row.share, widths.share),
    )
    cells += [text.rjust(width) for text, width in right if width]
    if widths.bar and row.bar is not None:
        cells.append(_bar(row.bar, longest, widths.bar))
    return GAP.join(cells).rstrip()


def _cut(name: str, width: int) -> str:
    """A name in exactly so many cells of the terminal."""
    return set_cell_size(name, width) if cell_len(name) <= width else set_cell_size(name, width - 1) + "…"


def _bar(amount: Decimal, longest: Decimal, width: int) -> str:
    """A bar in eighths of a cell; money that comes back has none."""
    if amount <= 0 or not longest:
        return ""
    eighths = int((amount * 8 * width / longest).to_integral_value(ROUND_DOWN))
    return ("█" * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip() or EIGHTHS[1]


def _sum(lines: Sequence[CostLine]) -> Decimal:
    with localcontext(WIDE):
        return sum((line.amount for line in lines), ZERO)


def money_shown(amount: Decimal) -> str:
    """An amount in cents, with its thousands apart."""
    shown = f"{WIDE.quantize(amount, CENT):,}"
    return "0.00" if shown == "-0.00" else shown


def _share(amount: Decimal, total: Decimal) -> str:
    """How much of the total it is; parts of nothing, or of money that came back, are not told."""
    return f"{_tenths(amount * 100 / total)}%" if total > 0 else ""


def change_shown(amount: Decimal, before: Decimal) -> str:
    """How much it changed against the bin before."""
    if not before:
        return "new" if amount else ""
    percent = (amount - before) * 100 / before.copy_abs()
    arrow = "▲" if percent > 0 else "▼" if percent < 0 else "="
    if percent.copy_abs() >= LARGEST_CHANGE:
        return f"{arrow} >999%"
    return f"{arrow} {_tenths(percent.copy_abs())}%"


def _tenths(percent: Decimal) -> Decimal:
    return percent.quantize(TENTH, ROUND_HALF_UP)


def _before(begins: dt.datetime, width: str) -> dt.datetime:
    """The bin before."""
    if Bin(width) is Bin.HOUR:
        return begins - dt.timedelta(hours=1)
    return dt.datetime.combine(bin_start(begins.date() - ONE_DAY, Bin(width)), dt.time())


def _label(begins: dt.datetime, width: str) -> str:
    match Bin(width):
        case Bin.HOUR:
            return f"{begins:%Y-%m-%d %H:00}"
        case Bin.DAY | Bin.WEEK:
            return f"{begins:%Y-%m-%d}"
        case Bin.MONTH:
            return f"{begins:%Y-%m}"
        case Bin.QUARTER:
            return f"{begins:%Y}-Q{(begins.month + 2) // 3}"
