"""What holds for every uploaded bill."""

import csv
import datetime as dt
import io
from collections import defaultdict
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import UserFault
from eyrie.basics.money import plain, shown_total
from eyrie.basics.words import AdjustmentClass, Basis
from eyrie.costs.ledger.line_items import LineItem
from eyrie.costs.sources.custom.bill import CustomBill, read_upload
from eyrie.costs.sources.custom.check import LISTED
from tests.bills.slow_reading import Upload, slow_costs
from tests.bills.strategies import RandomBill, as_csv, bills
from tests.costs.sources.uploads import INTEGRATION, LIMITS, seen, total

FAR = dt.date(2100, 1, 1)
few = settings(deadline=None, max_examples=50)


def read(bill: RandomBill) -> CustomBill:
    return read_upload(bill.content, INTEGRATION, False, LIMITS)


@few
@given(bills())
def test_both_views_add_up_to_the_amount_of_the_file(bill: RandomBill) -> None:
    found = read(bill)
    billed, effective = seen(found.items, Basis.BILLED), seen(found.items, Basis.EFFECTIVE)
    assert sum((item.billed_cost for item in billed), Decimal(0)) == found.amount
    assert total(effective) == found.amount
    usage = [sum((item.usage_amount or 0 for item in view), Decimal(0)) for view in (billed, effective)]
    assert usage[0] == usage[1]


@few
@given(bills())
def test_the_amortised_rows_cover_the_days_of_the_file_each_once(bill: RandomBill) -> None:
    found = read(bill)
    days = [(item.source_row, item.accrued_on) for item in seen(found.items, Basis.EFFECTIVE)]
    assert len(days) == len(set(days))
    assert {row for row, _ in days} == set(range(1, len(bill.rows) + 1))
    assert (min(day for _, day in days), max(day for _, day in days)) == (found.first_day, found.last_day)


@few
@given(bills(), st.booleans(), st.booleans(), st.booleans())
def test_days_and_services_agree_with_the_slow_reading(
    bill: RandomBill, amortize: bool, credits_too: bool, tax_too: bool
) -> None:
    answer = slow_costs(
        [Upload(bill.text, INTEGRATION)],
        start_date=dt.date(2024, 1, 1),
        end_date=FAR,
        today=FAR,
        groupings="service,account_id,tag:team",
        settings={"amortize": amortize, "include_credits": credits_too, "include_tax": tax_too},
    )
    left_out = {AdjustmentClass.REFUND}
    left_out |= set() if credits_too else {AdjustmentClass.CREDIT}
    left_out |= set() if tax_too else {AdjustmentClass.TAX}
    view = seen(read(bill).items, Basis.EFFECTIVE if amortize else Basis.BILLED)
    kept = [item for item in view if item.adjustment_class not in left_out]
    sums, usage = defaultdict(Decimal), defaultdict(Decimal)
    for item in kept:
        key = (f"{item.accrued_on}", item.service, item.account_id, item.tags.get("team"))
        sums[key] += cost(item, amortize)
        usage[key] += item.usage_amount or 0
    expected = {
        (row["accrued_at"], row["service"], row["account_id"], row["tag"]): row["amount"]
        for row in answer["costs"]
    }
    assert {key: plain(amount) for key, amount in sums.items() if amount or usage[key]} == expected
    assert shown_total(sum(sums.values(), Decimal(0))) == answer["total_cost"]["amount"]


def cost(item: LineItem, amortize: bool) -> Decimal:
    return item.effective_cost if amortize else item.billed_cost


@few
@given(bills())
def test_usage_by_unit_agrees_with_the_slow_reading(bill: RandomBill) -> None:
    answer = slow_costs(
        [Upload(bill.text, INTEGRATION)],
        start_date=dt.date(2024, 1, 1),
        end_date=FAR,
        today=FAR,
        settings={"aggregate_by": "usage"},
    )
    usage = defaultdict(Decimal)
    for item in seen(read(bill).items, Basis.EFFECTIVE):
        if item.usage_amount is not None:
            usage[item.usage_unit] += item.usage_amount
    assert [{"amount": shown_total(usage[unit]), "unit": unit} for unit in sorted(usage)] == answer[
        "total_usage"
    ]


@few
@given(bills(), st.booleans())
def test_a_good_file_is_the_same_with_and_without_transforming(
    bill: RandomBill, auto_transform: bool
) -> None:
    assert read_upload(bill.content, INTEGRATION, auto_transform, LIMITS) == read(bill)


def read_or_refuse(content: bytes, auto_transform: bool) -> None:
    """Read a file of any content; a user's fault with words is fine, anything else is raised on."""
    with suppress(UserFault):
        read_upload(content, INTEGRATION, auto_transform, LIMITS)


@few
@given(bills(max_rows=4), st.binary(max_size=300), st.integers(0, 10**6), st.booleans())
def test_nothing_but_a_users_fault_is_raised(
    bill: RandomBill, noise: bytes, place: int, auto_transform: bool
) -> None:
    place %= len(bill.content)
    for content in (noise, bill.content[:place] + noise + bill.content[place:], bill.content[:place]):
        read_or_refuse(content, auto_transform)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ("Usage", "2025-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "1e-400", "1e400", "NULL")
    ),
    st.sampled_from(('{"a": 1e999}', "{}", "[[", '{"a": "\\udc00"}', "-0", "(0)", "01/31/2025", "USD")),
)
HEADERS = st.lists(
    st.sampled_from((*LISTED, "date", "cost", "month", "labels", "tag:x", "")), min_size=1, max_size=9
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=10), max_size=4)


@few
@given(HEADERS, ROWS, st.booleans())
def test_nor_by_odd_cells_below_known_headers(
    header: list[str], rows: list[list[str]], auto_transform: bool
) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([header, *rows])
    read_or_refuse(file.getvalue().encode("utf-8", "replace"), auto_transform)


@few
@given(st.fixed_dictionaries(dict.fromkeys(LISTED, CELLS)), st.booleans())
def test_nor_by_odd_cells_in_every_column(row: dict[str, str], auto_transform: bool) -> None:
    read_or_refuse(as_csv(LISTED, [row]).encode("utf-8", "replace"), auto_transform)
