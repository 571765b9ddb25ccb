"""Random bills of custom providers: the text of the file, and the rows it holds.

Every bill is one that the product must take. Amounts are written in all the ways that people write them, and
charge periods end in all the ways that the contract knows.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

FIRST_DAY = dt.date(2025, 1, 1)
LAST_DAY = dt.date(2025, 3, 31)
CATEGORIES = (
    "Usage",
    "Usage",
    "Usage",
    "Fee",
    "Purchase",
    "Adjustment",
    "Discount",
    "Tax",
    "Credit",
    "Refund",
)
SERVICES = ("Seats", "Support", "Storage, cold", 'The "big" one', "Übertragung")
REGIONS = ("eu-west-1", "us-east-1", "")
OPTIONAL = (
    ("ChargePeriodEnd",),
    ("BillingCurrency",),
    ("ConsumedQuantity", "ConsumedUnit"),
    ("RegionId",),
    ("ResourceId",),
    ("ResourceType",),
    ("ServiceCategory",),
    ("Tags",),
    ("SubAccountId",),
    ("BillingAccountId",),
    ("x_Note",),
)
REQUIRED = ("ChargeCategory", "ChargePeriodStart", "BilledCost", "ServiceName")


@dataclass(frozen=True)
class RandomBill:
    """A file as text, as the bytes to upload, and its rows."""

    text: str
    content: bytes
    rows: tuple[dict[str, str], ...]


def amounts() -> st.SearchStrategy[str]:
    """Amounts as they are written, up to millions, with 0 to 12 decimals."""
    return st.builds(
        _written,
        st.integers(-(10**18), 10**18),
        st.integers(0, 12),
        st.sampled_from("plain money brackets commas exponent".split()),
    )


def _written(digits: int, decimals: int, style: str) -> str:
    sign = "-" if digits < 0 else ""
    whole, rest = divmod(abs(digits) // 10 ** (12 - decimals), 10**decimals)
    fraction = f".{rest:0{decimals}}" if decimals else ""
    match style:
        case "money":
            return f"{sign}${whole}{fraction}"
        case "brackets" if sign:
            return f"({whole}{fraction})"
        case "commas":
            return f"{sign}{whole:,}{fraction}"
        case "exponent":
            return f"{sign}{whole * 10**decimals + rest}e-{decimals}"
        case _:
            return f"{sign}{whole}{fraction}"


@st.composite
def periods(draw: st.DrawFn, first: dt.date, last: dt.date) -> tuple[str, str]:
    """Give the start and the end of a charge period, which may be blank."""
    start = draw(st.dates(first, last))
    days = draw(st.sampled_from((1, 1, 1, 2, 3, 7, 10, 31, 60)))
    over = start + dt.timedelta(days=days)
    return draw(
        st.sampled_from(
            (
                (f"{start}", ""),
                (f"{start}", f"{over - dt.timedelta(days=1)}"),
                (f"{start}T00:00:00Z", f"{over}T00:00:00Z"),
                (f"{start}T09:30:00Z", f"{over - dt.timedelta(days=1)}T23:59:59Z"),
                (f"{start}T12:00:00Z", f"{start}T12:00:00Z"),
            )
        )
    )


def tags() -> st.SearchStrategy[str]:
    """Tags cells: blank, or objects of scalars, nulls and nested values."""
    values = st.sampled_from(("core", "web", "", True, 7, 1.5, None, ["nested"]))
    names = st.sampled_from(("team", "env", "cost,center"))
    return st.one_of(st.just(""), st.dictionaries(names, values, max_size=3).map(json.dumps))


@st.composite
def bill_rows(draw: st.DrawFn, first: dt.date, last: dt.date, currency: str) -> dict[str, str]:
    """Give one row with every column."""
    start, end = draw(periods(first, last))
    quantity = draw(st.one_of(st.just(""), st.integers(1, 10**6).map(lambda n: f"{n / 4}")))
    return {
        "ChargeCategory": draw(st.sampled_from(CATEGORIES)),
        "ChargePeriodStart": start,
        "BilledCost": draw(amounts()),
        "ServiceName": draw(st.sampled_from(SERVICES)),
        "ChargePeriodEnd": end,
        "BillingCurrency": currency,
        "ConsumedQuantity": quantity,
        "ConsumedUnit": draw(st.sampled_from(("hrs", "Hours", "GB", "Seats"))) if quantity else "",
        "RegionId": draw(st.sampled_from(REGIONS)),
        "ResourceId": draw(st.sampled_from(("", "i-1", "i-2", "arn:x/y:3"))),
        "ResourceType": draw(st.sampled_from(("", "Standard", "Premium"))),
        "ServiceCategory": draw(st.sampled_from(("", "Compute", "Our own"))),
        "Tags": draw(tags()),
        "SubAccountId": draw(st.sampled_from(("", "a-1", "a-2"))),
        "BillingAccountId": draw(st.sampled_from(("", "payer"))),
        "x_Note": draw(st.sampled_from(("", "line one\nline two", 'said "so"'))),
    }


@st.composite
def bills(
    draw: st.DrawFn,
    max_rows: int = 12,
    first: dt.date = FIRST_DAY,
    last: dt.date = LAST_DAY,
    currency: str = "USD",
) -> RandomBill:
    """Give a bill with some of the optional columns, in some order."""
    chosen = draw(st.lists(st.sampled_from(OPTIONAL), unique=True))
    if currency != "USD":
        chosen = [*chosen, ("BillingCurrency",)]
    names = draw(st.permutations(sorted({*REQUIRED, *(name for pair in chosen for name in pair)})))
    whole = draw(st.lists(bill_rows(first, last, currency), min_size=1, max_size=max_rows))
    rows = [{name: row[name] for name in names} for row in whole]
    text = as_csv(names, rows)
    content = draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + text.encode()
    return RandomBill(text, content, tuple(rows))


def as_csv(names: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    """Write rows as RFC 4180 wants them."""
    file = io.StringIO()
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
