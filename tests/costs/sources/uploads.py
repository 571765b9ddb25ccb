"""Short ways to upload a bill and to look at its line items."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from eyrie.basics.errors import UserFault
from eyrie.basics.words import Basis
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.bill import CustomBill, read_upload
from eyrie.costs.sources.custom.settings import UploadLimits

INTEGRATION = "accss_crdntl_0123456789abcdef"
LIMITS = UploadLimits()


def upload(text: str, auto_transform: bool = False, limits: UploadLimits = LIMITS) -> CustomBill:
    return read_upload(text.encode(), INTEGRATION, auto_transform, limits)


def only_item(text: str, auto_transform: bool = False) -> LineItem:
    (item,) = upload(text, auto_transform).items
    return item


def problems(text: str | bytes, auto_transform: bool = False, limits: UploadLimits = LIMITS) -> Sequence[str]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(UserFault) as refused:
        read_upload(content, INTEGRATION, auto_transform, limits)
    return list(refused.value.problems)


def midnight(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day)


def seen(items: Sequence[LineItem], basis: Basis) -> list[LineItem]:
    """Give the rows of one view of cost."""
    return [item for item in items if item.basis in (Basis.BOTH, basis)]


def total(items: Sequence[LineItem]) -> Decimal:
    return sum((item.effective_cost for item in items), Decimal(0))
