"""The conformance report: each rule told with how many rows break it and which come first."""

import pytest

from tests.costs.sources.focus.desk import notices, warnings

GOOD = {
    "BilledCost": "6", "BillingAccountId": "b", "BillingAccountName": "B", "BillingCurrency": "USD",
    "BillingPeriodEnd": "2025-02-01T00:00:00Z", "BillingPeriodStart": "2025-01-01T00:00:00Z",
    "ChargeCategory": "Usage", "ChargeClass": "", "ChargeDescription": "d", "ChargeFrequency": "Usage-Based",
    "ChargePeriodEnd": "2025-01-02T00:00:00Z", "ChargePeriodStart": "2025-01-01T00:00:00Z",
    "ConsumedQuantity": "3", "ConsumedUnit": "Hours", "ContractedCost": "6", "ContractedUnitPrice": "2",
    "EffectiveCost": "6", "InvoiceIssuerName": "AWS", "ListCost": "6", "ListUnitPrice": "2",
    "PricingCategory": "Standard", "PricingQuantity": "3", "PricingUnit": "Hours", "ProviderName": "AWS",
    "PublisherName": "AWS", "RegionId": "r", "RegionName": "R", "ServiceCategory": "Compute",
    "ServiceName": "EC2", "ServiceSubcategory": "Virtual Machines", "SkuId": "s", "SkuPriceId": "p",
    "SkuPriceDetails": '{""CoreCount"": 4}', "CommitmentDiscountId": "", "CommitmentDiscountCategory": "",
    "CommitmentDiscountStatus": "", "CommitmentDiscountQuantity": "", "CommitmentDiscountUnit": "", "SubAccountId": "a", "SubAccountName": "A", "Tags": "{}",
}  # fmt: skip


def bill(*changes):
    rows = [GOOD | change for change in ({}, *changes)]
    return "\n".join([",".join(GOOD), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)])


def test_a_good_bill_has_nothing_to_tell(desk):
    assert [str(each) for each in desk.bill(bill()).findings] == []


CREDIT = {"ChargeCategory": "Credit", "ConsumedQuantity": "", "ConsumedUnit": "", "PricingQuantity": "",
          "PricingUnit": ""}  # fmt: skip
CREDIT_WITHOUT_UNIT = {column: cell for column, cell in CREDIT.items() if column != "PricingUnit"}
PURCHASE = {"ChargeCategory": "Purchase", "ChargeFrequency": "Recurring", "ConsumedQuantity": "", "ConsumedUnit": "",
            "CommitmentDiscountId": "c", "CommitmentDiscountCategory": "Spend"}  # fmt: skip

RULES = [
    ({"ListCost": "6.1"}, "ListCost must be ListUnitPrice times PricingQuantity"),
    ({"ContractedCost": "7"}, "ContractedCost must be ContractedUnitPrice times PricingQuantity"),
    ({"ListCost": "-6", **CREDIT}, "ListCost must be BilledCost on Credit"),
    ({"ContractedCost": "5.999999999999999999", **CREDIT}, "ContractedCost must be BilledCost on Credit"),
    ({"EffectiveCost": "0.01", **PURCHASE}, "EffectiveCost must be 0 on the Purchase of a commitment"),
    ({"ListUnitPrice": "-2", "ListCost": "-6"}, "ListUnitPrice must not be negative"),
    ({"RegionId": ""}, "RegionName must be blank where RegionId is"),
    ({"RegionName": ""}, "RegionName must not be blank where RegionId is not"),
    ({"ConsumedQuantity": ""}, "ConsumedUnit must be blank where ConsumedQuantity is"),
    ({"ConsumedUnit": ""}, "ConsumedUnit must not be blank where ConsumedQuantity is not"),
    ({"CommitmentDiscountUnit": "Hours"},
     "CommitmentDiscountUnit must be blank where CommitmentDiscountQuantity is"),
    ({"ServiceSubcategory": "Streaming"}, "ServiceSubcategory must be a subcategory of its ServiceCategory"),
    ({"ChargeClass": "Wrong"}, "ChargeClass must be one of Correction"),
    ({"ChargeFrequency": "Often"}, "ChargeFrequency must be one of One-Time, Recurring, Usage-Based"),
    ({"ChargeCategory": "Rebate", "ConsumedQuantity": "", "ConsumedUnit": ""},
     "ChargeCategory must be one of Usage, Purchase, Tax, Credit, Adjustment; the row counts as Adjustment"),
    ({"EffectiveCost": ""}, "EffectiveCost must not be blank; BilledCost is taken"),
    ({"BillingPeriodEnd": "2024-12-31"}, "BillingPeriodEnd must be after BillingPeriodStart"),
    ({"BillingPeriodStart": "January"},
     ("BillingPeriodStart must be a date, such as 2025-01-31 or 2025-01-31T00:00:00Z; "
      "the month of the charge is taken")),
    ({"PricingQuantity": "many", "PricingUnit": "", "ChargeClass": "Correction"},
     "PricingQuantity must be a number; it is left out"),
    ({"ListCost": "$6"}, "ListCost should be a plain number, such as -1234.5; it was read all the same"),
    ({"SkuPriceDetails": "four"}, "SkuPriceDetails must be a JSON object"),
    ({"SkuPriceDetails": '{""coreCount"": 4}'},
     ("SkuPriceDetails must have no keys but those that begin with x_ and CoreCount, DiskMaxIops, DiskSpace, "
      "DiskType, GpuCount, InstanceType, InstanceSeries, MemorySize, NetworkMaxIops, NetworkMaxThroughput, "
      "OperatingSystem, Redundancy, StorageClass")),
    ({"SkuPriceId": ""}, "SkuPriceDetails must be blank where SkuPriceId is"),
    ({"CommitmentDiscountStatus": "Used"},
     "CommitmentDiscountStatus must be blank where CommitmentDiscountId is"),
    ({"CommitmentDiscountId": "c", "CommitmentDiscountCategory": "Spend"},
     "CommitmentDiscountStatus must not be blank on Usage with a CommitmentDiscountId"),
    ({"SubAccountName": ""}, "SubAccountName must not be blank where SubAccountId is not"),
    ({"SubAccountId": ""}, "SubAccountName must be blank where SubAccountId is"),
    ({"PricingUnit": "Hours", **CREDIT_WITHOUT_UNIT}, "PricingUnit must be blank where PricingQuantity is"),
    ({**CREDIT, "PricingQuantity": "3"}, "PricingUnit must not be blank where PricingQuantity is not"),
    ({**CREDIT, "ConsumedQuantity": "3", "ConsumedUnit": "Hours"}, "ConsumedQuantity must be blank but on Usage"),
    ({"CommitmentDiscountId": "c", "CommitmentDiscountCategory": "Spend", "CommitmentDiscountStatus": "Unused"},
     "ConsumedQuantity must be blank on unused commitments"),
    ({"CommitmentDiscountCategory": "Spend"},
     "CommitmentDiscountCategory must be blank where CommitmentDiscountId is"),
    ({"CommitmentDiscountId": "c", "CommitmentDiscountStatus": "Used"},
     "CommitmentDiscountCategory must not be blank where CommitmentDiscountId is not"),
    ({**PURCHASE, "EffectiveCost": "0", "ChargeFrequency": "Usage-Based"},
     "ChargeFrequency must not be Usage-Based on Purchase"),
    ({"ContractedUnitPrice": "-2", "ContractedCost": "-6"}, "ContractedUnitPrice must not be negative"),
    ({"PricingCategory": "Cheap"}, "PricingCategory must be one of Standard, Dynamic, Committed, Other"),
    ({"CommitmentDiscountCategory": "Both"}, "CommitmentDiscountCategory must be one of Spend, Usage"),
    ({"CommitmentDiscountStatus": "Half"}, "CommitmentDiscountStatus must be one of Used, Unused"),
    ({"ConsumedQuantity": "many", "ConsumedUnit": ""}, "ConsumedQuantity must be a number; it is left out"),
    ({"BillingAccountId": ""}, "BillingAccountId must not be blank"),
    ({"Tags": "[1]"}, "Tags must be a JSON object; the row counts as untagged"),
    ({"Tags": '""a"": ""b""'}, "Tags should be a JSON object; it was read all the same"),
    ({"Tags": '{""a"": {""b"": 1}}'}, "Tags must not have values inside values; those are left out"),
]  # fmt: skip


def test_each_rule_is_told_alone_with_its_row(desk):
    found = warnings(desk.bill(bill(*(change for change, _ in RULES))))
    assert sorted(found) == sorted(f"1 row: {says} (row {row})" for row, (_, says) in enumerate(RULES, 2))


CELLS = {
    "": "must not be blank",
    "soon": "must be a date, such as 2025-01-31 or 2025-01-31T00:00:00Z",
    "$6": "should be a plain number, such as -1234.5; it was read all the same",
    "n/a": "must be a number; it is left out",
}
FILLED = {
    "BillingCurrency": "; USD is taken",
    "BillingPeriodStart": "; the month of the charge is taken",
    "BillingPeriodEnd": "; the end of the month is taken",
    "ChargePeriodEnd": "; the charge is taken to be of one day",
}


MANDATORY = (
    "BillingCurrency BillingPeriodStart BillingPeriodEnd ChargePeriodEnd ChargeFrequency ListCost "
    "ContractedCost InvoiceIssuerName ProviderName PublisherName ServiceCategory ServiceSubcategory"
)


@pytest.mark.parametrize(
    ("cell", "columns"),
    [
        ("", MANDATORY),
        ("soon", "BillingPeriodEnd ChargePeriodEnd"),
        ("$6", "BilledCost EffectiveCost ContractedCost CommitmentDiscountQuantity"),
        ("n/a", "ListCost ContractedCost ListUnitPrice ContractedUnitPrice CommitmentDiscountQuantity"),
    ],
)
def test_cells_are_what_their_column_holds(desk, cell, columns):
    found = warnings(desk.bill(bill(*({column: cell} for column in columns.split()))))
    assert sorted(found) == sorted(
        f"1 row: {column} {CELLS[cell]}{FILLED.get(column, '')} (row {row})"
        for row, column in enumerate(columns.split(), 2)
    )


def test_cells_of_rarer_columns(desk):
    rare = {
        "BillingAccountType": ("", "must not be blank"),
        "PricingCurrency": ("", "must not be blank"),
        "PricingCurrencyEffectiveCost": ("n/a", "must be a number; it is left out"),
        "PricingCurrencyListUnitPrice": ("n/a", "must be a number; it is left out"),
        "PricingCurrencyContractedUnitPrice": ("n/a", "must be a number; it is left out"),
        "CapacityReservationStatus": ("Half", "must be one of Used, Unused"),
        "AllocatedTags": ("[]", "must be a JSON object"),
        "CommitmentProgramEligibilityDetails": ("no", "must be a JSON object"),
    }
    head = "ChargeCategory,ChargePeriodStart,BilledCost," + ",".join(rare)
    row = "Usage,2025-01-01,1," + ",".join(cell for cell, _ in rare.values())
    found = warnings(desk.bill(f"{head}\n{row}\n"))
    assert sorted(found) == sorted(f"1 row: {column} {says} (row 1)" for column, (_, says) in rare.items())


def test_usage_without_a_price(desk):
    unpriced = {"PricingQuantity": "", "PricingUnit": ""}
    assert warnings(desk.bill(bill(unpriced, unpriced | {"ChargeClass": "Correction"}))) == [
        f"1 row: {column} must not be blank on Usage and Purchase (row 2)" for column in unpriced
    ]


def test_errors_refuse_the_file(desk):
    assert desk.problems(bill({"ChargePeriodStart": ""}, {"EffectiveCost": "n/a"}, {"BilledCost": ""})) == [
        "bill.csv: Row 2: ChargePeriodStart must not be blank",
        "bill.csv: Row 3: EffectiveCost must be a number",
        "bill.csv: Row 4: BilledCost must not be blank",
    ]


def test_the_first_rows_are_told_of_many(desk):
    change, says = RULES[0]
    assert warnings(desk.bill(bill({}, *[change] * 5))) == [f"5 rows: {says} (rows 3, 4, 5, …)"]


def test_the_first_rows_may_be_far_apart(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,RegionId,RegionName\n"
    good, bad = "Usage,2025-01-01,1,r,R\n", "Usage,2025-01-01,1,,R\n"
    assert warnings(desk.bill(head + good + bad + good * 100_000 + bad * 3)) == [
        "4 rows: RegionName must be blank where RegionId is (rows 2, 100,003, 100,004, …)"
    ]


def test_taxes_have_no_prices(desk):
    tax = {"ChargeCategory": "Tax", "ConsumedQuantity": "", "ConsumedUnit": ""}
    assert warnings(desk.bill(bill(tax))) == [
        f"1 row: {column} must be blank on Tax (row 2)"
        for column in (
            *(
                "PricingCategory",
                "PricingQuantity",
                "PricingUnit",
                "ListUnitPrice",
                "ContractedUnitPrice",
                "SkuId",
                "SkuPriceId",
            ),
        )
    ]


def test_an_unknown_service_category_has_no_subcategories(desk):
    change = {"ServiceCategory": "Computing", "ServiceName": "EC3", "SkuId": "t"}
    assert warnings(desk.bill(bill(change))) == [
        "1 row: ServiceCategory must be one of FOCUS's service categories (row 2)",
        "1 row: ServiceSubcategory must be a subcategory of its ServiceCategory (row 2)",
    ]


def test_good_objects_have_nothing_to_tell(desk):
    details = '{""CoreCount"": 4, ""x_Tier"": {""a"": 1}}', "\n {}", ""
    assert warnings(desk.bill(bill(*({"SkuPriceDetails": each} for each in details)))) == []


def test_objects_with_elements(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ContractApplied,AllocatedMethodDetails\n"
    good, bad = '"{""Elements"": [{}]}"', ('"{""Elements"": {}}"', '"{""elements"": []}"', '"[]"')
    rows = [(good, good), ("", ""), (bad[0], good), (good, bad[1]), (bad[2], "")]
    content = head + "".join(f"Usage,2025-01-01,1,EC2,{one},{other}\n" for one, other in rows)
    assert warnings(desk.bill(content)) == [
        "1 row: ContractApplied must be a JSON object (row 5)",
        "1 row: ContractApplied must have a list of Elements (row 3)",
        "1 row: AllocatedMethodDetails must have a list of Elements (row 4)",
    ]


STORAGE = {"ServiceCategory": "Storage", "ServiceSubcategory": "Block Storage"}


def test_a_service_in_two_categories(desk):
    read = desk.bill(
        bill(STORAGE | {"SkuId": "t"}, {"ServiceCategory": "", "ServiceSubcategory": "", "SkuId": ""})
    )
    assert [each for each in warnings(read) if "one ServiceCategory" in each] == [
        "2 rows: ServiceName must have one ServiceCategory each; several have: EC2 (rows 1, 2)"
    ]


def test_skus_in_two_categories(desk):
    others = [{"SkuId": sku} | more for sku in "tuvw" for more in ({}, STORAGE | {"ServiceName": f"S{sku}"})]
    assert warnings(desk.bill(bill(*others, {"SkuId": "x"}))) == [
        "8 rows: SkuId must have one ServiceCategory each; several have: t, u, v, … (rows 2, 3, 4, …)"
    ]


def test_two_sellers_may_use_one_name_for_what_they_sell(desk):
    other = STORAGE | {"ProviderName": "Acme", "PublisherName": "Acme"}
    assert warnings(desk.bill(bill(other))) == []


def test_names_without_sellers_are_one_sellers(desk):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ServiceCategory\n"
    content = head + "".join(f"Usage,2025-01-01,1,EC2,{each}\n" for each in ("Compute", "Storage", "compute"))
    assert warnings(desk.bill(content)) == [
        "3 rows: ServiceName must have one ServiceCategory each; several have: EC2 (rows 1, 2, 3)"
    ]


def test_strict_refuses_what_does_not_keep_to_focus(desk):
    assert desk.problems(bill({"ListCost": "7"}), strict=True) == [
        "bill.csv: 1 row: ListCost must be ListUnitPrice times PricingQuantity (row 2)"
    ]
    assert desk.bill(bill(), strict=True).rows == 1


def test_an_unknown_currency_refuses_the_file(desk):
    assert desk.problems(bill({"BillingCurrency": "CREDITS"})) == [
        "bill.csv: Row 2: BillingCurrency must be a currency code of ISO 4217, such as USD"
    ]


def test_columns_of_ones_own_are_a_notice(desk):
    content = bill().replace("SkuId", "Team").replace("SkuMeter", "x_Meter")
    assert notices(desk.bill(content)) == ["Team is not a column of FOCUS and is kept as it is"]
