"""The shape of a cost row: when, how much, and the grouped fields only."""

import datetime as dt

from pydantic import Field

from eyrie.basics.words import Provider
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


def shown_bin(begins: dt.date | dt.datetime) -> str:
    """The first day of a bin, or its hour."""
    if isinstance(begins, dt.datetime):
        return begins.strftime("%Y-%m-%dT%H:00:00Z")
    return begins.isoformat()
