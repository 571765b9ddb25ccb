"""The way in for uploaded bills: bytes to line items, or a refusal that tells everything that is wrong."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, localcontext

from eyrie.basics.errors import Refused
from eyrie.basics.money import WIDE
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.check import Charges, check
from eyrie.costs.sources.custom.focus import line_items
from eyrie.costs.sources.custom.read import Sheet, read_sheet
from eyrie.costs.sources.custom.settings import UploadLimits
from eyrie.costs.sources.custom.transform import transformed


@dataclass(frozen=True)
class CustomBill:
    """What one uploaded file holds."""

    items: tuple[LineItem, ...]
    amount: Decimal  # the sum of BilledCost over all rows, whatever their category and currency
    first_day: dt.date
    last_day: dt.date  # the latest day that any charge covers


def read_upload(content: bytes, integration: str, auto_transform: bool, limits: UploadLimits) -> CustomBill:
    """Read an uploaded CSV file of a custom provider's integration.

    >>> header = "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName"
    >>> file = f"{header}\\nFee,2025-01-01,2025-01-10,50,Support".encode()
    >>> bill = read_upload(file, "accss_crdntl_0123456789abcdef", False, UploadLimits())
    >>> [len(bill.items), str(bill.amount), str(bill.items[1].effective_cost), str(bill.last_day)]
    [11, '50', '5.000000000000', '2025-01-10']
    """
    sheet, charges = _checked(read_sheet(content, limits), auto_transform, limits)
    with localcontext(WIDE):
        amount = sum(charges.billed_cost, Decimal(0))
    return CustomBill(
        items=tuple(line_items(sheet, charges, integration)),
        amount=amount,
        first_day=min(charges.first_day),
        last_day=max(charges.last_day),
    )


def _checked(sheet: Sheet, auto_transform: bool, limits: UploadLimits) -> tuple[Sheet, Charges]:
    """Check a sheet as it is; where that fails and transforming is allowed, as what it can be turned into."""
    try:
        return sheet, check(sheet, limits)
    except Refused:
        if not auto_transform:
            raise
    sheet = transformed(sheet)
    return sheet, check(sheet, limits)
