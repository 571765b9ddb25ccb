"""The same asks answered row by row in plain Python: slow, short, and independent of every engine."""

import datetime as dt
import re
from collections import defaultdict
from decimal import Context, Decimal, localcontext

from eyrie.basics.period import Bin, bin_start
from eyrie.costs.query.ask import AggregateBy, Dimension, Order, TagKey
from eyrie.engine.plan import Compared, Either, Every, HasTag, Like, Missing, Not, OneOf

FIELDS = {"cost_category": "category", "cost_subcategory": "subcategory"}
KUBERNETES = {"kubernetes", "kubernetes_agent", "opencost"}


def slow_answer(rows, ask):
    """Give (rows in order, total, usage by unit, groups with a cost by bin); rows are (integration, item)."""
    settings, sums, usages = ask.settings, defaultdict(Decimal), defaultdict(list)
    with localcontext(Context(prec=100)):
        for integration, item in rows:
            if not is_counted(item, ask) or not holds(ask.filter, vars(item), item.tags):
                continue
            amount = item.effective_cost if settings.amortize else item.billed_cost
            unit = item.usage_unit if item.usage_amount is not None else None
            group = [_bin(item, ask.bin), *(_value(item, grouping, unit) for grouping in ask.groupings)]
            if settings.aggregate_by is AggregateBy.USAGE and Dimension.USAGE_UNIT not in ask.groupings:
                group.append(unit)
            if Dimension.PROVIDER in ask.groupings:
                group.append(integration if item.provider == "custom_provider" else None)
            sums[tuple(group)] += amount
            usages[tuple(group)] += [] if item.usage_amount is None else [item.usage_amount]
        found = [
            (*group, amount, sum(usages[group]) if usages[group] else None) for group, amount in sums.items()
        ]
        found = [row for row in found if row[-2] or row[-1]]
        main = -1 if settings.aggregate_by is AggregateBy.USAGE else -2
        found.sort(key=lambda row: ([(v is None, v) for v in row[1:-2]]))
        found.sort(key=lambda row: (row[main] is None, -(row[main] or 0)))
        found.sort(key=lambda row: row[0], reverse=ask.order is Order.DESCENDING)
        counts = defaultdict(int)
        for row in found:
            counts[row[0]] += bool(row[-2])
        return found, sum((row[-2] for row in found), Decimal(0)), dict(counts)


def is_counted(item, ask):
    settings = ask.settings
    off = {
        "credit": not settings.include_credits,
        "refund": not settings.include_refunds,
        "discount": not settings.include_discounts,
        "tax": not settings.include_tax,
    }
    if item.accrued_on not in ask.period or off.get(item.adjustment_class):
        return False
    if item.basis == ("billed" if settings.amortize else "effective"):
        return False
    if item.provider in KUBERNETES and not KUBERNETES & set(ask.providers_named):
        return False
    return not (item.basis == "effective" and item.accrued_on > ask.today)


def _bin(item, width):
    if width is Bin.HOUR:
        midnight = dt.datetime.combine(item.accrued_on, dt.time())
        hourly = item.granularity == "hour"
        return item.charge_period_start.replace(minute=0, second=0) if hourly else midnight
    return bin_start(item.accrued_on, width)


def _value(item, grouping, unit):
    match grouping:
        case TagKey(key):
            return item.tags.get(key)
        case Dimension.TAGGED:
            return bool(item.tags)
        case Dimension.USAGE_UNIT:
            return unit
        case _:
            return getattr(item, FIELDS.get(grouping, grouping))


def holds(condition, row, tags=None):
    """Read a condition; a test of a missing field fails."""
    match condition:
        case OneOf(column, values, folded):
            fold = str.lower if folded else lambda text: text
            return row[column] is not None and fold(row[column]) in [fold(value) for value in values]
        case Like(column, pattern, folded):
            return row[column] is not None and bool(_pattern(pattern, folded).fullmatch(row[column]))
        case Compared(column, comparison, value):
            found = row[column]
            if found is None:
                return False
            return {"<": found < value, "<=": found <= value, ">": found > value, ">=": found >= value}[
                comparison
            ]
        case Missing(column):
            return row[column] is None
        case HasTag(tag):
            return any(holds(tag, {"key": key, "value": value}) for key, value in (tags or {}).items())
        case Not(inner):
            return not holds(inner, row, tags)
        case Every(parts):
            return all(holds(part, row, tags) for part in parts)
        case Either(parts):
            return any(holds(part, row, tags) for part in parts)


def _pattern(like, folded):
    pieces = re.findall(r"\\.|\\$|[^\\]", like, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    text = "".join(wild.get(piece) or re.escape(piece[1:] if piece[1:] else piece) for piece in pieces)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if folded else 0))
