"""What FOCUS asks of rows, as data: a column, what it must be, and the condition of a row that breaks it.

A rule is asked of a draft that has the columns it needs. Unknown is never a breach: a condition that is
neither true nor false is not true. Comparing a product of prices may use binary floats, since the tolerance
is a millionth and nothing of it is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eyrie.costs.sources.focus.cells import BLANKS
from eyrie.costs.sources.focus.columns import COLUMNS, WORDS, Holds
from eyrie.costs.sources.focus.findings import Weight
from eyrie.costs.sources.focus.header import REQUIRED
from eyrie.costs.sources.focus.read import Draft
from eyrie.costs.sources.focus.services import CATEGORIES, SUBCATEGORIES

_FILLED = {
    "BillingCurrency": "; USD is taken",
    "BillingPeriodEnd": "; the end of the month is taken",
    "BillingPeriodStart": "; the month of the charge is taken",
    "ChargePeriodEnd": "; the charge is taken to be of one day",
    "EffectiveCost": "; BilledCost is taken",
}
_KIND = {Holds.NUMBER: "a number", Holds.TIME: "a date, such as 2025-01-31 or 2025-01-31T00:00:00Z"}


@dataclass(frozen=True)
class Rule:
    """One thing that must hold in each row; `broken` is in the engine's words, over columns of a draft."""

    column: str
    says: str
    broken: str
    needs: tuple[str, ...]
    weight: Weight = Weight.WARNING


def rules_for(draft: Draft) -> list[Rule]:
    """Give the rules that can be asked of a draft, errors first."""
    listed = [*_errors(), *_cells(), *RULES]
    return [rule for rule in listed if draft.has(*rule.needs)]


def _errors() -> Iterator[Rule]:
    for column in REQUIRED:
        yield Rule(column, "must not be blank", _blank(column), (column,), Weight.ERROR)
    for column in ("BilledCost", "EffectiveCost", "ChargePeriodStart"):
        says = f"must be {_KIND[COLUMNS[column].holds]}"
        yield Rule(column, says, _unread(column), (column,), Weight.ERROR)
    yield Rule(
        "ChargePeriodEnd",
        "must be after ChargePeriodStart",
        '"ChargePeriodEnd" <= "ChargePeriodStart"',
        ("ChargePeriodEnd", "ChargePeriodStart"),
        Weight.ERROR,
    )


def _cells() -> Iterator[Rule]:
    """What cells must be, column by column."""
    for name, column in COLUMNS.items():
        if not column.may_be_blank and name not in REQUIRED:
            yield Rule(name, f"must not be blank{_FILLED.get(name, '')}", _blank(name), (name,))
        if column.holds in _KIND and name not in ("BilledCost", "EffectiveCost", "ChargePeriodStart"):
            says = f"must be {_KIND[column.holds]}{_FILLED.get(name, '; it is left out')}"
            yield Rule(name, says, _unread(name), (name,))
        if column.holds is Holds.NUMBER:
            says = "should be a plain number, such as -1234.5; it was read all the same"
            yield Rule(name, says, f"contains(loose, ',{name},')", (name,))
        if column.holds is Holds.JSON and name != "Tags":
            yield Rule(name, "must be a JSON object", f"NOT {_is_object(name)}", (name,))
        if name in WORDS:
            says = f"must be one of {', '.join(WORDS[name])}"
            says += "; the row counts as Adjustment" if name == "ChargeCategory" else ""
            yield Rule(name, says, _unread(name), (name,))


def _blank(column: str) -> str:
    return f'"{column}" IS NULL AND NOT coalesce({_unread(column)}, false)'


def _unread(column: str) -> str:
    return f"contains(unread, '\"{column}\":')"


def _is_object(column: str) -> str:
    """JSON that begins like an object is one."""
    return f"""(json_valid("{column}") AND starts_with(ltrim("{column}", {BLANKS}), '{{'))"""


def _in_object(column: str, says: str, broken: str) -> Rule:
    """What the objects of a column must have in them."""
    return Rule(column, says, f"CASE WHEN {_is_object(column)} THEN {broken} END", (column,))


def _elements(column: str) -> Rule:
    broken = f"coalesce(json_type(\"{column}\", '$.Elements') <> 'ARRAY', true)"
    return _in_object(column, "must have a list of Elements", broken)


def _differs(price: str, cost: str) -> Rule:
    product = f'CAST("{price}" AS DOUBLE) * CAST("PricingQuantity" AS DOUBLE)'
    apart = f'abs({product} - CAST("{cost}" AS DOUBLE)) > 1e-6 * greatest(1, abs(CAST("{cost}" AS DOUBLE)))'
    return Rule(
        cost,
        f"must be {price} times PricingQuantity",
        f"{apart} AND {_NOT_CORRECTED}",
        (price, "PricingQuantity", cost),
    )


def _only_with(column: str, other: str, says: str | None = None) -> Rule:
    return Rule(
        column,
        says or f"must be blank where {other} is",
        f'"{column}" IS NOT NULL AND "{other}" IS NULL',
        (column, other),
    )


def _always_with(column: str, other: str) -> Rule:
    return Rule(
        column,
        f"must not be blank where {other} is not",
        f'"{column}" IS NULL AND "{other}" IS NOT NULL',
        (column, other),
    )


def _not_on_tax(column: str) -> Rule:
    return Rule(
        column,
        "must be blank on Tax",
        f'"{column}" IS NOT NULL AND "ChargeCategory" = \'Tax\'',
        (column, "ChargeCategory"),
    )


def _priced(column: str) -> Rule:
    return Rule(
        column,
        "must not be blank on Usage and Purchase",
        f'"{column}" IS NULL AND ("ChargeCategory" = \'Usage\' OR "ChargeCategory" = \'Purchase\') '
        f"AND {_NOT_CORRECTED}",
        (column, "ChargeCategory"),
    )


def _as_billed_on_credit(cost: str) -> Rule:
    return Rule(
        cost,
        "must be BilledCost on Credit",
        f'"{cost}" <> "BilledCost" AND "ChargeCategory" = \'Credit\'',
        (cost, "BilledCost", "ChargeCategory"),
    )


def _not_negative(column: str) -> Rule:
    return Rule(column, "must not be negative", f'"{column}" < 0', (column,))


def _subcategories() -> str:
    pairs = ", ".join(f"'{category}/{each}'" for category, listed in SUBCATEGORIES.items() for each in listed)
    return f'NOT list_contains([{pairs}], "ServiceCategory" || \'/\' || "ServiceSubcategory")'


_NOT_CORRECTED = "coalesce(class_told <> 'Correction', true)"
_PRICE_DETAILS = (
    *("CoreCount", "DiskMaxIops", "DiskSpace", "DiskType", "GpuCount", "InstanceType", "InstanceSeries"),
    *(
        "MemorySize",
        "NetworkMaxIops",
        "NetworkMaxThroughput",
        "OperatingSystem",
        "Redundancy",
        "StorageClass",
    ),
)
_PRICE_DETAILS_LISTED = ", ".join(f"'{each}'" for each in _PRICE_DETAILS)
_CATEGORIES = ", ".join(f"'{each}'" for each in CATEGORIES)

RULES = (
    Rule(
        "ServiceCategory",
        "must be one of FOCUS's service categories",
        f'NOT list_contains([{_CATEGORIES}], "ServiceCategory")',
        ("ServiceCategory",),
    ),
    Rule(
        "ServiceSubcategory",
        "must be a subcategory of its ServiceCategory",
        _subcategories(),
        ("ServiceCategory", "ServiceSubcategory"),
    ),
    Rule(
        "ChargeFrequency",
        "must not be Usage-Based on Purchase",
        "\"ChargeFrequency\" = 'Usage-Based' AND \"ChargeCategory\" = 'Purchase'",
        ("ChargeFrequency", "ChargeCategory"),
    ),
    Rule(
        "BillingPeriodEnd",
        "must be after BillingPeriodStart",
        '"BillingPeriodEnd" <= "BillingPeriodStart"',
        ("BillingPeriodEnd", "BillingPeriodStart"),
    ),
    _differs("ListUnitPrice", "ListCost"),
    _differs("ContractedUnitPrice", "ContractedCost"),
    _as_billed_on_credit("ListCost"),
    _as_billed_on_credit("ContractedCost"),
    Rule(
        "EffectiveCost",
        "must be 0 on the Purchase of a commitment",
        '"EffectiveCost" <> 0 AND "ChargeCategory" = \'Purchase\' AND "CommitmentDiscountId" IS NOT NULL',
        ("EffectiveCost", "ChargeCategory", "CommitmentDiscountId"),
    ),
    _not_negative("ListUnitPrice"),
    _not_negative("ContractedUnitPrice"),
    _only_with("RegionName", "RegionId"),
    _always_with("RegionName", "RegionId"),
    _only_with("SubAccountName", "SubAccountId"),
    _always_with("SubAccountName", "SubAccountId"),
    _only_with("PricingUnit", "PricingQuantity"),
    _always_with("PricingUnit", "PricingQuantity"),
    _only_with("ConsumedUnit", "ConsumedQuantity"),
    _always_with("ConsumedUnit", "ConsumedQuantity"),
    _only_with("CommitmentDiscountUnit", "CommitmentDiscountQuantity"),
    _only_with("SkuPriceDetails", "SkuPriceId"),
    _in_object(
        "SkuPriceDetails",
        f"must have no keys but those that begin with x_ and {', '.join(_PRICE_DETAILS)}",
        "len([each for each in json_keys(\"SkuPriceDetails\") if NOT starts_with(each, 'x_') "
        f"AND NOT list_contains([{_PRICE_DETAILS_LISTED}], each)]) > 0",
    ),
    _elements("ContractApplied"),
    _elements("AllocatedMethodDetails"),
    _only_with("CommitmentDiscountStatus", "CommitmentDiscountId"),
    _only_with("CommitmentDiscountCategory", "CommitmentDiscountId"),
    _always_with("CommitmentDiscountCategory", "CommitmentDiscountId"),
    _not_on_tax("PricingCategory"),
    _not_on_tax("PricingQuantity"),
    _not_on_tax("PricingUnit"),
    _not_on_tax("ListUnitPrice"),
    _not_on_tax("ContractedUnitPrice"),
    _not_on_tax("SkuId"),
    _not_on_tax("SkuPriceId"),
    _priced("PricingQuantity"),
    _priced("PricingUnit"),
    Rule(
        "ConsumedQuantity",
        "must be blank but on Usage",
        '"ConsumedQuantity" IS NOT NULL AND "ChargeCategory" <> \'Usage\'',
        ("ConsumedQuantity", "ChargeCategory"),
    ),
    Rule(
        "ConsumedQuantity",
        "must be blank on unused commitments",
        '"ConsumedQuantity" IS NOT NULL AND "CommitmentDiscountStatus" = \'Unused\'',
        ("ConsumedQuantity", "CommitmentDiscountStatus"),
    ),
    Rule(
        "CommitmentDiscountStatus",
        "must not be blank on Usage with a CommitmentDiscountId",
        '"CommitmentDiscountStatus" IS NULL AND "CommitmentDiscountId" IS NOT NULL '
        "AND \"ChargeCategory\" = 'Usage'",
        ("CommitmentDiscountStatus", "CommitmentDiscountId", "ChargeCategory"),
    ),
)
