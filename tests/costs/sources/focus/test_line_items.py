"""How FOCUS rows become line items: classes, names, units, accounts, what stays in `extra`."""

import json
from decimal import Decimal

import pytest

from eyrie.basics.words import Provider
from eyrie.costs.ledger.tag_sets import tag_set_id
from eyrie.costs.sources.focus.read import Binding
from eyrie.costs.sources.focus.sellers import is_marketplace, provider_of
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.engine.sql import sql, value
from tests.costs.sources.focus.desk import INTEGRATION

SPLIT = Binding(split=True)


def bill(**cells):
    row = {
        "ChargeCategory": "Usage",
        "ChargePeriodStart": "2025-01-31T00:00:00Z",
        "BilledCost": "10",
        "ServiceName": "EC2",
        **cells,
    }
    return "\n".join(
        ",".join('"' + each.replace('"', '""') + '"' for each in line) for line in (row, row.values())
    )


CLASSES = """
Category    Class       Billed  Description       Status  -> type               class             category
Usage       -           10      -                 -       -> Usage              none              Usage
Usage       -           10      -                 Unused  -> Unused_Commitment  none              Usage
Usage       Correction  -10     -                 -       -> Refund             refund            Usage
Usage       Correction  10      -                 -       -> Usage              none              Usage
Purchase    Correction  -10     -                 -       -> Refund             refund            Purchase
Tax         Correction  -10     -                 -       -> Tax                tax               Tax
Credit      -           -10     -                 -       -> Credit             credit            Credit
Adjustment  -           -10     Volume_Discount   -       -> Adjustment         discount          Adjustment
Adjustment  -           -10     rounding          -       -> Adjustment         none              Adjustment
Rebate      -           -10     -                 -       -> Rebate             none              Adjustment
discount    -           -10     -                 -       -> discount           discount          Adjustment
"""


@pytest.mark.parametrize("case", CLASSES.strip().splitlines()[1:])
def test_classes(desk, case):
    told, _, expected = case.partition("->")
    category, class_, billed, description, status = (
        each.replace("-", "") if each == "-" else each for each in told.split()
    )
    row = desk.row(
        bill(
            ChargeCategory=category,
            ChargeClass=class_,
            BilledCost=billed,
            ChargeDescription=description.replace("_", " "),
            CommitmentDiscountStatus=status,
        )
    )
    found = [row["charge_type"], row["adjustment_class"], row["charge_category"]]
    assert [each.replace(" ", "_") for each in found] == expected.split()


def test_a_charge_type_of_the_providers_own_tells_of_a_discount(desk):
    row = desk.row(bill(ChargeCategory="Adjustment", x_ChargeType="EdpDiscount"))
    assert row["adjustment_class"] == "discount"


SELLERS = {
    "AWS": Provider.AWS,
    "Amazon Web Services": Provider.AWS,
    "Microsoft": Provider.AZURE,
    "Microsoft Corporation": Provider.AZURE,
    "Azure": Provider.AZURE,
    "Google Cloud": Provider.GCP,
    "Oracle": Provider.ORACLE,
    "Snowflake": Provider.SNOWFLAKE,
    "datadog": Provider.DATADOG,
    "Acme": Provider.CUSTOM_PROVIDER,
    None: Provider.CUSTOM_PROVIDER,
}


@pytest.mark.parametrize("seller", SELLERS)
def test_sellers_are_providers(seller):
    assert provider_of(seller) is SELLERS[seller]


def test_split_reads_the_provider_of_each_row_the_new_name_first(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ServiceProviderName,ProviderName\n"
    rows = [
        f"Usage,2025-01-01,1,X,{new},{old}" for new, old in (("AWS", "Acme"), ("", "Microsoft"), ("", "Acme"))
    ]
    items = desk.rows(head + "\n".join(rows), binding=SPLIT)
    assert [item["provider"] for item in items] == ["aws", "azure", "custom_provider"]
    assert [item["account_id"] for item in items] == [None, None, INTEGRATION]


@pytest.mark.parametrize(
    ("seller", "publisher", "expected"),
    [
        ("AWS", "AWS", False),
        ("AWS", "Amazon Web Services, Inc.", False),
        ("AWS", "Acme Ltd", True),
        ("Acme Corporation", "Widget Corporation", True),
        ("Acme Cloud Holdings", "ACME GmbH", False),
        ("AWS", None, False),
        (None, "Acme", False),
    ],
)
def test_marketplace(seller, publisher, expected):
    assert is_marketplace(seller, publisher) is expected


def test_a_file_bound_to_a_provider(desk):
    row = desk.row(bill(ProviderName="Acme"), binding=Binding(Provider.AWS))
    assert (row["provider"], row["account_id"], row["billing_account_id"]) == ("aws", None, None)


def test_custom_rows_without_account_columns_are_the_integrations(desk):
    row = desk.row(bill())
    assert (row["account_id"], row["billing_account_id"]) == (INTEGRATION, INTEGRATION)
    row = desk.row(bill(SubAccountId="", BillingAccountId="b-1"))
    assert (row["account_id"], row["billing_account_id"]) == (None, "b-1")


def test_azures_words_for_nothing_stand_in_names_and_ids(desk):
    content = bill(SubAccountId="Unassigned", ResourceName="-2", ChargeDescription="-2")
    row = desk.row(content, binding=Binding(Provider.AZURE))
    assert (row["account_id"], row["resource_name"], row["charge_description"]) == (None, None, "-2")
    assert desk.row(content)["account_id"] == "Unassigned"


def test_units_and_usage(desk):
    row = desk.row(bill(ConsumedQuantity="3", ConsumedUnit="100 Hrs"))
    assert (row["usage_amount"], row["usage_unit"], row["pricing_unit"]) == (3, "Hours", "100 Hrs")
    row = desk.row(bill(ConsumedQuantity="3"))
    assert (row["usage_amount"], row["usage_unit"]) == (3, "Count")
    row = desk.row(bill(ConsumedQuantity="3", ConsumedUnit="Hours", ChargeCategory="Tax"))
    assert (row["usage_amount"], row["usage_unit"]) == (None, None)
    assert json.loads(row["extra"]) == {"ConsumedQuantity": "3", "ConsumedUnit": "Hours"}


def test_effective_cost_is_as_written_and_nothing_is_spread(desk):
    (row,) = desk.rows(
        bill(EffectiveCost="0", ChargePeriodEnd="2025-02-28T00:00:00Z", ChargeCategory="Purchase")
    )
    assert (row["billed_cost"], row["effective_cost"], row["basis"]) == (10, 0, "both")
    assert row["granularity"] == "month"


def test_what_has_no_field_stays_under_its_own_name(desk):
    row = desk.row(
        bill(
            ListCost="n/a",
            SkuPriceDetails='{"CoreCount": 4}',
            **{"x_Team": "core", "Cost Center": "7", "x_None": ""},
        )
    )
    assert row["extra"] == (
        '{"ListCost":"n/a","SkuPriceDetails":"{\\"CoreCount\\": 4}","Cost Center":"7","x_Team":"core"}'
    )


def test_the_columns_of_version_0_5(desk):
    content = (
        "AmortizedCost,BilledCost,ChargeType,ChargePeriodStart,ServiceName,Region,UsageQuantity,UsageUnit\n"
        "7,10,Usage,2025-01-01,EC2,eu-west-1,5,GB\n"
    )
    row = desk.row(content)
    assert (row["effective_cost"], row["charge_category"], row["region"]) == (7, "Usage", "eu-west-1")
    assert (row["region_name"], row["usage_amount"], row["usage_unit"]) == ("eu-west-1", 5, "GB")


def test_ids_of_tag_sets_are_the_ledgers(desk):
    row = desk.row(bill(Tags='{"team": "core", "env": "prod"}'))
    assert row["tag_set_id"] == tag_set_id((("env", "prod"), ("team", "core")))[0]


def test_parts_are_cut_by_billing_month_and_by_length(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingPeriodStart\n"
    lines = [
        f"Usage,2025-01-{1 + n % 28:02},{n},S,{('2025-01-01', '2024-12-01', '')[n % 3]}" for n in range(60)
    ]
    read = desk.bill(head + "\n".join(lines), limits=ImportLimits(rows_in_a_part=15))
    parts = [(f"{part.billing_month:%Y-%m}", part.rows) for part in read.parts]
    assert sum(rows for _, rows in parts) == 60
    assert {month for month, _ in parts} == {"2024-12", "2025-01"}
    assert max(rows for _, rows in parts) <= 15
    assert [row["billed_cost"] for row in desk.rows_of(read)] == [Decimal(n) for n in range(60)]


def test_an_amount_that_needs_it_is_wide_and_the_others_stay_narrow(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,EffectiveCost\n"
    read = desk.bill(head + "Usage,2025-01-01,0.12345678901,S,1\nUsage,2025-02-01,0.5,S,1\n")
    types = [
        {name: kind for name, kind, *_ in desk.engine.carry_out(_described(desk, part))}
        for part in read.parts
    ]
    assert [each["billed_cost"] for each in types] == ["DECIMAL(38,18)", "DECIMAL(18,10)"]
    assert [each["list_cost"] for each in types] == ["DECIMAL(18,10)", "DECIMAL(18,10)"]


def _described(desk, part):
    return sql("DESCRIBE SELECT * FROM read_parquet({})", value(str(desk.ledger / part.file)))
