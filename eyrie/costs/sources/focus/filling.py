"""Fills the cells that FOCUS wants filled where nobody filled them, so that what is written keeps to it.

Bills of custom providers say four columns and leave forty out. What is filled in follows from what they
say: the month of a charge is its billing period, what was billed is what it costs at list prices, a name
that is not known is the id. A charge that was spread stands as one billed row and as a row for each day;
what is counted but not spread (usage, prices) is left to the billed one, so that no sum over a column
counts twice.
"""

from collections.abc import Mapping

from eyrie.basics.words import PROVIDER_NAMES, Basis, Provider
from eyrie.costs.sources.focus.columns import COLUMNS, Holds
from eyrie.engine.sql import Sql, joined, sql, value

_COUNTED = frozenset(
    column.name
    for column in COLUMNS.values()
    if column.holds is Holds.NUMBER and column.name not in ("BilledCost", "EffectiveCost")
) | {"ConsumedUnit"}
# A row that has a day's share of a charge that a custom provider uploaded.
_SHARE = f"(basis = '{Basis.EFFECTIVE.value}' AND provider = '{Provider.CUSTOM_PROVIDER.value}')"
_MONTH = "date_trunc('month', coalesce(billing_period_start, charge_period_start))"
_TIME = "'%Y-%m-%dT%H:%M:%SZ'"
_COST = f"CASE WHEN {_SHARE} THEN 0 WHEN billed_cost <> 0 THEN billed_cost ELSE effective_cost END"
_COST_TEXT = f"rtrim(rtrim(CAST({_COST} AS VARCHAR), '0'), '.')"
_PRICED = "pricing_unit IS NOT NULL OR (charge_class IS NULL AND charge_category IN ('Usage', 'Purchase'))"
_QUANTITY = "rtrim(rtrim(CAST(coalesce(usage_amount, 1) AS VARCHAR), '0'), '.')"

_PLAIN = {
    "BillingAccountId": "integration",
    "BillingAccountType": "'Other'",
    "BillingPeriodStart": f"strftime({_MONTH}, {_TIME})",
    "BillingPeriodEnd": f"strftime({_MONTH} + INTERVAL 1 MONTH, {_TIME})",
    "ChargeFrequency": "CASE charge_category WHEN 'Usage' THEN 'Usage-Based' ELSE 'One-Time' END",
    "ContractedCost": _COST_TEXT,
    "ListCost": _COST_TEXT,
    "PricingCurrency": "billing_currency",
    "PricingQuantity": f"CASE WHEN {_PRICED} THEN CASE WHEN {_SHARE} THEN '0' ELSE {_QUANTITY} END END",
    "PricingUnit": f"CASE WHEN {_PRICED} THEN coalesce(usage_unit, 'Units') END",
    "RegionName": "region",
    "ServiceCategory": "'Other'",
    "ServiceName": "'Other'",
    "ServiceSubcategory": "'Other (' || coalesce(category, 'Other') || ')'",
    "SubAccountName": "account_id",
}
_NAMED_AFTER_THE_PROVIDER = ("InvoiceIssuerName", "ProviderName", "PublisherName")


def filled(said: Mapping[str, Sql]) -> dict[str, Sql]:
    """Give the cells with something in the blank ones; by column, as what was said is given."""
    fills = {column: Sql(text) for column, text in _PLAIN.items()}
    fills |= dict.fromkeys(_NAMED_AFTER_THE_PROVIDER, _provider())
    return {column: _filled(column, cell, fills.get(column)) for column, cell in said.items()}


def _filled(column: str, said: Sql, fill: Sql | None) -> Sql:
    own = sql(f"CASE WHEN {_SHARE} THEN NULL ELSE {{}} END", said) if column in _COUNTED else said
    return own if fill is None else sql("coalesce({}, {})", own, fill)


def _provider() -> Sql:
    names = (
        sql("WHEN {} THEN {}", value(provider.value), value(title))
        for provider, title in PROVIDER_NAMES.items()
    )
    return sql("CASE provider {} END", joined(" ", names))
