"""What an ask gives, on bills small enough to add up by hand."""

import dataclasses
import datetime as dt

import pytest

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin
from eyrie.costs.query.ask import AggregateBy, Order
from eyrie.engine.plan import Like, Missing, Not, OneOf, tag_is
from tests.costs.query.bills import bill, item, shown, table

# One upload: usage 100, discount -10, tax 8, credit -5, and a fee of 50 that covers ten days.
SEATS_AND_SUPPORT = """
day         service  charge_type  adjustment_class  basis      cost
2025-01-01  Seats    Usage        none              both       100
2025-01-01  Seats    Discount     discount          both       -10
2025-01-02  Seats    Tax          tax               both       8
2025-01-02  Seats    Credit       credit            both       -5
2025-01-01  Support  Fee          none              billed     50
2025-01-01  Support  Fee          none              effective  5
2025-01-02  Support  Fee          none              effective  5
2025-01-03  Support  Fee          none              effective  5
2025-01-04  Support  Fee          none              effective  5
2025-01-05  Support  Fee          none              effective  5
2025-01-06  Support  Fee          none              effective  5
2025-01-07  Support  Fee          none              effective  5
2025-01-08  Support  Fee          none              effective  5
2025-01-09  Support  Fee          none              effective  5
2025-01-10  Support  Fee          none              effective  5
"""


def test_a_month_by_service_and_day_spreads_the_fee_and_leaves_the_credit_out(books):
    books.add(SEATS_AND_SUPPORT)
    answer = books.answer("2025-01-01", "2025-01-31", "service", order=Order.ASCENDING)
    assert shown(answer) == table("""
        2025-01-01 Seats   90.0
        2025-01-01 Support 5.0
        2025-01-02 Seats   8.0
        2025-01-02 Support 5.0
        2025-01-03 Support 5.0
        2025-01-04 Support 5.0
        2025-01-05 Support 5.0
        2025-01-06 Support 5.0
        2025-01-07 Support 5.0
        2025-01-08 Support 5.0
        2025-01-09 Support 5.0
        2025-01-10 Support 5.0
    """)
    assert (answer.total_cost, answer.currency, answer.version) == (148, "USD", 7)
    assert answer.counts is answer.total_count is answer.total_usage is None


def test_without_amortization_the_fee_stands_on_the_day_it_was_billed(books):
    books.add(SEATS_AND_SUPPORT)
    assert books.table("2025-01-01", "2025-01-31", "service", settings={"amortize": False}) == table("""
        2025-01-02 Seats   8.0
        2025-01-01 Seats   90.0
        2025-01-01 Support 50.0
    """)


@pytest.mark.parametrize(
    ("setting", "total"),
    [({"include_credits": True}, 143), ({"include_discounts": False}, 158), ({"include_tax": False}, 140)],
)
def test_each_setting_switches_its_class(books, setting, total):
    books.add(SEATS_AND_SUPPORT)
    assert books.answer("2025-01-01", "2025-01-31", settings=setting).total_cost == total


def test_refunds_are_out_until_they_are_asked_for(books):
    books.add("""
        day         adjustment_class  cost
        2025-01-01  none              10
        2025-01-01  refund            -4
    """)
    assert books.answer("2025-01-01", "2025-01-01").total_cost == 10
    assert books.answer("2025-01-01", "2025-01-01", settings={"include_refunds": True}).total_cost == 6


def test_pages_are_slices_of_one_order(books):
    books.add(SEATS_AND_SUPPORT)
    answer = books.answer("2025-01-01", "2025-01-02", "service,charge_type")
    assert answer.total_cost == 108
    pages = [answer.page(start, start + 2) for start in (0, 2, 4, 6)]
    assert [[(row.amount, *row.groups) for row in page] for page in pages] == [
        [(8, "Seats", "Tax"), (5, "Support", "Fee")],
        [(100, "Seats", "Usage"), (5, "Support", "Fee")],
        [(-10, "Seats", "Discount")],
        [],
    ]
    assert len(answer) == 5


def test_amortised_rows_after_today_are_not_actual_yet(books):
    books.add(SEATS_AND_SUPPORT)
    on_the_third = books.answer("2025-01-01", "2025-01-31", today=dt.date(2025, 1, 3))
    assert on_the_third.total_cost == 90 + 8 + 3 * 5
    billed = books.answer(
        "2025-01-01", "2025-01-31", today=dt.date(2024, 12, 1), settings={"amortize": False}
    )
    assert billed.total_cost == 148


def test_a_period_holds_its_first_and_last_day_and_no_other(books):
    books.add("""
        day         cost
        2025-01-01  1
        2025-01-02  2
        2025-01-03  4
        2025-01-04  8
    """)
    assert books.answer("2025-01-02", "2025-01-03").total_cost == 6
    assert books.answer("2025-01-01", "2025-01-03").total_cost == 7
    assert books.answer("2025-01-02", "2025-01-04").total_cost == 14


def test_month_bins_start_before_the_period_but_hold_only_its_days(books):
    days = (dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(60))
    books.add([item(day, 1) for day in days])
    assert books.table("2025-01-15", "2025-02-03", bin=Bin.MONTH, order=Order.ASCENDING) == table("""
        2025-01-01 17.0
        2025-02-01 3.0
    """)


def test_weeks_start_on_monday_and_quarters_with_their_first_month(books):
    books.add("""
        day         cost
        2025-03-30  1
        2025-03-31  2
        2025-04-06  4
        2025-04-07  8
    """)
    assert books.table("2025-03-01", "2025-04-30", bin=Bin.WEEK, order=Order.ASCENDING) == table("""
        2025-03-24 1.0
        2025-03-31 6.0
        2025-04-07 8.0
    """)
    assert books.table("2025-03-01", "2025-04-30", bin=Bin.QUARTER) == table("""
        2025-04-01 12.0
        2025-01-01 3.0
    """)


def test_hour_bins_show_hours_where_the_source_tells_them(books):
    books.add("""
        day                  granularity  cost
        2025-01-01T10:05:00  hour         1
        2025-01-01T10:55:00  hour         2
        2025-01-01T17:00:00  day          4
    """)
    assert books.table("2025-01-01", "2025-01-14", bin=Bin.HOUR) == table("""
        2025-01-01T10:00 3.0
        2025-01-01T00:00 4.0
    """)
    with pytest.raises(Malformed, match="at most 14 days"):
        books.answer("2025-01-01", "2025-01-15", bin=Bin.HOUR)


def test_counting_counts_groups_with_a_cost(books):
    books.add("""
        day         service  usage_amount  cost
        2025-01-01  A        1             3
        2025-01-01  B        1             4
        2025-01-01  C        1             0
        2025-01-02  A        1             5
    """)
    answer = books.answer("2025-01-01", "2025-01-05", "service", settings={"aggregate_by": AggregateBy.COUNT})
    assert [(str(each.accrued_at), each.count) for each in answer.counts] == [
        ("2025-01-02", 1),
        ("2025-01-01", 2),
    ]
    assert answer.total_count == 3
    assert len(answer) == 4, "the group with usage only is a row, but not counted"


def test_usage_splits_rows_by_unit_and_orders_by_quantity(books):
    books.add("""
        day         service  usage_amount  usage_unit  cost
        2025-01-01  A        2             Hours       10
        2025-01-01  A        7             GB          1
        2025-01-01  B        3             Hours       1
        2025-01-01  B        -             -           5
        2025-01-01  B        -             Hours       6
    """)
    answer = books.answer("2025-01-01", "2025-01-01", "service", settings={"aggregate_by": AggregateBy.USAGE})
    assert shown(answer) == table("""
        2025-01-01 A 1.0  7.0 GB
        2025-01-01 B 1.0  3.0 Hours
        2025-01-01 A 10.0 2.0 Hours
        2025-01-01 B 11.0
    """)
    assert [(each.unit, each.amount) for each in answer.total_usage] == [("GB", 7), ("Hours", 5)]
    assert answer.total_cost == 23


def test_groups_without_cost_and_usage_are_left_out(books):
    books.add("""
        day         service  usage_amount  cost
        2025-01-01  Nothing  -             0
        2025-01-01  Free     5             0
        2025-01-01  Even     -             7
        2025-01-01  Even     -             -7
    """)
    assert books.table("2025-01-01", "2025-01-01", "service") == "2025-01-01 Free 0.0"


def test_inside_a_bin_the_largest_comes_first_then_the_names_and_the_unknown_last(books):
    books.add("""
        day         region  cost
        2025-01-01  -       2
        2025-01-01  b       2
        2025-01-01  a       2
        2025-01-01  c       9
        2025-01-01  d       -1
    """)
    assert books.table("2025-01-01", "2025-01-01", "region") == table("""
        2025-01-01 c 9.0
        2025-01-01 a 2.0
        2025-01-01 b 2.0
        2025-01-01 - 2.0
        2025-01-01 d -1.0
    """)


def test_tags_group_by_value_and_rows_without_the_key_share_one_group(books):
    books.add("""
        day         tags                 cost
        2025-01-01  team=core,env=prod   1
        2025-01-01  env=prod,team=core   2
        2025-01-01  team=core            4
        2025-01-01  env=dev              8
        2025-01-01  -                    16
    """)
    assert books.table("2025-01-01", "2025-01-01", "tag:team,tag:env") == table("""
        2025-01-01 -    -    16.0
        2025-01-01 -    dev  8.0
        2025-01-01 core -    4.0
        2025-01-01 core prod 3.0
    """)
    assert books.table("2025-01-01", "2025-01-01", "tagged") == table("""
        2025-01-01 False 16.0
        2025-01-01 True  15.0
    """)
    assert books.answer("2025-01-01", "2025-01-01", filter=tag_is("team", "core")).total_cost == 7
    assert books.answer("2025-01-01", "2025-01-01", filter=tag_is("team", "else")).total_cost == 0


def test_tags_shared_by_two_parts_count_once(books):
    for service in ("A", "B"):
        books.add([item(dt.date(2025, 1, 1), 5, service=service, tags={"team": "core"})])
    assert books.table("2025-01-01", "2025-01-01", "tag:team") == "2025-01-01 core 10.0"


def test_a_tag_that_nobody_has_is_one_empty_group(books):
    books.add([item(dt.date(2025, 1, 1), 5)])
    assert books.table("2025-01-01", "2025-01-01", "tag:team") == "2025-01-01 - 5.0"
    assert books.answer("2025-01-01", "2025-01-01", filter=tag_is("team")).total_cost == 0


def test_not_keeps_rows_that_lack_the_field(books):
    books.add("""
        day         region  cost
        2025-01-01  eu      1
        2025-01-01  us      2
        2025-01-01  -       4
    """)
    for outside in (Not(OneOf("region", ("eu",))), Not(Like("region", "e%"))):
        assert books.answer("2025-01-01", "2025-01-01", filter=outside).total_cost == 6
    assert books.answer("2025-01-01", "2025-01-01", filter=Not(Missing("region"))).total_cost == 3


def test_custom_providers_read_alike_but_stay_apart(books):
    line = item(dt.date(2025, 1, 1), 5)
    books.add([line], integration="accss_crdntl_b").add([line], integration="accss_crdntl_a")
    books.add(bill("day provider cost\n2025-01-01 aws 7"), integration="accss_crdntl_c")
    books.add(bill("day provider cost\n2025-01-01 aws 1"), integration="accss_crdntl_d")
    assert books.table("2025-01-01", "2025-01-01", "provider") == table("""
        2025-01-01 aws - 8.0
        2025-01-01 custom_provider accss_crdntl_a 5.0
        2025-01-01 custom_provider accss_crdntl_b 5.0
    """)


def test_a_resource_brings_its_name_and_is_never_split_by_it(books):
    books.add("""
        day         resource_id  resource_name  cost
        2025-01-01  i-1          old            1
        2025-01-01  i-1          web            2
        2025-01-01  i-1          -              4
        2025-01-01  i-2          -              8
    """)
    assert books.table("2025-01-01", "2025-01-01", "resource_id") == table("""
        2025-01-01 i-2 - 8.0
        2025-01-01 i-1 web 7.0
    """)


def test_kubernetes_waits_until_it_is_named(books):
    books.add("day provider cost\n2025-01-01 aws 10\n2025-01-01 kubernetes 3")
    books.add("day provider cost\n2025-01-01 opencost 4", integration="accss_crdntl_k")
    assert books.answer("2025-01-01", "2025-01-01").total_cost == 10
    named = books.answer(
        "2025-01-01",
        "2025-01-01",
        filter=OneOf("provider", ("kubernetes",)),
        providers_named=frozenset({"kubernetes"}),
    )
    assert named.total_cost == 3


def test_two_currencies_do_not_add_up_but_each_does_alone(books):
    books.add([item(dt.date(2025, 1, 1), 5), item(dt.date(2025, 1, 1), 3, billing_currency="EUR")])
    with pytest.raises(Malformed, match="EUR, USD"):
        books.answer("2025-01-01", "2025-01-01")
    euros = books.answer("2025-01-01", "2025-01-01", filter=OneOf("billing_currency", ("EUR",)))
    assert (euros.total_cost, euros.currency) == (3, "EUR")


def test_currencies_mix_even_where_one_of_them_adds_up_to_nothing(books):
    books.add(
        [
            item(dt.date(2025, 1, 1), 5),
            *(item(dt.date(2025, 1, 2), c, billing_currency="EUR") for c in (3, -3)),
        ]
    )
    with pytest.raises(Malformed, match="EUR, USD"):
        books.answer("2025-01-01", "2025-01-02", groupings="")
    euros = books.answer("2025-01-02", "2025-01-02", groupings="")
    assert (len(euros), euros.total_cost, euros.currency) == (0, 0, "EUR")


def test_a_currency_of_hidden_rows_does_not_mix(books):
    day = dt.date(2025, 1, 1)
    credit = dataclasses.replace(
        bill("day adjustment_class cost\n2025-01-01 credit -1")[0], billing_currency="EUR"
    )
    answer = books.add([item(day, 5), credit]).answer("2025-01-01", "2025-01-01")
    assert (answer.total_cost, answer.currency) == (5, "USD")


@pytest.mark.parametrize("aggregate_by", AggregateBy)
def test_nothing_is_an_answer_too(books, aggregate_by):
    books.add([item(dt.date(2025, 1, 1), 5)])
    empty = books.answer("2024-01-01", "2024-01-31", settings={"aggregate_by": aggregate_by})
    assert (len(empty), empty.page(0, 10), empty.total_cost, empty.currency) == (0, (), 0, None)
    assert empty.total_usage == (() if aggregate_by is AggregateBy.USAGE else None)
    assert empty.total_count == (0 if aggregate_by is AggregateBy.COUNT else None)


def test_eighteen_decimals_arrive_and_sums_beyond_a_double_stay_exact(books):
    books.add("""
        day         cost
        2025-01-01  0.000000000000000001
        2025-01-01  12345678901234567890.000000000000000001
        2025-01-01  0.1
    """)
    answer = books.answer("2025-01-01", "2025-01-01")
    assert str(answer.total_cost) == "12345678901234567890.100000000000000002"


def test_deleted_members_of_a_compacted_part_are_gone_from_every_figure(books):
    books.add([item(dt.date(2025, 1, 1), 5)]).add([item(dt.date(2025, 1, 1), 3)])
    books.masked[books.parts[0].token] = frozenset({0, 9})
    assert books.answer("2025-01-01", "2025-01-01").total_cost == 3
