"""Charges to line items: spread over the days they cover, every column of the file kept.

A charge of one day is one row of both views. A charge of N days is N + 1 rows: a `billed` one with all its
money on the start day, and N `effective` ones with a day's share each. What is not spread (usage, list
prices, the columns we do not know) stands twice, on the billed row and on the first effective one. A question
reads the rows of `both` and of one view, so it meets each of these once, whichever view it takes, on the
start day.

Usage counts on usage-class rows only. Elsewhere the quantity is kept as a text in `extra`, as is any cell
that our column for it could not take whole; nothing of a file is lost.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from eyrie.basics.money import spread
from eyrie.basics.period import ONE_DAY
from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.check import Charges
from eyrie.costs.sources.custom.read import Sheet
from eyrie.costs.sources.custom.unlisted import Fields, Unlisted, UnlistedColumns
from eyrie.costs.sources.units import read_unit

ZERO = Decimal(0)
CLASSES = {
    "Credit": AdjustmentClass.CREDIT,
    "Discount": AdjustmentClass.DISCOUNT,
    "Refund": AdjustmentClass.REFUND,
    "Tax": AdjustmentClass.TAX,
}
# FOCUS has no word for these three; the others are its own.
FOCUS_CATEGORIES = {"Fee": "Purchase", "Discount": "Credit", "Refund": "Usage"}
FOCUS_SERVICE_CATEGORIES = frozenset(
    (
        *("AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases"),
        *("Developer Tools", "Identity", "Integration", "Internet of Things", "Management and Governance"),
        *("Media", "Migration", "Mobile", "Multicloud", "Networking", "Other", "Security", "Storage", "Web"),
    )
)


@dataclass(frozen=True)
class Charge:
    """One row of a file: what each of its line items says, and what stands only where it counts once."""

    first_day: dt.date
    days: int
    cost: Decimal
    everywhere: Fields
    once: Fields


def line_items(sheet: Sheet, charges: Charges, integration: str) -> Iterator[LineItem]:
    """Walk the line items of a checked sheet, charge by charge."""
    columns = UnlistedColumns(sheet)
    for place, row in enumerate(sheet.rows):
        unlisted = columns.read(row, charges.first_day[place])
        first_day, last_day = charges.first_day[place], charges.last_day[place]
        yield from _spread(
            Charge(
                first_day=first_day,
                days=(last_day - first_day).days + 1,
                cost=charges.billed_cost[place],
                everywhere={**_described(charges, place, integration), **unlisted.words},
                once=_counted(sheet, charges, place, unlisted),
            )
        )


def _described(charges: Charges, place: int, integration: str) -> Fields:
    """Give what the listed columns say of a charge."""
    category = charges.category[place]
    service_category = charges.service_category[place]
    return {
        "source_row": place + 1,
        "provider": Provider.CUSTOM_PROVIDER,
        "billing_currency": charges.currency[place],
        "billing_account_id": charges.billing_account_id[place] or integration,
        "account_id": charges.account_id[place] or integration,
        "service": charges.service[place],
        "category": service_category,
        "subcategory": charges.resource_type[place],
        "service_category": service_category if service_category in FOCUS_SERVICE_CATEGORIES else None,
        "region": charges.region[place],
        "resource_id": charges.resource_id[place],
        "resource_type": charges.resource_type[place],
        "charge_type": category,
        "charge_category": FOCUS_CATEGORIES.get(category, category),
        "adjustment_class": CLASSES.get(category, AdjustmentClass.NONE),
        "tags": charges.tags[place].pairs,
    }


def _counted(sheet: Sheet, charges: Charges, place: int, unlisted: Unlisted) -> Fields:
    """Give what must be met once: usage, figures, and the cells that no field holds."""
    once: Fields = {**unlisted.figures, "extra": unlisted.extra}
    left_over = [] if charges.tags[place].whole else ["Tags"]
    quantity, unit = charges.quantity[place], charges.unit[place]
    if quantity is not None and unit is not None and charges.category[place] not in CLASSES:
        once["usage_amount"] = quantity
        once["usage_unit"], block = read_unit(unit)
        if block and not unlisted.words.get("pricing_unit"):
            once["pricing_unit"] = block
    else:
        left_over += [*["ConsumedQuantity"] * (quantity is not None), *["ConsumedUnit"] * (unit is not None)]
    for name in left_over:
        unlisted.extra[name] = sheet.rows[place][sheet.places[name.lower()]]
    return once


def _spread(charge: Charge) -> Iterator[LineItem]:
    """Make the rows of a charge: one if it is of one day, else a billed one and one for each day."""
    start = dt.datetime.combine(charge.first_day, dt.time())
    whole: Fields = {
        **charge.everywhere,
        **charge.once,
        "accrued_on": charge.first_day,
        "charge_period_start": start,
        "charge_period_end": start + charge.days * ONE_DAY,
        "billed_cost": charge.cost,
    }
    if charge.days == 1:
        yield LineItem(**whole, basis=Basis.BOTH, effective_cost=charge.cost)
        return
    yield LineItem(**whole, basis=Basis.BILLED, effective_cost=ZERO)
    once = charge.once
    for share in spread(charge.cost, charge.days):
        yield LineItem(
            **{**charge.everywhere, **once},
            basis=Basis.EFFECTIVE,
            accrued_on=start.date(),
            charge_period_start=start,
            charge_period_end=start + ONE_DAY,
            billed_cost=ZERO,
            effective_cost=share,
        )
        start, once = start + ONE_DAY, {}
