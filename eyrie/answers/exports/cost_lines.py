"""The lines of costs in groups: one for each group and bin, as `GET /costs` has them, or with FOCUS's
columns.

FOCUS's columns of what is not grouped by are blank, so a grouped file claims no validity; grouped by
service and charge type, a custom provider can take it up again. Its days are those of the bin that lie in
the period.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.answers.costs import Posed
from eyrie.answers.exports.kind import Written
from eyrie.basics.period import Bin
from eyrie.costs.query.ask import AggregateBy, Ask, Dimension, Grouping, TagKey
from eyrie.costs.query.listing import ListedCell, write_listing
from eyrie.costs.query.plan import ACCRUED_AT, AMOUNT, USAGE, USAGE_UNIT, named, shows_usage
from eyrie.engine.columns import Kind
from eyrie.engine.plan import (
    Always,
    BinEdge,
    Cell,
    Compared,
    Comparison,
    Either,
    Field,
    Holds,
    Pairs,
)
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.store.people import WorkspaceRow

TITLES = {
    Dimension.ACCOUNT_ID: "Account",
    Dimension.BILLING_ACCOUNT_ID: "Billing Account",
    Dimension.COST_CATEGORY: "Category",
    Dimension.COST_SUBCATEGORY: "Subcategory",
    Dimension.RESOURCE_ID: "Resource ID",
}
_FOCUS = {
    "ProviderName": Dimension.PROVIDER,
    "ServiceName": Dimension.SERVICE,
    "ServiceCategory": Dimension.COST_CATEGORY,
    "ResourceType": Dimension.COST_SUBCATEGORY,
    "RegionId": Dimension.REGION,
    "ResourceId": Dimension.RESOURCE_ID,
    "SubAccountId": Dimension.ACCOUNT_ID,
    "BillingAccountId": Dimension.BILLING_ACCOUNT_ID,
}
_NOTHING = ListedCell(Always(None))
_COSTS_SOMETHING = Holds(Either((Compared(AMOUNT, Comparison.LESS, 0), Compared(AMOUNT, Comparison.MORE, 0))))
Titled = dict[str, ListedCell]


@dataclass(frozen=True)
class CostLines:
    """The groups of a question, each a line."""

    question: Posed
    currency: str  # of the workspace
    in_focus: bool

    def write(self, house: House, path: Path) -> Written:
        """Work the question out and write all of its rows."""
        found = self.question.worked_out(house)
        currency = found.currency or self.currency
        cells = list((_focus if self.in_focus else _vntg)(found.ask, currency))
        rows = write_listing(house.engine, found, [cell for _, cell in cells], path)
        return Written(tuple(title for title, _ in cells), rows)


def cost_lines(call: Call, question: Posed) -> CostLines:
    """Lines of the schema `vntg`."""
    return CostLines(question, currency_of(call, question), in_focus=False)


def focus_sums(call: Call, question: Posed) -> CostLines:
    """Lines of the schema `focus`, grouped."""
    return CostLines(question, currency_of(call, question), in_focus=True)


def currency_of(call: Call, question: Posed) -> str:
    """What amounts are in where there are none."""
    return call.session.get_one(WorkspaceRow, question.workspace).currency


def title_of(grouping: Grouping) -> str:
    """What a column of groups is called."""
    if isinstance(grouping, TagKey):
        return f"Tag:{grouping.key}"
    return TITLES.get(grouping, grouping.value.replace("_", " ").title())


def _vntg(ask: Ask, currency: str) -> Iterator[tuple[str, ListedCell]]:
    yield "Date", _begins(ask)
    groups = named(ask.groupings)
    yield from ((title_of(grouping), ListedCell(Field(column))) for column, grouping in groups)
    yield "Amount", ListedCell(Field(AMOUNT), Kind.PLAIN)
    yield "Currency", ListedCell(Always(currency))
    if ask.settings.aggregate_by is AggregateBy.USAGE:
        yield "Usage", ListedCell(Field(USAGE), Kind.PLAIN)
        if Dimension.USAGE_UNIT not in ask.groupings:
            yield title_of(Dimension.USAGE_UNIT), ListedCell(Field(USAGE_UNIT))
    if ask.settings.aggregate_by is AggregateBy.COUNT:
        yield "Count", ListedCell(_COSTS_SOMETHING, Kind.NUMBER)


def _begins(ask: Ask) -> ListedCell:
    return ListedCell(Field(ACCRUED_AT), Kind.INSTANT if ask.bin is Bin.HOUR else Kind.TEXT)


def _focus(ask: Ask, currency: str) -> Iterator[tuple[str, ListedCell]]:
    columns = {grouping: column for column, grouping in named(ask.groupings)}

    def group(dimension: Dimension) -> ListedCell:
        return ListedCell(Field(columns[dimension])) if dimension in columns else _NOTHING

    for title, ends in (("ChargePeriodStart", False), ("ChargePeriodEnd", True)):
        yield title, ListedCell(BinEdge(ACCRUED_AT, ask.bin, ask.period, ends), Kind.INSTANT)
    yield "BilledCost", ListedCell(Field(AMOUNT), Kind.PLAIN)
    yield "BillingCurrency", ListedCell(Always(currency))
    yield "ChargeCategory", group(Dimension.CHARGE_TYPE)
    yield from ((title, group(dimension)) for title, dimension in _FOCUS.items())
    used = shows_usage(ask)
    yield "ConsumedQuantity", ListedCell(Field(USAGE), Kind.PLAIN) if used else _NOTHING
    yield "ConsumedUnit", ListedCell(Field(USAGE_UNIT)) if used else _NOTHING
    yield "Tags", _tags([(each.key, column) for each, column in columns.items() if isinstance(each, TagKey)])
    if Dimension.TAGGED in columns:
        yield "x_Tagged", group(Dimension.TAGGED)


def _tags(tags: Sequence[tuple[str, str]]) -> ListedCell:
    cell: Cell = Pairs(tuple(tags)) if tags else Always(None)
    return ListedCell(cell)
