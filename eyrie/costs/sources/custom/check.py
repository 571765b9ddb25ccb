"""A sheet to charges: each listed column read and checked, or the whole file refused with every problem.

Columns are read one after the other, and a text that recurs in a column is read once: bills repeat
themselves. Problems are told in row order, within a row in the order below. A missing column is told alone,
because every row would be wrong for the same reason.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from eyrie.basics.errors import Refused
from eyrie.costs.sources.custom import cells
from eyrie.costs.sources.custom.problems import Problem, Unreadable, refusal
from eyrie.costs.sources.custom.read import Sheet
from eyrie.costs.sources.custom.settings import UploadLimits
from eyrie.costs.sources.custom.tags import UNTAGGED, Tags, read_tags

REQUIRED = ("ChargeCategory", "ChargePeriodStart", "BilledCost", "ServiceName")
LISTED = (
    *REQUIRED,
    *("ChargePeriodEnd", "BillingCurrency", "ConsumedQuantity", "ConsumedUnit", "RegionId", "ResourceId"),
    *("ResourceType", "ServiceCategory", "Tags", "SubAccountId", "BillingAccountId"),
)

T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Charges:
    """The listed columns of a sheet without problems: one list each, row by row."""

    category: list[str]
    first_day: list[dt.date]
    last_day: list[dt.date]
    billed_cost: list[Decimal]
    currency: list[str]
    service: list[str]
    quantity: list[Decimal | None]
    unit: list[str | None]
    region: list[str | None]
    resource_id: list[str | None]
    resource_type: list[str | None]
    service_category: list[str | None]
    tags: list[Tags]
    account_id: list[str | None]
    billing_account_id: list[str | None]

    @property
    def days(self) -> list[int]:
        """How many days each charge covers."""
        return [(last - first).days + 1 for first, last in zip(self.first_day, self.last_day, strict=True)]


def check(sheet: Sheet, limits: UploadLimits) -> Charges:
    """Read the listed columns, or refuse the file."""
    missing = [name for name in REQUIRED if name.lower() not in sheet.places]
    if missing:
        raise Refused(*(f"Missing required column: {name}" for name in missing))
    if not sheet.rows:
        raise Refused("The file has a header but no data rows")
    charges = _read(_Columns(sheet), sheet, limits)
    items = sum(days + 1 if days > 1 else 1 for days in charges.days)
    if items > limits.max_line_items:
        raise Refused(
            f"Spread over their days, the charges of this file make {items:,} line items; "
            f"at most {limits.max_line_items:,} are taken. "
            "Split the file, or leave ChargePeriodEnd blank where nothing is to be spread"
        )
    return charges


def _read(columns: "_Columns", sheet: Sheet, limits: UploadLimits) -> Charges:
    """Read column after column, in the order in which the problems of a row are told."""
    category = columns.read("ChargeCategory", cells.read_category, "")
    starts = columns.read("ChargePeriodStart", cells.read_date, None)
    billed_cost = columns.read("BilledCost", cells.number_reader(sheet.separator), Decimal(0))
    service = columns.read("ServiceName", cells.read_name, "")
    ends = columns.read("ChargePeriodEnd", cells.read_end, None)
    last_days = columns.join(starts, ends, lambda start, end: _last_day(start, end, limits))
    currency = columns.read("BillingCurrency", cells.read_currency, "USD")
    quantity = columns.read("ConsumedQuantity", cells.quantity_reader(sheet.separator), None)
    unit = columns.join(quantity, columns.read("ConsumedUnit", cells.read_text, None), _unit_of)
    charges = Charges(
        category=category,
        first_day=[start.day for start in starts if start],
        last_day=[day for day in last_days if day],
        billed_cost=billed_cost,
        currency=currency,
        service=service,
        quantity=quantity,
        unit=unit,
        region=columns.read("RegionId", cells.read_text, None),
        resource_id=columns.read("ResourceId", cells.read_text, None),
        resource_type=columns.read("ResourceType", cells.read_text, None),
        service_category=columns.read("ServiceCategory", cells.read_text, None),
        tags=columns.read("Tags", read_tags, UNTAGGED),
        account_id=columns.read("SubAccountId", cells.read_text, None),
        billing_account_id=columns.read("BillingAccountId", cells.read_text, None),
    )
    if columns.problems:
        raise refusal(columns.problems)
    return charges


def _last_day(start: cells.Moment | None, end: cells.Moment | None, limits: UploadLimits) -> dt.date | None:
    """Give the last day that a charge covers; without an end it is the first."""
    if start is None:
        return None
    if end is None:
        return start.day
    if end.exclusive_end < start.at or (end.date_only and end.day < start.day):
        raise Unreadable("ChargePeriodEnd must not be before ChargePeriodStart")
    last_day = max(start.day, end.last_day_before)
    if (last_day - start.day).days >= limits.max_charge_days:
        raise Unreadable(
            f"ChargePeriodEnd must be within {limits.max_charge_days:,} days of ChargePeriodStart"
        )
    return last_day


def _unit_of(quantity: Decimal | None, unit: str | None) -> str | None:
    if quantity is not None and unit is None:
        raise Unreadable("ConsumedUnit must not be blank where ConsumedQuantity is given")
    return unit


class _Columns:
    """Reads the columns of a sheet and collects what is wrong with them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.problems = list(sheet.problems)

    def read(self, name: str, reader: Callable[[str], T], nothing: T) -> list[T]:
        """Read a column; `nothing` stands for each cell of a column that is missing."""
        texts = self.sheet.cells(name)
        if texts is None:
            return [nothing] * len(self.sheet.rows)
        known: dict[str, T] = {}
        wrong: dict[str, str] = {}
        for text in dict.fromkeys(texts):
            try:
                known[text] = reader(text)
            except Unreadable as unreadable:
                known[text], wrong[text] = nothing, f"{name} {unreadable}"
        if wrong:
            self.problems += [Problem(row, wrong[text]) for row, text in enumerate(texts, 1) if text in wrong]
        return [known[text] for text in texts]

    def join(self, left: list[L], right: list[R], together: Callable[[L, R], T]) -> list[T | None]:
        """Read two columns together, row by row."""
        joined: list[T | None] = []
        for row, pair in enumerate(zip(left, right, strict=True), 1):
            try:
                joined.append(together(*pair))
            except Unreadable as unreadable:
                joined.append(None)
                self.problems.append(Problem(row, str(unreadable)))
        return joined
