"""The shape of a cost row: when, how much, and the grouped fields only."""

import datetime as dt
from typing import Any

from pydantic import Field

from eyrie.basics.money import plain
from eyrie.basics.words import Provider
from eyrie.costs.query.answer import CostRow
from eyrie.costs.query.ask import Ask, Dimension, TagKey
from eyrie.operations.shapes import View


class UsagePartial(View):
    """A quantity and its unit."""

    amount: str = Field(description="The quantity.")
    unit: str = Field(description="Its unit.")


class CostPartial(View):
    """An amount and its currency."""

    amount: str = Field(description="The amount, rounded to cents.")
    currency: str = Field(description="Its ISO 4217 code.")


class CostCount(View):
    """How many groups have a cost in a bin."""

    accrued_at: str = Field(description="The first day of the bin.")
    count: int = Field(description="How many groups have a cost.")


class CostLinks(View):
    """Links that the contract declares for a row and nobody sends."""

    self_: str | None = Field(None, alias="self")
    first: str | None = None
    next: str | None = None
    last: str | None = None
    prev: str | None = None


class Cost(View):
    """A group of costs in one bin; only the fields that were grouped by are there."""

    accrued_at: str = Field(description="The first day of the bin.")
    amount: str = Field(description="The amount, not rounded.")
    currency: str = Field(description="Its ISO 4217 code.")
    usage: UsagePartial | None = Field(None, description="The usage, where rows are split by unit.")
    provider: Provider | None = Field(None, description="The provider.")
    billing_account_id: str | None = Field(None, description="The account that is billed.")
    account_id: str | None = Field(None, description="The account that bears the cost.")
    service: str | None = Field(None, description="The service.")
    region: str | None = Field(None, description="The region.")
    resource_id: str | None = Field(None, description="The resource.")
    resource_name: str | None = Field(None, description="The name of the resource, if known.")
    charge_type: str | None = Field(None, description="The charge type.")
    tag: str | None = Field(None, description="The value of the first grouped tag.")
    tags: list[str] | None = Field(None, description="The grouped tags as key:value.")
    cost_category: str | None = Field(None, description="The category.")
    cost_subcategory: str | None = Field(None, description="The subcategory.")
    segment: str | None = Field(None, description="The segment.")
    links: CostLinks | None = Field(None, description="Never sent; the contract knows it.")


def row_of(row: CostRow, ask: Ask, currency: str, *, with_usage: bool) -> dict[str, Any]:  # Any: JSON values
    """Show a row: groups under their keys, tags as pairs."""
    shown: dict[str, Any] = {
        "accrued_at": shown_bin(row.accrued_at),
        "amount": plain(row.amount),
        "currency": currency,
    }
    pairs: list[str] = []
    tag_values: list[str | None] = []
    for grouping, value in zip(ask.groupings, row.groups, strict=True):
        match grouping:
            case TagKey(key):
                tag_values.append(None if value is None else str(value))
                pairs += [] if value is None else [f"{key}:{value}"]
            case Dimension.TAGGED:
                pairs.append(f"tagged:{'true' if value else 'false'}")
            case Dimension.USAGE_UNIT:
                pass
            case _:
                shown[grouping.value] = value
    if Dimension.RESOURCE_ID in ask.groupings and row.resource_name is not None:
        shown["resource_name"] = row.resource_name
    if tag_values or Dimension.TAGGED in ask.groupings:
        shown["tag"] = tag_values[0] if tag_values else None
        shown["tags"] = sorted(pairs)
    if with_usage:
        usage = row.usage
        shown["usage"] = None if usage is None else {"amount": plain(usage.amount), "unit": usage.unit}
    return shown


def shown_bin(begins: dt.date | dt.datetime) -> str:
    """The first day of a bin, or its hour."""
    if isinstance(begins, dt.datetime):
        return begins.strftime("%Y-%m-%dT%H:00:00Z")
    return begins.isoformat()
