"""The columns of the made-up bill: FOCUS's, and how each follows from what a row and its resource are.

A row has been given: its number `n`, `day`, `hour` (none for a charge of a day) and `kind`; of its resource
`resource`, `id`, `account`, `seller` (0 to 4), `seller_name`, `service` (0 to 299), `region` (0 to 59) and
`labels`; a quantity
`q` in ten-thousandths, a price `p` in ten-thousandths of a dollar and a discount `off` in percent. So a
product of price and quantity is a whole number of ten-thousand-millionths, and every cost is exact.
"""

from dataclasses import dataclass
from enum import IntEnum

from eyrie.costs.sources.focus.services import SUBCATEGORIES

SELLERS = ("AWS", "Microsoft", "Google Cloud", "Oracle Cloud", "Snowflake")
UNITS = ("Hours", "GB", "Requests", "GB-Hours")


class Kind(IntEnum):
    """What a row is."""

    USAGE = 0
    COMMITTED = 1  # usage that a commitment covers
    UNUSED = 2  # a commitment that nobody used
    PURCHASE = 3  # of a commitment
    CREDIT = 4
    TAX = 5
    REFUND = 6
    FREE = 7  # usage that costs nothing


# How many of a thousand rows are of a kind.
MIX = {
    Kind.USAGE: 800,
    Kind.COMMITTED: 110,
    Kind.UNUSED: 5,
    Kind.PURCHASE: 10,
    Kind.CREDIT: 25,
    Kind.TAX: 20,
    Kind.REFUND: 7,
    Kind.FREE: 23,
}


@dataclass(frozen=True)
class MadeUp:
    """One column: its name, the type that a reader by hand gives it, and its value."""

    name: str
    type: str
    value: str


def _in(*kinds: Kind) -> str:
    return f"kind IN ({', '.join(str(int(kind)) for kind in kinds)})"


def _but(tests: str, value: str) -> str:
    return f"CASE WHEN NOT ({tests}) THEN {value} END"


def _picked(number: str, texts: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{text}'" for text in texts)
    return f"[{listed}][1 + {number} % {len(texts)}]"


_PAIRS = [(category, each) for category, listed in SUBCATEGORIES.items() for each in listed]
_CATEGORIES = tuple(category for category, _ in _PAIRS)
_SUBCATEGORIES = tuple(subcategory for _, subcategory in _PAIRS)
_COMMITS = _in(Kind.COMMITTED, Kind.UNUSED, Kind.PURCHASE)
_UNPRICED = _in(Kind.CREDIT, Kind.TAX)
_OF_NO_RESOURCE = _in(Kind.PURCHASE, Kind.CREDIT, Kind.TAX)
_LISTED = f"CASE WHEN {_in(Kind.UNUSED, Kind.FREE)} THEN 0 ELSE p END"
_AGREED = f"CASE WHEN {_in(Kind.UNUSED, Kind.FREE)} THEN 0 ELSE p * (100 - off) // 100 END"
_USED = _in(Kind.USAGE, Kind.COMMITTED, Kind.REFUND, Kind.FREE)
_SIGN = f"CASE WHEN kind = {Kind.REFUND:d} THEN -1 ELSE 1 END"
_NET = f"q * (p * (100 - off) // 100) * ({_SIGN})"
_BILLED = (
    f"CASE WHEN {_in(Kind.COMMITTED, Kind.UNUSED, Kind.FREE)} THEN 0 WHEN kind = {Kind.CREDIT:d} "
    f"THEN -q * p // 4 WHEN kind = {Kind.TAX:d} THEN q * p // 5 ELSE {_NET} END"
)
_EFFECTIVE = (
    f"CASE WHEN {_in(Kind.PURCHASE, Kind.FREE)} THEN 0 WHEN {_in(Kind.COMMITTED, Kind.UNUSED)} "
    f"THEN q * (p * 62 // 100) WHEN kind = {Kind.CREDIT:d} THEN -q * p // 4 "
    f"WHEN kind = {Kind.TAX:d} THEN q * p // 5 ELSE {_NET} END"
)
_START = "day + to_hours(coalesce(hour, 0))"
_END = "CASE WHEN hour IS NULL THEN day + to_days(1) ELSE day + to_hours(hour + 1) END"
_ACCOUNT = "lpad(account::VARCHAR, 4, '0')"
_NUMBER, _TEXT, _TIME = "DECIMAL(18,10)", "VARCHAR", "TIMESTAMP"


def _money(units: str) -> str:
    return f"exact({units}, 0.0000000001)"


def _priced(units: str) -> str:
    return _but(_UNPRICED, units)


COLUMNS = (
    MadeUp("AvailabilityZone", _TEXT, _but(_OF_NO_RESOURCE, "'zone-' || region || '-' || resource % 3")),
    MadeUp("BilledCost", _NUMBER, _money(_BILLED)),
    MadeUp("BillingAccountId", _TEXT, "'payer-' || seller || '-' || account % 2"),
    MadeUp("BillingAccountName", _TEXT, "'Payer ' || seller || ' ' || account % 2"),
    MadeUp("BillingAccountType", _TEXT, "'Organization'"),
    MadeUp("BillingCurrency", _TEXT, "'USD'"),
    MadeUp("BillingPeriodEnd", _TIME, "date_trunc('month', day) + INTERVAL 1 MONTH"),
    MadeUp("BillingPeriodStart", _TIME, "date_trunc('month', day)"),
    MadeUp(
        "ChargeCategory",
        _TEXT,
        f"CASE kind WHEN {Kind.PURCHASE:d} THEN 'Purchase' WHEN {Kind.CREDIT:d} THEN 'Credit' "
        f"WHEN {Kind.TAX:d} THEN 'Tax' ELSE 'Usage' END",
    ),
    MadeUp("ChargeClass", _TEXT, f"CASE WHEN kind = {Kind.REFUND:d} THEN 'Correction' END"),
    MadeUp(
        "ChargeDescription",
        _TEXT,
        f"CASE kind WHEN {Kind.PURCHASE:d} THEN 'Commitment, one month' WHEN {Kind.CREDIT:d} "
        f"THEN 'Promotional credit' WHEN {Kind.TAX:d} THEN 'Sales tax' "
        "ELSE 'Use of meter ' || n % 8 || ' of service ' || service || ' per unit' END",
    ),
    MadeUp(
        "ChargeFrequency",
        _TEXT,
        f"CASE WHEN kind = {Kind.PURCHASE:d} THEN 'Recurring' WHEN {_UNPRICED} THEN 'One-Time' "
        "ELSE 'Usage-Based' END",
    ),
    MadeUp("ChargePeriodEnd", _TIME, _END),
    MadeUp("ChargePeriodStart", _TIME, _START),
    MadeUp(
        "CommitmentDiscountCategory",
        _TEXT,
        f"CASE WHEN {_COMMITS} THEN {_picked('account', ('Usage', 'Spend'))} END",
    ),
    MadeUp(
        "CommitmentDiscountId",
        _TEXT,
        f"CASE WHEN {_COMMITS} THEN 'plan-' || seller || '-' || account % 40 END",
    ),
    MadeUp("CommitmentDiscountName", _TEXT, f"CASE WHEN {_COMMITS} THEN 'Plan ' || account % 40 END"),
    MadeUp(
        "CommitmentDiscountStatus",
        _TEXT,
        f"CASE kind WHEN {Kind.COMMITTED:d} THEN 'Used' WHEN {Kind.UNUSED:d} THEN 'Unused' END",
    ),
    MadeUp(
        "CommitmentDiscountType",
        _TEXT,
        f"CASE WHEN {_COMMITS} THEN {_picked('account', ('Reservation', 'Savings Plan'))} END",
    ),
    MadeUp("ConsumedQuantity", _NUMBER, f"CASE WHEN {_USED} THEN exact(q, 0.0001) END"),
    MadeUp("ConsumedUnit", _TEXT, f"CASE WHEN {_USED} THEN {_picked('service', UNITS)} END"),
    MadeUp(
        "ContractedCost",
        _NUMBER,
        _money(f"CASE WHEN {_UNPRICED} THEN {_BILLED} ELSE q * ({_AGREED}) * ({_SIGN}) END"),
    ),
    MadeUp("ContractedUnitPrice", _NUMBER, _priced(f"exact({_AGREED}, 0.000001)")),
    MadeUp("EffectiveCost", _NUMBER, _money(_EFFECTIVE)),
    MadeUp("InvoiceId", _TEXT, "'invoice-' || seller || '-' || strftime(day, '%Y%m')"),
    MadeUp("InvoiceIssuerName", _TEXT, "seller_name"),
    MadeUp(
        "ListCost",
        _NUMBER,
        _money(f"CASE WHEN {_UNPRICED} THEN {_BILLED} ELSE q * ({_LISTED}) * ({_SIGN}) END"),
    ),
    MadeUp("ListUnitPrice", _NUMBER, _priced(f"exact({_LISTED}, 0.000001)")),
    MadeUp(
        "PricingCategory",
        _TEXT,
        _priced(f"CASE WHEN {_in(Kind.COMMITTED, Kind.UNUSED)} THEN 'Committed' ELSE 'Standard' END"),
    ),
    MadeUp("PricingQuantity", _NUMBER, _priced("exact(q, 0.0001)")),
    MadeUp("PricingUnit", _TEXT, _priced(_picked("service", UNITS))),
    MadeUp("ProviderName", _TEXT, "seller_name"),
    MadeUp(
        "PublisherName",
        _TEXT,
        "CASE WHEN service % 23 = 0 THEN 'Workshop ' || service % 7 ELSE seller_name END",
    ),
    MadeUp("RegionId", _TEXT, _but(_OF_NO_RESOURCE, "'region-' || region")),
    MadeUp("RegionName", _TEXT, _but(_OF_NO_RESOURCE, "'Region ' || region")),
    MadeUp("ResourceId", _TEXT, _but(_OF_NO_RESOURCE, "id")),
    MadeUp("ResourceName", _TEXT, _but(_OF_NO_RESOURCE, "'resource ' || resource")),
    MadeUp("ResourceType", _TEXT, _but(_OF_NO_RESOURCE, "'Type ' || (service * 2 + resource % 2)")),
    MadeUp("ServiceCategory", _TEXT, _picked("service", _CATEGORIES)),
    MadeUp("ServiceName", _TEXT, "'Service ' || lpad(service::VARCHAR, 3, '0')"),
    MadeUp("ServiceSubcategory", _TEXT, _picked("service", _SUBCATEGORIES)),
    MadeUp("SkuId", _TEXT, _priced("'SKU-' || service || '-' || n % 8")),
    MadeUp("SkuPriceId", _TEXT, _priced("'PRICE-' || service || '-' || n % 8 || '-' || region")),
    MadeUp("SubAccountId", _TEXT, f"'account-' || {_ACCOUNT}"),
    MadeUp("SubAccountName", _TEXT, "'Account ' || account"),
    MadeUp("SubAccountType", _TEXT, "'Account'"),
    MadeUp("Tags", "JSON", f"CASE WHEN {_OF_NO_RESOURCE} THEN '{{}}' ELSE labels END"),
)
