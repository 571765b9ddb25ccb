"""What a question about costs adds up to over its whole period, and how that compares with another period.

The figures are those of `GET /costs`: the total is its total, groups are its rows added up over the bins.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from eyrie.answers.costs import CostsQuery, Told, told
from eyrie.answers.sight import integrations_of, key_of
from eyrie.basics.money import WIDE
from eyrie.basics.words import Provider
from eyrie.costs.query.answer import Answer, CostRow
from eyrie.costs.query.ask import Ask, Dimension, TagKey
from eyrie.costs.query.catalogue import Origin
from eyrie.operations.call import Call

ZERO, AT_ONCE = Decimal(0), 5000
Label = tuple[str | None, ...]  # None for what has no value
Labels = Callable[[CostRow], Label]


@dataclass(frozen=True)
class Sums:
    """What a question adds up to."""

    currency: str
    total: Decimal  # rounded to cents, as it is shown
    groups: Mapping[Label, Decimal]  # not rounded


@dataclass(frozen=True)
class Group:
    """One group in both periods."""

    label: Label
    amount: Decimal
    before: Decimal


def sums(call: Call, query: CostsQuery) -> Sums:
    """Ask, and add up."""
    answered = told(call, query)
    label = labels_of(call, answered.found.ask)
    groups: dict[Label, Decimal] = {}
    with localcontext(WIDE):
        for row in each_row(answered.found):
            name = label(row)
            groups[name] = groups.get(name, ZERO) + row.amount
    return Sums(answered.currency, total_of(answered), groups)


def each_row(found: Answer) -> Iterator[CostRow]:
    """Walk all rows of an answer, some thousands at a time."""
    for start in range(0, len(found), AT_ONCE):
        yield from found.page(start, start + AT_ONCE)


def total_of(answered: Told) -> Decimal:
    """The total, as it is shown."""
    total = answered.totals()["total_cost"]
    assert isinstance(total, dict)
    return Decimal(total["amount"])


def compared(now: Sums, before: Sums) -> list[Group]:
    """All groups of both periods, those that cost most now first."""
    names = dict.fromkeys([*now.groups, *before.groups])
    groups = [Group(name, now.groups.get(name, ZERO), before.groups.get(name, ZERO)) for name in names]
    return sorted(groups, key=lambda group: (-group.amount, [each or "" for each in group.label]))


def labels_of(call: Call, ask: Ask) -> Labels:
    """How the groups of an ask are written for people; a custom provider goes by its name."""
    names = {token: row.account_identifier for token, row in integrations_of(call).items()}

    def label(row: CostRow) -> Label:
        return tuple(
            _written(value, grouping, row, names)
            for value, grouping in zip(row.groups, ask.groupings, strict=True)
        )

    return label


def _written(
    value: str | bool | None, grouping: Dimension | TagKey, row: CostRow, names: Mapping[str, str]
) -> str | None:
    if isinstance(value, bool):
        return "tagged" if value else "untagged"
    if grouping is Dimension.RESOURCE_ID and row.resource_name:
        return row.resource_name
    if grouping is Dimension.PROVIDER and value == Provider.CUSTOM_PROVIDER:
        token = row.instance or ""
        return names.get(token) or key_of(Origin(value, token))
    if grouping is Dimension.ACCOUNT_ID:
        return names.get(value or "", value)
    return value or None
