"""FOCUS read slowly: row by row, with Decimal and datetime, as the specification says it.

It shares no code with the engine's reading; what both say of random bills must be the same.
"""

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

INTEGRATION = "accss_crdntl_0123456789abcdef"
NOTHING = {"", "NULL", "null", r"\N", "None", "NaN"}
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
WORDS = {
    "ChargeCategory": ["Usage", "Purchase", "Tax", "Credit", "Adjustment"],
    "ChargeClass": ["Correction"],
    "ChargeFrequency": ["One-Time", "Recurring", "Usage-Based"],
    "PricingCategory": ["Standard", "Dynamic", "Committed", "Other"],
    "CommitmentDiscountStatus": ["Used", "Unused"],
}
NUMBERS = {
    "BilledCost": "billed_cost",
    "ListCost": "list_cost",
    "ContractedCost": "contracted_cost",
    "ListUnitPrice": "list_unit_price",
    "PricingQuantity": "pricing_quantity",
}
TEXTS = {
    "BillingAccountId": "billing_account_id",
    "BillingAccountName": "billing_account_name",
    "SubAccountId": "account_id",
    "SubAccountName": "account_name",
    "ServiceName": "service",
    "ServiceSubcategory": "service_subcategory",
    "RegionName": "region_name",
    "ResourceId": "resource_id",
    "ResourceType": "resource_type",
    "ChargeDescription": "charge_description",
    "PublisherName": "publisher_name",
    "SkuId": "sku_id",
    "InvoiceId": "invoice_id",
    "ChargeClass": "charge_class",
    "ChargeFrequency": "charge_frequency",
    "PricingCategory": "pricing_category",
    "CommitmentDiscountStatus": "commitment_status",
}
UNITS = {"hrs": "Hours", "gb": "GB", "requests": "Requests"}


def read(row):
    """Give what a line item says, for the fields that are checked here."""
    cells = {name: text(cell) for name, cell in row.items()}
    for name, words in WORDS.items():
        if name in cells:
            cells[name] = word(cells[name], words)
    billed = number(cells["BilledCost"])
    effective = number(cells.get("EffectiveCost"))
    start = time(cells["ChargePeriodStart"])
    end = time(cells.get("ChargePeriodEnd")) or start + dt.timedelta(days=1)
    bill_start = time(cells.get("BillingPeriodStart")) or start.replace(day=1, hour=0, minute=0, second=0)
    category = cells["ChargeCategory"] or "Adjustment"
    kind = charge_class(cells, category, billed)
    quantity, unit = number(cells.get("ConsumedQuantity")), cells.get("ConsumedUnit")
    counts = kind not in ("credit", "discount", "tax")
    return {
        **{field: number(cells.get(name)) for name, field in NUMBERS.items()},
        **{field: cells.get(name) for name, field in TEXTS.items()},
        "effective_cost": billed if effective is None else effective,
        "billing_currency": (cells.get("BillingCurrency") or "USD").upper(),
        "charge_period_start": start,
        "charge_period_end": end,
        "billing_period_start": bill_start,
        "accrued_on": start.date(),
        "charge_category": category,
        "adjustment_class": kind,
        "charge_type": charge_type(row, cells, kind),
        "region": cells.get("RegionId") or cells.get("RegionName"),
        "category": cells.get("ServiceCategory"),
        "subcategory": cells.get("ResourceType") or cells.get("ServiceSubcategory"),
        "usage_amount": quantity if counts else None,
        "usage_unit": (UNITS.get(unit, unit) or ("Count" if quantity is not None else None))
        if counts
        else None,
        "tags": tags(cells.get("Tags")),
        "basis": "both",
        "provider": "custom_provider",
    }


def text(cell):
    return None if cell.strip() in NOTHING else cell


def word(told, words):
    return next((each for each in words if told is not None and each.lower() == told.strip().lower()), None)


def number(told):
    if told is None:
        return None
    try:
        amount = EXACT.create_decimal(told.strip())
    except InvalidOperation:
        return None
    return EXACT.quantize(amount, Decimal("1e-18"))


def time(told):
    if told is None:
        return None
    moment = dt.datetime.fromisoformat(told.strip())
    if moment.tzinfo:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def charge_class(cells, category, billed):
    if category in ("Tax", "Credit"):
        return category.lower()
    if cells.get("ChargeClass") == "Correction" and billed < 0 and category in ("Usage", "Purchase"):
        return "refund"
    if category == "Adjustment" and "discount" in (cells.get("ChargeDescription") or "").lower():
        return "discount"
    return "none"


def charge_type(row, cells, kind):
    if kind == "refund":
        return "Refund"
    if cells["ChargeCategory"] == "Usage" and cells.get("CommitmentDiscountStatus") == "Unused":
        return "Unused Commitment"
    return cells["ChargeCategory"] or row["ChargeCategory"]


def tags(told):
    try:
        pairs = json.loads(told or "{}")
    except ValueError:
        return {}
    return {key.strip(): value for key, value in pairs.items() if isinstance(value, str) and key.strip()}
