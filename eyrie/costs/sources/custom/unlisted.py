"""The columns of a file that uploads need not have: FOCUS's go to their fields, the rest to `extra`.

They are kept and exported but count nowhere, so nothing in them is a reason to refuse a file: a cell that its
field cannot take stays a text in `extra`, under the name of its column.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from eyrie.basics.period import first_of_month, next_month
from eyrie.costs.sources.custom import cells
from eyrie.costs.sources.custom.check import LISTED
from eyrie.costs.sources.custom.problems import Unreadable
from eyrie.costs.sources.custom.read import Sheet

# Words describe a charge, and each day of it.
WORDS = {
    "BillingAccountName": "billing_account_name",
    "SubAccountName": "account_name",
    "ServiceSubcategory": "service_subcategory",
    "RegionName": "region_name",
    "AvailabilityZone": "availability_zone",
    "ResourceName": "resource_name",
    "ChargeClass": "charge_class",
    "ChargeFrequency": "charge_frequency",
    "ChargeDescription": "charge_description",
    "PricingUnit": "pricing_unit",
    "PricingCategory": "pricing_category",
    "PricingCurrency": "pricing_currency",
    "CommitmentDiscountId": "commitment_id",
    "CommitmentDiscountName": "commitment_name",
    "CommitmentDiscountType": "commitment_type",
    "CommitmentDiscountCategory": "commitment_category",
    "CommitmentDiscountStatus": "commitment_status",
    "CommitmentDiscountUnit": "commitment_unit",
    "CapacityReservationId": "capacity_reservation_id",
    "CapacityReservationStatus": "capacity_reservation_status",
    "InvoiceId": "invoice_id",
    "SkuId": "sku_id",
    "SkuPriceId": "sku_price_id",
    "SkuMeter": "sku_meter",
    "PublisherName": "publisher_name",
    "InvoiceIssuerName": "invoice_issuer_name",
    "HostProviderName": "host_provider_name",
}
# Figures would add up wrongly if each day of a spread charge had them.
FIGURES = {
    "ListCost": "list_cost",
    "ContractedCost": "contracted_cost",
    "ListUnitPrice": "list_unit_price",
    "ContractedUnitPrice": "contracted_unit_price",
    "PricingQuantity": "pricing_quantity",
    "CommitmentDiscountQuantity": "commitment_quantity",
}
PERIODS = ("BillingPeriodStart", "BillingPeriodEnd")
_MAPPED = frozenset(name.lower() for name in (*LISTED, *WORDS, *FIGURES, *PERIODS))

# Fields of a line item by name, of as many types as it has; `LineItem` refuses a name that it does not know.
Fields = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Unlisted:
    """What one row says in its unlisted columns."""

    words: Fields
    figures: Fields
    extra: dict[str, str]


class UnlistedColumns:
    """Reads the unlisted columns of a sheet, row by row."""

    def __init__(self, sheet: Sheet) -> None:
        self._words = [(place, WORDS[name]) for place, name in _found(sheet, WORDS)]
        self._figures = [(place, name, FIGURES[name]) for place, name in _found(sheet, FIGURES)]
        self._periods = [(place, name) for place, name in _found(sheet, PERIODS)]
        self._rest = [
            (place, name or f"column {place + 1}")
            for place, name in enumerate(sheet.header)
            if not name or (sheet.places[name.lower()] == place and name.lower() not in _MAPPED)
        ]
        self._read_figure = _remembering(cells.quantity_reader(sheet.separator))
        self._read_end = _remembering(cells.read_end)

    def read(self, row: Sequence[str], first_day: dt.date) -> Unlisted:
        """Read the unlisted cells of one row, whose charge begins on a day."""
        extra = {name: row[place] for place, name in self._rest if row[place]}
        words: Fields = {field: cells.read_text(row[place]) for place, field in self._words}
        figures: Fields = {field: self._read_figure(row[place]) for place, _, field in self._figures}
        periods = {name: self._read_end(row[place]) for place, name in self._periods}
        for place, name, field in self._figures:
            if figures[field] is None:
                extra |= _text(name, row[place])
        for place, name in self._periods:
            if periods[name] is None:
                extra |= _text(name, row[place])
        words |= _billing_period(periods.get(PERIODS[0]), periods.get(PERIODS[1]), first_day)
        return Unlisted(words, figures, extra)


def _billing_period(start: cells.Moment | None, end: cells.Moment | None, first_day: dt.date) -> Fields:
    """Give the bill's own period, or else the month in which the charge begins."""
    begin = start.at if start else dt.datetime.combine(first_of_month(first_day), dt.time())
    over = end.exclusive_end if end else dt.datetime.combine(next_month(begin.date()), dt.time())
    return {"billing_period_start": begin, "billing_period_end": over}


def _found(sheet: Sheet, names: Iterable[str]) -> list[tuple[int, str]]:
    return [(sheet.places[name.lower()], name) for name in names if name.lower() in sheet.places]


def _text(name: str, cell: str) -> dict[str, str]:
    return {} if cell.strip() in cells.NOTHING else {name: cell}


def _remembering(reader: Callable[[str], T | None]) -> Callable[[str], T | None]:
    """Read each text once; one that cannot be read is None."""
    known: dict[str, T | None] = {}

    def read(text: str) -> T | None:
        if text not in known:
            try:
                known[text] = reader(text)
            except Unreadable:
                known[text] = None
        return known[text]

    return read
