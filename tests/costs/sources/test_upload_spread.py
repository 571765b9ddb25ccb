"""From charges to the rows of both views: what is spread, what stays, and that nothing is counted twice."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest

from eyrie.basics.words import AdjustmentClass, Basis
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.settings import UploadLimits
from tests.costs.sources.uploads import midnight, problems, seen, total, upload

EXAMPLE = """ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName
Usage,2025-01-01,,100,Seats
Discount,2025-01-01,,-10,Seats
Tax,2025-01-02,,8,Seats
Credit,2025-01-02,,-5,Seats
Fee,2025-01-01,2025-01-10,50,Support
"""


def charge(start: str, end: str, cost: str = "50") -> str:
    return (
        "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName\n"
        f"Fee,{start},{end},{cost},Support\n"
    )


def by_day(items: list[LineItem], cost: str) -> list[str]:
    """Add up by day and service; credits are left out, as reports do unless asked."""
    sums: dict[tuple[dt.date, str | None], Decimal] = defaultdict(Decimal)
    for item in items:
        if item.adjustment_class is not AdjustmentClass.CREDIT:
            sums[item.accrued_on, item.service] += getattr(item, cost)
    return [f"{day} {service} {amount.normalize():f}" for (day, service), amount in sorted(sums.items())]


def test_the_worked_example() -> None:
    bill = upload(EXAMPLE)
    assert (bill.amount, bill.first_day, bill.last_day) == (
        Decimal(143),
        dt.date(2025, 1, 1),
        dt.date(2025, 1, 10),
    )
    assert by_day(seen(bill.items, Basis.EFFECTIVE), "effective_cost") == [
        "2025-01-01 Seats 90",
        "2025-01-01 Support 5",
        "2025-01-02 Seats 8",
        "2025-01-02 Support 5",
        *(f"2025-01-{day:02} Support 5" for day in range(3, 11)),
    ]
    assert by_day(seen(bill.items, Basis.BILLED), "billed_cost") == [
        "2025-01-01 Seats 90",
        "2025-01-01 Support 50",
        "2025-01-02 Seats 8",
    ]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2025-01-01", "", "2025-01-01", "2025-01-01"),
        ("2025-01-01", "NULL", "2025-01-01", "2025-01-01"),
        ("2025-01-01", "2025-01-01", "2025-01-01", "2025-01-01"),
        ("2025-01-01", "2025-01-10", "2025-01-01", "2025-01-10"),
        ("2025-01-01T00:00:00Z", "2025-01-31T23:59:59Z", "2025-01-01", "2025-01-31"),
        ("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-01-01", "2025-01-31"),
        ("2025-01-01T10:00:00Z", "2025-01-01T10:00:00Z", "2025-01-01", "2025-01-01"),
        ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2025-01-01", "2025-01-01"),
        ("2025-01-01T10:00:00Z", "2025-01-02T00:00:00Z", "2025-01-01", "2025-01-01"),
        ("2025-01-01T10:00:00Z", "2025-01-02T00:00:01Z", "2025-01-01", "2025-01-02"),
        ("2025-01-01T10:00:00Z", "2025-01-01", "2025-01-01", "2025-01-01"),
        ("2025-01-01", "2025-01-03T00:00:00+02:00", "2025-01-01", "2025-01-02"),
    ],
)
def test_which_days_a_charge_covers(start: str, end: str, first: str, last: str) -> None:
    bill = upload(charge(start, end))
    days = [str(item.accrued_on) for item in seen(bill.items, Basis.EFFECTIVE)]
    assert (days[0], days[-1]) == (first, last)
    assert (str(bill.first_day), str(bill.last_day)) == (first, last)
    assert len(days) == len(set(days)) == (bill.last_day - bill.first_day).days + 1


def test_three_days_of_a_hundred() -> None:
    assert [str(item.effective_cost) for item in upload(charge("2025-01-31", "2025-02-02", "100")).items] == [
        "0",
        "33.333333333333",
        "33.333333333333",
        "33.333333333334",
    ]


def test_the_rows_of_a_spread_charge() -> None:
    billed, *days = upload(charge("2025-01-31", "2025-02-02")).items
    assert (billed.basis, billed.billed_cost, billed.effective_cost) == (Basis.BILLED, 50, 0)
    assert (billed.charge_period_start, billed.charge_period_end) == (
        midnight("2025-01-31"),
        midnight("2025-02-03"),
    )
    assert {(day.basis, day.billed_cost) for day in days} == {(Basis.EFFECTIVE, Decimal(0))}
    assert [day.charge_period_start.date() for day in days] == [day.accrued_on for day in days]
    assert {day.charge_period_end - day.charge_period_start for day in days} == {dt.timedelta(days=1)}
    # The bill's own month, its row and the uploaded category stay with each day.
    assert {
        (item.billing_period_start, item.source_row, item.charge_type, item.charge_category)
        for item in (billed, *days)
    } == {(midnight("2025-01-01"), 1, "Fee", "Purchase")}


@pytest.mark.parametrize("view", [Basis.BILLED, Basis.EFFECTIVE])
def test_what_is_not_spread_is_met_once_in_each_view_on_the_first_day(view: Basis) -> None:
    text = (
        "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,"
        "ConsumedQuantity,ConsumedUnit,ListCost,ChargeDescription,x_Note\n"
        "Usage,2025-01-01,2025-01-04,40,Storage,7,GB,80,kept cold,a note\n"
    )
    items = seen(upload(text).items, view)
    assert [(item.usage_amount, item.usage_unit, item.list_cost, dict(item.extra)) for item in items] == [
        (7, "GB", 80, {"x_Note": "a note"}),
        *[(None, None, None, {})] * (len(items) - 1),
    ]
    assert {item.charge_description for item in items} == {"kept cold"}


def test_a_charge_of_centuries_is_refused_by_its_row() -> None:
    assert problems(charge("1900-01-01", "2100-01-01")) == [
        "Row 1: ChargePeriodEnd must be within 36,600 days of ChargePeriodStart"
    ]
    assert len(upload(charge("1950-01-01", "2050-03-16")).items) == 36_601


def test_a_file_that_spreads_into_too_many_rows_is_refused() -> None:
    few = UploadLimits(max_line_items=11)
    assert total(upload(charge("2025-01-01", "2025-01-10"), limits=few).items) == 50
    (told,) = problems(charge("2025-01-01", "2025-01-11"), limits=few)
    assert "make 12 line items; at most 11 are taken. Split the file" in told
