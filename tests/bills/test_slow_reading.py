"""The slow reading, held against answers that were worked out by hand."""

import datetime as dt
from typing import Any

import pytest

from tests.bills.slow_reading import MixedCurrenciesError, Upload, slow_costs

HEADER = "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName"
EXAMPLE = f"""{HEADER}
Usage,2025-01-01,,100,Seats
Discount,2025-01-01,,-10,Seats
Tax,2025-01-02,,8,Seats
Credit,2025-01-02,,-5,Seats
Fee,2025-01-01,2025-01-10,50,Support
"""
UPLOAD = Upload(EXAMPLE, "accss_crdntl_00000000000077aa")


def january(*uploads: Upload, **asked: Any) -> dict[str, Any]:
    period = {
        "start_date": dt.date(2025, 1, 1),
        "end_date": dt.date(2025, 1, 31),
        "today": dt.date(2025, 6, 1),
    }
    return slow_costs(uploads or [UPLOAD], **{**period, **asked})


def table(answer: dict[str, Any], *columns: str) -> list[str]:
    return [" ".join(str(row[column]) for column in columns) for row in answer["costs"]]


def test_january_of_the_example_by_service_and_day() -> None:
    answer = january(groupings="service", order="asc")
    assert answer["total_cost"] == {"amount": "148.0", "currency": "USD"}
    assert table(answer, "accrued_at", "service", "amount") == [
        "2025-01-01 Seats 90.0",
        "2025-01-01 Support 5.0",
        "2025-01-02 Seats 8.0",
        "2025-01-02 Support 5.0",
        *(f"2025-01-{day:02} Support 5.0" for day in range(3, 11)),
    ]


def test_unamortized_all_of_a_charge_is_on_its_first_day() -> None:
    answer = january(groupings="service", settings={"amortize": False})
    assert table(answer, "accrued_at", "service", "amount") == [
        "2025-01-02 Seats 8.0",
        "2025-01-01 Seats 90.0",
        "2025-01-01 Support 50.0",
    ]


@pytest.mark.parametrize(
    ("settings", "total"),
    [
        ({"include_credits": True}, "143.0"),
        ({"include_discounts": False}, "158.0"),
        ({"include_tax": False}, "140.0"),
        ({"include_refunds": True}, "148.0"),
    ],
)
def test_settings_switch_classes(settings: dict[str, bool], total: str) -> None:
    assert january(settings=settings)["total_cost"]["amount"] == total


def test_the_worked_response() -> None:
    answer = january(groupings="service,charge_type", end_date=dt.date(2025, 1, 2))
    assert answer == {
        "total_cost": {"amount": "108.0", "currency": "USD"},
        "costs": [
            {
                "accrued_at": day,
                "amount": amount,
                "currency": "USD",
                "service": service,
                "charge_type": charge_type,
            }
            for day, amount, service, charge_type in (
                ("2025-01-02", "8.0", "Seats", "Tax"),
                ("2025-01-02", "5.0", "Support", "Fee"),
                ("2025-01-01", "100.0", "Seats", "Usage"),
                ("2025-01-01", "5.0", "Support", "Fee"),
                ("2025-01-01", "-10.0", "Seats", "Discount"),
            )
        ],
    }


def test_the_default_groupings_name_the_integration() -> None:
    assert january(end_date=dt.date(2025, 1, 1))["costs"][0] == {
        "accrued_at": "2025-01-01",
        "amount": "90.0",
        "currency": "USD",
        "provider": "custom_provider",
        "service": "Seats",
        "account_id": "accss_crdntl_00000000000077aa",
    }


def test_a_bin_starts_before_the_period_but_holds_only_its_days() -> None:
    start, end = dt.date(2025, 1, 8), dt.date(2025, 1, 20)
    for date_bin, rows in (
        ("week", ["2025-01-06 15.0"]),
        ("month", ["2025-01-01 15.0"]),
        ("quarter", ["2025-01-01 15.0"]),
        ("hour", ["2025-01-10T00:00:00Z 5.0", "2025-01-09T00:00:00Z 5.0", "2025-01-08T00:00:00Z 5.0"]),
    ):
        answer = january(start_date=start, end_date=end, date_bin=date_bin, groupings="")
        assert table(answer, "accrued_at", "amount") == rows


def test_days_after_today_are_no_actual_costs() -> None:
    assert january(groupings="", today=dt.date(2025, 1, 4))["total_cost"]["amount"] == "118.0"


def test_tags_usage_and_counts() -> None:
    bill = Upload(
        "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ConsumedQuantity,ConsumedUnit,Tags\n"
        'Usage,2025-01-01,1.005,A,2,hrs,"{""team"": ""core""}"\n'
        'Usage,2025-01-01,2,A,3,Hours,"{""env"": 1.10}"\n'
        "Tax,2025-01-01,4,A,9,GB,\n"
        "Usage,2025-01-02,8,B,1,GB,{}\n",
        "accss_crdntl_0000000000000001",
    )
    by_tag = january(bill, groupings="tag:team,tag:env,tagged")
    assert [(row["amount"], row["tag"], row["tags"]) for row in by_tag["costs"]] == [
        ("8.0", None, ["tagged:false"]),
        ("4.0", None, ["tagged:false"]),
        ("2.0", None, ["env:1.10", "tagged:true"]),
        ("1.005", "core", ["tagged:true", "team:core"]),
    ]
    assert by_tag["total_cost"]["amount"] == "15.01"
    usage = january(bill, groupings="service", settings={"aggregate_by": "usage"})
    assert [(row["amount"], row["usage"]) for row in usage["costs"]] == [
        ("8.0", {"amount": "1.0", "unit": "GB"}),
        ("3.005", {"amount": "5.0", "unit": "Hours"}),
        ("4.0", None),
    ]
    assert usage["total_usage"] == [{"amount": "1.0", "unit": "GB"}, {"amount": "5.0", "unit": "Hours"}]
    counted = january(bill, groupings="service", settings={"aggregate_by": "count"})
    assert counted["counts"] == [
        {"accrued_at": "2025-01-02", "count": 1},
        {"accrued_at": "2025-01-01", "count": 1},
    ]
    assert counted["total_count"] == 2


def test_a_file_replaces_its_namesake_of_the_same_integration_only() -> None:
    other = Upload(f"{HEADER}\nUsage,2025-01-05,,1,Seats\n", UPLOAD.integration)
    elsewhere = Upload(other.text, "accss_crdntl_0000000000000002")
    assert january(UPLOAD, other)["total_cost"]["amount"] == "1.0"
    assert january(UPLOAD, elsewhere)["total_cost"]["amount"] == "149.0"


def test_two_currencies_have_no_total() -> None:
    euros = (
        "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\nUsage,2025-01-01,1,A,EUR\n"
    )
    assert january(Upload(euros, "a"))["total_cost"] == {"amount": "1.0", "currency": "EUR"}
    with pytest.raises(MixedCurrenciesError, match=r"EUR.*USD"):
        january(UPLOAD, Upload(euros, "a"))
