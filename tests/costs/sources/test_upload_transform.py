"""`auto_transform`: foreign bills become ours by rules, and where no rule holds the file is refused."""

import datetime as dt
from decimal import Decimal

import pytest

from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.dates import is_month_first, iso
from tests.costs.sources.uploads import INTEGRATION, only_item, problems, upload

DEFAULTS = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName"


def foreign(text: str) -> tuple[LineItem, ...]:
    return upload(text, auto_transform=True).items


def test_a_plain_file_of_dates_costs_and_services() -> None:
    text = "Date,Cost,Service\n2025-01-01,1.50,Seats\n2025-01-02,2,Support\n"
    assert problems(text) == [
        "Missing required column: ChargeCategory",
        "Missing required column: ChargePeriodStart",
        "Missing required column: BilledCost",
        "Missing required column: ServiceName",
    ]
    first, second = foreign(text)
    assert (first.accrued_on, first.billed_cost, first.service) == (
        dt.date(2025, 1, 1),
        Decimal("1.50"),
        "Seats",
    )
    assert (first.charge_type, first.billing_currency, dict(first.extra)) == ("Usage", "USD", {})
    assert (second.accrued_on, second.service) == (dt.date(2025, 1, 2), "Support")


def test_a_column_that_was_translated_stays_beside_what_it_became() -> None:
    item = only_item("Date,Cost,Service,ChargeCategory\n2025/1/2,2,Support,tax\n", auto_transform=True)
    assert (item.accrued_on, item.charge_type) == (dt.date(2025, 1, 2), "Tax")
    assert item.extra == {"Date": "2025/1/2", "original ChargeCategory": "tax"}


def test_a_file_that_validates_is_taken_unchanged() -> None:
    text = f"{DEFAULTS},tag:team,Region\nUsage,2025-01-01,1,Seats,core,eu\n"
    assert upload(text, auto_transform=True) == upload(text)
    item = only_item(text, auto_transform=True)
    assert (dict(item.tags), item.region, item.extra) == ({}, None, {"tag:team": "core", "Region": "eu"})


def test_values_are_validated_as_ever() -> None:
    assert problems("date,cost,service\n2025-01-01,x,A\nnever,1,\n", auto_transform=True) == [
        "Row 1: BilledCost must be a valid number",
        "Row 2: ChargePeriodStart must be a valid date",
        "Row 2: ServiceName must not be blank",
    ]


def test_what_cannot_be_found_is_named() -> None:
    assert problems("when,how much,Currency\n2025-01-01,1,EUR\n", auto_transform=True) == [
        "Missing required column: ChargePeriodStart",
        "Missing required column: BilledCost",
        "Missing required column: ServiceName",
    ]


def test_every_synonym_of_the_required_columns() -> None:
    listed = {
        "accrued_on": "date usage_date UsageStartDate start-date start day invoice_date billing_date "
        "Period_Start timestamp month",
        "billed_cost": "cost amount total total_cost charge net_amount pretax_cost price amount_usd costUSD "
        "unblended_cost cost_in_billing_currency",
        "service": "service product product_name item description meter_category line/item",
    }
    for field, names in listed.items():
        for name in names.split():
            header = {"accrued_on": "Date", "billed_cost": "Cost", "service": "Service", field: name}
            item = only_item(",".join(header.values()) + "\n2025-01-01,7,A\n", auto_transform=True)
            assert {"accrued_on": dt.date(2025, 1, 1), "billed_cost": 7, "service": "A"}[field] == getattr(
                item, field
            )


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Type", "Tax", "charge_type", "Tax"),
        ("charge_type", "tax", "charge_type", "Tax"),
        ("Category", "Compute", "category", "Compute"),
        ("SKU", "large", "subcategory", "large"),
        ("ARN", "arn:1", "resource_id", "arn:1"),
        ("Location", "eu", "region", "eu"),
        ("Currency", "EUR", "billing_currency", "EUR"),
        ("Project", "p-1", "account_id", "p-1"),
        ("Payer Account ID", "payer", "billing_account_id", "payer"),
        ("Resource Name", "web", "resource_name", "web"),
        ("List Cost", "9", "list_cost", Decimal(9)),
        ("Qty", "3", "usage_amount", Decimal(3)),
        ("Qty", "3", "usage_unit", "Count"),
        ("Usage", "transfer", "usage_amount", None),
        ("End Date", "2025-01-01", "charge_period_end", dt.datetime.fromisoformat("2025-01-02")),
    ],
)
def test_synonyms_of_optional_columns(header: str, cell: str, field: str, value: object) -> None:
    text = f"Date,Cost,Service,{header}\n2025-01-01,1,A,{cell}\n"
    assert getattr(only_item(text, auto_transform=True), field) == value


def test_the_first_synonym_is_taken_and_the_others_are_kept() -> None:
    item = only_item("total,date,cost,item,service\n9,2025-01-01,1,pen,Shop\n", auto_transform=True)
    assert (item.billed_cost, item.service, item.extra) == (Decimal(1), "Shop", {"total": "9", "item": "pen"})


def test_a_dollar_column_is_in_dollars_whatever_the_currency_column_says() -> None:
    item = only_item("date,service,cost_usd,currency\n2025-01-01,A,1,EUR\n", auto_transform=True)
    assert (item.billing_currency, item.extra) == ("USD", {"currency": "EUR"})


def test_a_month_is_its_first_day() -> None:
    items = foreign("month,cost,service\n2025-03,1,A\n2025-04-17,2,A\nMay 2025,3,A\n")
    assert [str(item.accrued_on) for item in items] == ["2025-03-01", "2025-04-01", "2025-05-01"]


def test_tags_in_columns_of_their_own_are_collected() -> None:
    header = "date,cost,service,tag:team,tags/env,label:Tier,labels"
    text = f'{header}\n2025-01-01,1,A,core,prod,,"{{""price"": 1.10}}"\n'
    assert only_item(text, auto_transform=True).tags == {"price": "1.10", "team": "core", "env": "prod"}


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        (
            '[{"key": "team", "value": "core"}, {"name": "env", "value": "prod"}]',
            {"team": "core", "env": "prod"},
        ),
        ('"team": "core","env": "prod"', {"team": "core", "env": "prod"}),
        ("NULL", {}),
    ],
)
def test_dialects_of_tags(cell: str, tags: dict[str, str]) -> None:
    quoted = cell.replace('"', '""')
    assert only_item(f'date,cost,service,tags\n2025-01-01,1,A,"{quoted}"\n', auto_transform=True).tags == tags


def test_an_aws_bill() -> None:
    text = (
        "lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/LineItemType,lineItem/ProductCode,"
        "product/ProductName,lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/UsageAmount,pricing/unit,"
        "product/region,lineItem/ResourceId,lineItem/UsageAccountId,bill/PayerAccountId,resourceTags/user:team\n"
        "2025-01-01T00:00:00Z,2025-01-01T01:00:00Z,DiscountedUsage,AmazonEC2,Amazon EC2,0.1,USD,1,Hrs,"
        "us-east-1,i-1,001,000,core\n"
        "2025-01-01T00:00:00Z,2025-02-01T00:00:00Z,Fee,OCBPremium,,31,USD,,,,,001,000,\n"
    )
    usage, billed, *days = foreign(text)
    assert (usage.accrued_on, usage.charge_type, usage.service) == (
        dt.date(2025, 1, 1),
        "Usage",
        "Amazon EC2",
    )
    assert (usage.usage_amount, usage.usage_unit, usage.region) == (1, "Hours", "us-east-1")
    assert (usage.account_id, usage.billing_account_id, usage.resource_id) == ("001", "000", "i-1")
    assert (usage.tags, usage.extra["lineItem/LineItemType"]) == ({"team": "core"}, "DiscountedUsage")
    assert (billed.service, billed.charge_type, len(days)) == ("OCBPremium", "Fee", 31)
    assert {day.effective_cost for day in days} == {Decimal(1)}


def test_an_azure_bill_writes_the_month_first() -> None:
    text = (
        "Date,ChargeType,MeterCategory,MeterSubCategory,MeterName,CostInBillingCurrency,BillingCurrency,"
        "Quantity,UnitOfMeasure,ResourceGroup,SubscriptionId,ResourceLocation,ResourceId,ProductName,Tags\n"
        "02/01/2025,Usage,Storage,Tiered,LRS,0.5,EUR,12,10 GB,rg-1,sub-1,westeurope,/s/1,Blob,"
        '"""env"": ""prod"""\n'
        "02/03/2025,RoundingAdjustment,,,,-0.01,EUR,,,,sub-1,,,Rounding,\n"
    )
    first, second = foreign(text)
    assert (first.accrued_on, first.service, first.category) == (dt.date(2025, 2, 1), "Storage", "Tiered")
    assert (first.billing_currency, first.billed_cost, first.tags) == ("EUR", Decimal("0.5"), {"env": "prod"})
    assert (first.usage_amount, first.usage_unit, first.pricing_unit) == (12, "GB", "10 GB")
    assert (first.account_id, first.billing_account_id, first.subcategory) == ("rg-1", "sub-1", "LRS")
    assert (second.accrued_on, second.charge_type, second.service) == (
        dt.date(2025, 2, 3),
        "Adjustment",
        "Rounding",
    )
    assert second.account_id == INTEGRATION


def test_a_google_cloud_bill() -> None:
    text = (
        "billing_account_id,service.description,sku.description,usage_start_time,usage_end_time,project.id,"
        "labels,location.location,location.region,cost,currency,usage.amount,usage.unit,cost_type\n"
        "01-AB,Compute Engine,N1 Core,2025-01-01 10:00:00 UTC,2025-01-01 11:00:00 UTC,p-1,"
        '"[{""key"": ""team"", ""value"": ""core""}]",EU,,0.0950,USD,3600,seconds,regular\n'
    )
    (item,) = foreign(text)
    assert (item.accrued_on, item.service, item.category) == (
        dt.date(2025, 1, 1),
        "Compute Engine",
        "N1 Core",
    )
    assert (item.billed_cost, item.charge_type, item.region) == (Decimal("0.0950"), "Usage", "EU")
    assert (item.account_id, item.billing_account_id, item.tags) == ("p-1", "01-AB", {"team": "core"})
    assert (item.usage_amount, item.usage_unit) == (3600, "Seconds")


def test_an_oracle_cloud_bill() -> None:
    text = (
        "lineItem/tenantId,lineItem/intervalUsageStart,lineItem/intervalUsageEnd,product/service,"
        "product/compartmentId,product/region,product/resourceId,usage/billedQuantity,cost/myCost,"
        "cost/currencyCode,cost/billingUnitReadable,tags/cost.team\n"
        "ten,2025-01-01T10:00Z,2025-01-01T11:00Z,COMPUTE,comp,fra,ocid1,2,0.3,EUR,OCPU Hours,core\n"
    )
    (item,) = foreign(text)
    assert (item.service, item.billed_cost, item.billing_currency) == ("COMPUTE", Decimal("0.3"), "EUR")
    assert (item.account_id, item.billing_account_id, item.tags) == ("comp", "ten", {"cost.team": "core"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-01-31", "2025-01-31"),
        ("2025-1-5", "2025-01-05"),
        ("2025/01/31", "2025-01-31"),
        ("2025.01.31 10:00", "2025-01-31T10:00:00"),
        ("20250131", "2025-01-31"),
        ("2025-01-31 10:00:00 UTC", "2025-01-31T10:00:00Z"),
        ("2025-01-31T10:00:00+02:00", "2025-01-31T10:00:00+02:00"),
        ("31-Jan-2025", "2025-01-31"),
        ("31 January 2025", "2025-01-31"),
        ("Jan 31, 2025", "2025-01-31"),
        ("Jan. 31 2025", "2025-01-31"),
        ("2025/01/31 12:15 AM", "2025-01-31T00:15:00"),
        ("2025/01/31 12:15:01 PM", "2025-01-31T12:15:01"),
        ("31/01/2025", "31/01/2025"),
        ("01/31/2025", "01/31/2025"),
        ("31.01.2025", "31.01.2025"),
        ("Foo 31, 2025", "Foo 31, 2025"),
        ("1/2/25", "1/2/25"),
        ("45000", "45000"),
        ("2025-01", "2025-01"),
    ],
)
def test_dates_that_mean_one_day_are_normalised_and_others_left(written: str, read: str) -> None:
    assert iso(written, month_first=False) == read


def test_dates_with_the_year_last_are_read_month_first_where_the_column_proves_it() -> None:
    proving = foreign("date,cost,service\n01/02/2025,1,A\n01/31/2025,2,A\n")
    assert [str(item.accrued_on) for item in proving] == ["2025-01-02", "2025-01-31"]
    told = ["Row 1: ChargePeriodStart must be a valid date", "Row 2: ChargePeriodStart must be a valid date"]
    for dates in (("01/02/2025", "02/02/2025"), ("31/01/2025", "01/02/2025"), ("31/01/2025", "01/31/2025")):
        text = "date,cost,service\n" + "".join(f"{date},1,A\n" for date in dates)
        assert problems(text, auto_transform=True) == told
    assert not is_month_first([])


def test_the_same_file_always_becomes_the_same_bill() -> None:
    text = "date,cost,service,type,usage,units,region,location\n2025-01-01,1,A,fee,3,hrs,eu,us\n"
    assert upload(text, auto_transform=True) == upload(text, auto_transform=True)
