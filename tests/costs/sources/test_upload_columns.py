"""The listed columns, one by one: what a cell may say, what it becomes, and how a wrong one is told."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from eyrie.basics.words import AdjustmentClass, Basis, Provider
from eyrie.costs.ledger.line_items import Granularity
from tests.bills.strategies import as_csv
from tests.costs.sources.uploads import INTEGRATION, midnight, only_item, problems, upload

LEAST = {
    "ChargeCategory": "Usage",
    "ChargePeriodStart": "2025-01-15",
    "BilledCost": "12.50",
    "ServiceName": "Seats",
}


def bill(**cells: str) -> str:
    row = {**LEAST, **cells}
    return as_csv(list(row), [row])


def test_the_least_that_a_row_says() -> None:
    item = only_item(bill())
    assert (item.provider, item.account_id, item.billing_account_id) == (
        Provider.CUSTOM_PROVIDER,
        INTEGRATION,
        INTEGRATION,
    )
    assert (item.accrued_on, item.granularity, item.basis) == (
        dt.date(2025, 1, 15),
        Granularity.DAY,
        Basis.BOTH,
    )
    assert (item.charge_period_start, item.charge_period_end) == (
        midnight("2025-01-15"),
        midnight("2025-01-16"),
    )
    assert (item.billing_period_start, item.billing_period_end) == (
        midnight("2025-01-01"),
        midnight("2025-02-01"),
    )
    assert (item.billed_cost, item.effective_cost, item.billing_currency) == (
        Decimal("12.50"),
        Decimal("12.50"),
        "USD",
    )
    assert (item.service, item.source_row, item.usage_amount, dict(item.tags)) == ("Seats", 1, None, {})


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("ChargePeriodStart", "2025-01-31", "accrued_on", dt.date(2025, 1, 31)),
        ("ChargePeriodStart", "2025-01-31T23:30:00Z", "accrued_on", dt.date(2025, 1, 31)),
        ("ChargePeriodStart", "2025-01-31 10:00:00", "accrued_on", dt.date(2025, 1, 31)),
        ("ChargePeriodStart", "2025-02-01T00:30:00+02:00", "accrued_on", dt.date(2025, 1, 31)),
        ("ChargePeriodStart", "2025-01-31T23:30:00.123456789Z", "accrued_on", dt.date(2025, 1, 31)),
        ("BilledCost", "-$1.23", "billed_cost", Decimal("-1.23")),
        ("BilledCost", "$1.23", "billed_cost", Decimal("1.23")),
        ("BilledCost", "+1", "billed_cost", Decimal(1)),
        ("BilledCost", "1,234.50", "billed_cost", Decimal("1234.50")),
        ("BilledCost", "(1.23)", "billed_cost", Decimal("-1.23")),
        (
            "BilledCost",
            "(12345678901234567890.123456789012345678)",
            "billed_cost",
            Decimal("-12345678901234567890.123456789012345678"),
        ),
        ("BilledCost", "0e999", "billed_cost", Decimal(0)),
        ("BilledCost", "1.5e-3", "billed_cost", Decimal("0.0015")),
        ("BilledCost", "1E3", "billed_cost", Decimal(1000)),
        ("BilledCost", "0.000000000000000000500000", "billed_cost", Decimal("1e-18")),
        ("BilledCost", "-0.000000000000000000500000", "billed_cost", Decimal("-1e-18")),
        ("BilledCost", "0.000000000000000000499999", "billed_cost", Decimal(0)),
        ("ServiceName", "  Seats ", "service", "Seats"),
        ("BillingCurrency", "EUR", "billing_currency", "EUR"),
        ("BillingCurrency", "eur", "billing_currency", "EUR"),
        ("BillingCurrency", " ", "billing_currency", "USD"),
        ("RegionId", "eu-west-1", "region", "eu-west-1"),
        ("RegionId", "NULL", "region", None),
        ("ResourceId", "i-1", "resource_id", "i-1"),
        ("ResourceType", "Premium", "subcategory", "Premium"),
        ("ServiceCategory", "Our own", "category", "Our own"),
        ("ServiceCategory", "Our own", "service_category", None),
        ("ServiceCategory", "Compute", "service_category", "Compute"),
        ("SubAccountId", "a-1", "account_id", "a-1"),
        ("SubAccountId", "", "account_id", INTEGRATION),
        ("BillingAccountId", "payer", "billing_account_id", "payer"),
        ("ConsumedQuantity", "", "usage_amount", None),
    ],
)
def test_what_a_cell_becomes(column: str, cell: str, field: str, value: Any) -> None:
    assert getattr(only_item(bill(**{column: cell})), field) == value


@pytest.mark.parametrize(
    ("category", "focus", "adjustment"),
    [
        ("Usage", "Usage", AdjustmentClass.NONE),
        ("Fee", "Purchase", AdjustmentClass.NONE),
        ("Purchase", "Purchase", AdjustmentClass.NONE),
        ("Adjustment", "Adjustment", AdjustmentClass.NONE),
        ("Tax", "Tax", AdjustmentClass.TAX),
        ("Credit", "Credit", AdjustmentClass.CREDIT),
        ("Discount", "Credit", AdjustmentClass.DISCOUNT),
        ("Refund", "Usage", AdjustmentClass.REFUND),
    ],
)
def test_the_category_is_the_charge_type_and_gives_the_class(
    category: str, focus: str, adjustment: AdjustmentClass
) -> None:
    item = only_item(bill(ChargeCategory=category))
    assert (item.charge_type, item.charge_category, item.adjustment_class) == (category, focus, adjustment)


CATEGORY = "ChargeCategory must be one of the following: Credit, Discount, Fee, Refund, Tax, or Usage"


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("ChargeCategory", "usage", CATEGORY),
        ("ChargeCategory", "", CATEGORY),
        ("ChargePeriodStart", "", "ChargePeriodStart must be a valid date"),
        ("ChargePeriodStart", "01/31/2025", "ChargePeriodStart must be a valid date"),
        ("ChargePeriodStart", "2025-02-30", "ChargePeriodStart must be a valid date"),
        (
            "ChargePeriodStart",
            "0001-01-01",
            "ChargePeriodStart must be a valid date between 1900-01-01 and 2199-12-31",
        ),
        ("BilledCost", "", "BilledCost must be a valid number"),
        ("BilledCost", "abc", "BilledCost must be a valid number"),
        ("BilledCost", "NaN", "BilledCost must be a valid number"),
        ("BilledCost", "Infinity", "BilledCost must be a valid number"),
        ("BilledCost", "12,34", "BilledCost must be a valid number"),
        ("BilledCost", "99999999999999999999.9999999999999999995", "BilledCost must be a valid number"),
        ("BilledCost", "1e999", "BilledCost must be a valid number"),
        ("BilledCost", "(-5)", "BilledCost must be a valid number"),
        ("ServiceName", " ", "ServiceName must not be blank"),
        ("ServiceName", "NULL", "ServiceName must not be blank"),
        ("ChargePeriodEnd", "later", "ChargePeriodEnd must be a valid date"),
        ("ChargePeriodEnd", "2025-01-14", "ChargePeriodEnd must not be before ChargePeriodStart"),
        (
            "ChargePeriodEnd",
            "2025-01-14T23:59:59Z",
            "ChargePeriodEnd must not be before ChargePeriodStart",
        ),
        (
            "ChargePeriodEnd",
            "2199-12-31",
            "ChargePeriodEnd must be within 36,600 days of ChargePeriodStart",
        ),
        ("BillingCurrency", "Dollar", "BillingCurrency must be a valid currency code, such as USD"),
        ("ConsumedQuantity", "many", "ConsumedQuantity must be a valid number"),
        ("ConsumedQuantity", "NaN", "ConsumedQuantity must be a valid number"),
        ("ConsumedQuantity", "3", "ConsumedUnit must not be blank where ConsumedQuantity is given"),
        ("Tags", "team=core", "Tags must be a valid JSON object"),
        ("Tags", "[1]", "Tags must be a valid JSON object"),
        ("Tags", '"core"', "Tags must be a valid JSON object"),
        ("Tags", "null", "Tags must be a valid JSON object"),
        ("Tags", '{"a": NaN}', "Tags must be a valid JSON object"),
        ("Tags", r'{"a": "\ud800"}', "Tags must be a valid JSON object"),
        ("Tags", r'{"a": "\u0000"}', "Tags must be a valid JSON object"),
        ("Tags", "[" * 100_000, "Tags must be a valid JSON object"),
    ],
)
def test_how_a_wrong_cell_is_told(column: str, cell: str, problem: str) -> None:
    assert problems(bill(**{column: cell})) == [f"Row 1: {problem}"]


@pytest.mark.parametrize("column", list(LEAST))
def test_a_missing_column_is_told_alone(column: str) -> None:
    row = {**LEAST, "Tags": "wrong"}
    del row[column]
    assert problems(as_csv(list(row), [row])) == [f"Missing required column: {column}"]


def test_problems_are_told_in_row_order_and_within_a_row_in_column_order() -> None:
    text = """ServiceName,BilledCost,ChargePeriodStart,ChargeCategory,Tags
A,x,2025-01-01,Usage,
A,1,2025-01-01,Usage,[]

,y,never,Spend,{}
"""
    assert problems(text) == [
        "Row 1: BilledCost must be a valid number",
        "Row 2: Tags must be a valid JSON object",
        f"Row 3: {CATEGORY}",
        "Row 3: ChargePeriodStart must be a valid date",
        "Row 3: BilledCost must be a valid number",
        "Row 3: ServiceName must not be blank",
    ]


def test_a_hundred_problems_are_told_and_the_rest_counted() -> None:
    rows = [{**LEAST, "BilledCost": "x"}] * 130
    told = problems(as_csv(list(LEAST), rows))
    assert told[99:] == ["Row 100: BilledCost must be a valid number", "… and 30 more errors"]
    assert problems(as_csv(list(LEAST), rows[:100]))[-1] == "Row 100: BilledCost must be a valid number"


def test_headers_are_trimmed_their_case_ignored_and_the_first_of_a_name_counts() -> None:
    item = only_item(
        " servicename ,BILLEDCOST,ChargePeriodStart,chargeCategory,BilledCost\nSeats,1,2025-01-01,Usage,2\n"
    )
    assert (item.service, item.billed_cost, dict(item.extra)) == ("Seats", Decimal(1), {})


@pytest.mark.parametrize("unit", ["hrs", "Hrs", "hours", "hr"])
def test_usage_has_one_name_for_each_unit(unit: str) -> None:
    item = only_item(bill(ConsumedQuantity="1,000.5", ConsumedUnit=unit))
    assert (item.usage_amount, item.usage_unit, item.pricing_unit) == (Decimal("1000.5"), "Hours", None)


def test_a_block_of_units_is_the_pricing_unit() -> None:
    item = only_item(bill(ConsumedQuantity="250", ConsumedUnit="100 Hours"))
    assert (item.usage_amount, item.usage_unit, item.pricing_unit) == (Decimal(250), "Hours", "100 Hours")


@pytest.mark.parametrize("category", ["Credit", "Discount", "Refund", "Tax"])
def test_only_usage_class_rows_have_usage_elsewhere_it_is_kept_as_text(category: str) -> None:
    item = only_item(bill(ChargeCategory=category, ConsumedQuantity="3.0", ConsumedUnit="hrs"))
    assert (item.usage_amount, item.usage_unit) == (None, None)
    assert item.extra == {"ConsumedQuantity": "3.0", "ConsumedUnit": "hrs"}


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("", {}),
        ("{}", {}),
        ('{"team": "core", "Env": " x "}', {"team": "core", "Env": " x "}),
        ('{"price": 1.10, "big": 123456789012345678901234567890, "e": 1e5}',
         {"price": "1.10", "big": "123456789012345678901234567890", "e": "1e5"}),
        ('{"on": true, "off": false}', {"on": "true", "off": "false"}),
        ('{"none": null, "empty": ""}', {"empty": ""}),
        ('{"list": [1], "nested": {"a": 1}, "kept": 1}', {"kept": "1"}),
        ('{" team ": "a"}', {"team": "a"}),
        ('{"team": "a", " team ": "b"}', {"team": "b"}),
        (r'{"u": "\u00fc \\u0000"}', {"u": r"ü \u0000"}),
    ],
)  # fmt: skip
def test_tags(cell: str, tags: dict[str, str]) -> None:
    assert only_item(bill(Tags=cell)).tags == tags


def test_tags_that_are_not_kept_whole_stay_readable_beside_them() -> None:
    many = "{" + ",".join(f'"k{n}":"v"' for n in range(201)) + "}"
    item = only_item(bill(Tags=many))
    assert (len(item.tags), item.extra["Tags"]) == (200, many)
    long = '{"a": "' + "x" * 1001 + '"}'
    item = only_item(bill(Tags=long))
    assert (item.tags, item.extra["Tags"]) == ({"a": "x" * 1000}, long)
    nested = '{"a": {"b": 1}}'
    assert only_item(bill(Tags=nested)).extra == {"Tags": nested}


def test_other_columns_of_focus_are_carried_and_unknown_ones_kept() -> None:
    item = only_item(
        bill(
            BillingPeriodStart="2025-02-01T00:00:00Z",
            BillingPeriodEnd="2025-03-01T00:00:00Z",
            ListCost="20",
            ContractedUnitPrice="0.5",
            ResourceName="web",
            ChargeClass="Correction",
            InvoiceId="in-1",
            CommitmentDiscountId="ri-1",
            EffectiveCost="9.99",
            x_Team="core",
            SkuPriceDetails='{"CoreCount": 4}',
            RegionName="NULL",
        )
    )
    assert (item.billing_period_start, item.billing_period_end) == (
        midnight("2025-02-01"),
        midnight("2025-03-01"),
    )
    assert (item.list_cost, item.contracted_unit_price) == (Decimal(20), Decimal("0.5"))
    assert (item.resource_name, item.charge_class, item.invoice_id) == ("web", "Correction", "in-1")
    assert (item.commitment_id, item.region_name) == ("ri-1", None)
    assert item.effective_cost == item.billed_cost
    assert item.extra == {"EffectiveCost": "9.99", "x_Team": "core", "SkuPriceDetails": '{"CoreCount": 4}'}


def test_nothing_in_an_unlisted_column_is_a_reason_to_refuse() -> None:
    item = only_item(bill(ListCost="cheap", BillingPeriodStart="2025-13-01", PricingQuantity="NULL"))
    assert (item.list_cost, item.billing_period_start) == (None, midnight("2025-01-01"))
    assert item.extra == {"ListCost": "cheap", "BillingPeriodStart": "2025-13-01"}


def test_cells_below_no_header_are_kept_by_their_place() -> None:
    text = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,,\nUsage,2025-01-01,1,A,x,y\n"
    assert only_item(text).extra == {"column 5": "x", "column 6": "y"}


def test_the_amount_of_a_file_adds_up_every_row_whatever_its_category_and_currency() -> None:
    text = """ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,BillingCurrency
Usage,2025-01-05,,99999999999999999999.000000000000000001,A,USD
Credit,2025-01-03,2025-02-02,-5,A,EUR
"""
    bill_read = upload(text)
    assert str(bill_read.amount) == "99999999999999999994.000000000000000001"
    assert (bill_read.first_day, bill_read.last_day) == (dt.date(2025, 1, 3), dt.date(2025, 2, 2))
