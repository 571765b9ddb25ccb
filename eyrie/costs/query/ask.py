"""Asks: a question about costs as values: equal questions are equal, so answers can be remembered."""

import csv
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin, Period
from eyrie.costs.query.currency import Currency
from eyrie.engine.plan import ALWAYS, Condition

_TAG = "tag:"


class Dimension(StrEnum):
    """What costs can be grouped by, besides single tags."""

    PROVIDER = "provider"
    SERVICE = "service"
    REGION = "region"
    RESOURCE_ID = "resource_id"
    CHARGE_TYPE = "charge_type"
    ACCOUNT_ID = "account_id"
    BILLING_ACCOUNT_ID = "billing_account_id"
    COST_CATEGORY = "cost_category"
    COST_SUBCATEGORY = "cost_subcategory"
    USAGE_UNIT = "usage_unit"
    TAGGED = "tagged"  # whether the row has any tag
    SEGMENT = "segment"  # of asks with segments only


@dataclass(frozen=True)
class TagKey:
    """Grouping by the value of one tag."""

    key: str


Grouping = Dimension | TagKey
DEFAULT_GROUPINGS: tuple[Grouping, ...] = (Dimension.PROVIDER, Dimension.SERVICE, Dimension.ACCOUNT_ID)


class Order(StrEnum):
    """The order of the bins; inside a bin the largest comes first either way."""

    DESCENDING = "desc"
    ASCENDING = "asc"


class AggregateBy(StrEnum):
    """What an answer adds up."""

    COST = "cost"
    USAGE = "usage"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class CostSettings:
    """Which charges count, and in which view of cost."""

    include_credits: bool = False
    include_refunds: bool = False
    include_discounts: bool = True
    include_tax: bool = True
    amortize: bool = True
    unallocated: bool = False  # matters to segments only
    aggregate_by: AggregateBy = AggregateBy.COST


@dataclass(frozen=True)
class Share:
    """Rows for which the condition holds, and that of no earlier share, count with a weight."""

    condition: Condition
    weight: Decimal


@dataclass(frozen=True)
class Claim:
    """What one segment of a tree would take: rows of its filter, or shares of them."""

    shares: tuple[Share, ...]
    beneath: frozenset[int] = frozenset()  # the claims of the segments below it, by their places
    series: int | None = None  # what it takes counts in this series; None if it does not count here

    @property
    def is_whole(self) -> bool:
        """Tell whether it takes all of each row."""
        return all(share.weight == 1 for share in self.shares)


@dataclass(frozen=True)
class Segments:
    """A tree of segments as one question sees it; `claims.py` tells who gets what."""

    claims: tuple[Claim, ...]  # in the order in which they take
    titles: tuple[str, ...]  # of the series that are shown
    rest: int | None = None  # the series of what nobody claims, if that counts
    providers_named: frozenset[str] = frozenset()
    told_apart: bool = False  # to find out who took what


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question about costs."""

    period: Period
    today: dt.date  # amortised costs after it are not actual costs yet
    groupings: tuple[Grouping, ...] = DEFAULT_GROUPINGS
    bin: Bin = Bin.DAY
    order: Order = Order.DESCENDING
    settings: CostSettings = CostSettings()
    filter: Condition = ALWAYS  # over the columns of line items
    # Where a filter gives rows weights: the shares, of which a row takes the first that it belongs to.
    shares: tuple[Share, ...] = ()
    # The providers that the filter names: costs of Kubernetes count only where one of its providers is named.
    providers_named: frozenset[str] = frozenset()
    # What the answer is in; None is what the rows are in, which must be one and the same.
    currency: Currency | None = None
    # What is left by the filter goes to segments, and counts if one here has it.
    segments: Segments | None = None


def read_groupings(text: str) -> tuple[Grouping, ...]:
    """Read the one text in which groupings arrive, a line of CSV.

    >>> read_groupings('service, "tag:cost,center",service')
    (<Dimension.SERVICE: 'service'>, TagKey(key='cost,center'))
    """
    try:
        names = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise Malformed(f"groupings {text!r} is not one line of comma-separated names: {error}") from error
    trimmed = (name.strip() for name in names)
    return tuple(dict.fromkeys(_grouping(name) for name in trimmed if name))


def _grouping(name: str) -> Grouping:
    if name.startswith(_TAG) and len(name) > len(_TAG):
        return TagKey(name.removeprefix(_TAG))
    try:
        return Dimension(name)
    except ValueError:
        known = ", ".join((*Dimension, "tag:<key>"))
        raise Malformed(f"groupings: {name!r} is unknown; use {known}") from None
