"""Line items: the one shape that every bill takes, column by column.

The names are FOCUS's for what FOCUS knows (in snake case) and ours for the rest. A `LineItem` is how a source
hands over small bills; large ones go column-wise through the same list of columns. What a source knows beyond
these columns is kept verbatim in `extra`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from eyrie.basics.words import AdjustmentClass, Basis, Provider

NO_TAGS: Mapping[str, str] = {}


class Granularity(StrEnum):
    """The finest time that the source tells."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """One charge and its charge period. Money is in `billing_currency`; None means unknown, never zero."""

    # Where it stands in what was delivered.
    source_row: int | None = None  # 1 is the first data row; spread rows share that of their charge
    provider: Provider
    # When. Times are UTC, ends are exclusive; `accrued_on` is the UTC day of the charge period's start.
    accrued_on: dt.date
    granularity: Granularity = Granularity.DAY
    basis: Basis = Basis.BOTH
    billing_period_start: dt.datetime | None = None
    billing_period_end: dt.datetime | None = None
    charge_period_start: dt.datetime
    charge_period_end: dt.datetime
    # How much.
    billed_cost: Decimal
    effective_cost: Decimal
    list_cost: Decimal | None = None
    contracted_cost: Decimal | None = None
    list_unit_price: Decimal | None = None
    contracted_unit_price: Decimal | None = None
    pricing_quantity: Decimal | None = None
    pricing_unit: str | None = None
    pricing_category: str | None = None
    pricing_currency: str | None = None
    billing_currency: str
    usage_amount: Decimal | None = None
    usage_unit: str | None = None
    # Whose.
    billing_account_id: str | None = None
    billing_account_name: str | None = None
    account_id: str | None = None
    account_name: str | None = None
    # What.
    service: str | None = None
    category: str | None = None  # the API's cost_category
    subcategory: str | None = None  # the API's cost_subcategory
    service_category: str | None = None
    service_subcategory: str | None = None
    region: str | None = None
    region_name: str | None = None
    availability_zone: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    resource_type: str | None = None
    charge_type: str
    charge_category: str
    charge_class: str | None = None
    charge_frequency: str | None = None
    charge_description: str | None = None
    adjustment_class: AdjustmentClass = AdjustmentClass.NONE
    marketplace: bool = False
    # Commitments, capacity, invoices, price list.
    commitment_id: str | None = None
    commitment_name: str | None = None
    commitment_type: str | None = None
    commitment_category: str | None = None
    commitment_status: str | None = None
    commitment_quantity: Decimal | None = None
    commitment_unit: str | None = None
    capacity_reservation_id: str | None = None
    capacity_reservation_status: str | None = None
    invoice_id: str | None = None
    sku_id: str | None = None
    sku_price_id: str | None = None
    sku_meter: str | None = None
    publisher_name: str | None = None
    invoice_issuer_name: str | None = None
    host_provider_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: NO_TAGS)
    extra: Mapping[str, str] = field(
        default_factory=dict
    )  # source columns not mapped above, by their own names
