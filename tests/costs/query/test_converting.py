"""Conversion in the stream: figures of any size, in two columns where one has not room enough."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin
from eyrie.costs.ledger.rates import Rate, Rates
from eyrie.costs.query.ask import AggregateBy, Order
from eyrie.costs.query.currency import Conversion, Labelled, RateDay
from eyrie.engine.plan import OneOf
from tests.bills.plain_rates import EXACT
from tests.costs.query.bills import Books, item

FIRST = dt.date(2025, 1, 1)
CODES = ("USD", "EUR", "GBP")
amounts = st.one_of(
    st.integers(-(10**36), 10**36).map(lambda units: Decimal(units).scaleb(-18)),
    st.integers(-(10**8), 10**8).map(lambda cents: Decimal(cents).scaleb(-2)),
    st.just(Decimal(0)),
)
lines = st.builds(
    lambda day, cost, currency, service: item(
        FIRST + dt.timedelta(days=day), cost, billing_currency=currency, service=service
    ),
    st.integers(0, 40),
    amounts,
    st.sampled_from(CODES),
    st.sampled_from("ab"),
)
worths = st.integers(1, 10**13).map(lambda units: Decimal(units).scaleb(-10))


@st.composite
def tables_of_rates(draw):
    """Rates of the dollar in euros and pounds, some days apart; by way of it they have twenty decimals."""
    return Rates.of(
        Rate("USD", other, FIRST + dt.timedelta(days=day), draw(worths))
        for other in ("EUR", "GBP")
        for day in draw(st.sets(st.integers(-5, 45), min_size=1, max_size=8))
    )


def plainly(items, conversion, bins):
    """What items come to by bin and service, each converted by itself."""
    found = {}
    for each in items:
        rate = conversion.rate(each.billing_currency, each.accrued_on)
        month = each.accrued_on.replace(day=1) if bins is Bin.MONTH else each.accrued_on
        key = month, each.service
        found[key] = EXACT.add(found.get(key, Decimal(0)), EXACT.multiply(each.effective_cost, rate))
    return {key: amount for key, amount in found.items() if amount}


@settings(max_examples=40)
@given(
    items=st.lists(lines, min_size=1, max_size=12),
    rates=tables_of_rates(),
    into=st.sampled_from(CODES),
    rate_day=st.sampled_from(RateDay),
    bins=st.sampled_from((Bin.DAY, Bin.MONTH)),
)
def test_every_amount_is_exact_and_in_its_place(engine, home, items, rates, into, rate_day, bins):
    """Amounts of twenty digits with eighteen decimals, times rates of twenty."""
    conversion = Conversion(into, rate_day, rates)
    asked = {"bin": bins, "currency": conversion, "order": Order.ASCENDING}
    answer = Books(engine, home).add(items).answer("2025-01-01", "2025-03-31", "service", **asked)
    expected = plainly(items, conversion, bins)
    in_order = sorted(expected, key=lambda key: (key[0], -expected[key], key[1]))
    rows = [(row.accrued_at, row.groups[0], row.amount) for row in answer.page(0, 100)]
    assert rows == [(*key, expected[key]) for key in in_order]
    texts = answer.texts(("amount", "service"), 0, 100)
    assert [Decimal(amount) for amount, _ in texts] == [amount for *_, amount in rows]
    assert all(amount.lstrip("-")[0].isdigit() for amount, _ in texts)
    total = Decimal(0)
    for amount in expected.values():
        total = EXACT.add(total, amount)
    assert (answer.total_cost, answer.currency) == (total, into)


def rated(rates, **more):
    """A conversion into dollars; rates are written as `EUR 2025-01-01 1.1`."""
    read = (text.split() for text in rates)
    known = Rates.of(Rate(code, "USD", dt.date.fromisoformat(day), Decimal(rate)) for code, day, rate in read)
    return Conversion(**{"currency": "USD", "rate_day": RateDay.DAILY_RATE, "rates": known, **more})


def test_what_cancels_out_once_it_is_converted_is_left_out_and_not_counted(books):
    books.add(
        [
            item(FIRST, 11, service="a"),
            item(FIRST, -10, service="a", billing_currency="EUR"),
            item(FIRST, 5, service="b"),
        ]
    )
    asked = {"currency": rated(["EUR 2025-01-01 1.1"]), "settings": {"aggregate_by": AggregateBy.COUNT}}
    answer = books.answer("2025-01-01", "2025-01-01", "service", **asked)
    assert [row.groups for row in answer.page(0, 10)] == [("b",)]
    assert (answer.total_cost, answer.total_count) == (5, 1)


def test_usage_is_never_converted(books):
    books.add(
        [dataclasses.replace(item(FIRST, 3, billing_currency="EUR"), usage_amount=Decimal(7), usage_unit="h")]
    )
    asked = {"currency": rated(["EUR 2025-01-01 2"]), "settings": {"aggregate_by": AggregateBy.USAGE}}
    for bins in (Bin.DAY, Bin.MONTH):
        answer = books.answer("2025-01-01", "2025-01-01", "service", bin=bins, **asked)
        (row,) = answer.page(0, 10)
        assert (row.amount, row.usage.amount, answer.total_usage[0].amount) == (6, 7, 7)


def test_a_rate_is_missed_only_for_rows_that_are_asked_about(books):
    books.add(
        [item(FIRST, 5), item(FIRST, 3, billing_currency="EUR"), item(FIRST, 2, billing_currency="GBP")]
    )
    conversion = rated(["EUR 2024-01-01 1.5"])
    with pytest.raises(Malformed, match="no exchange rate for GBP to USD: "):
        books.answer("2025-01-01", "2025-01-01", currency=conversion)
    without = OneOf("billing_currency", ("EUR", "USD"))
    assert books.answer(
        "2025-01-01", "2025-01-01", currency=conversion, filter=without
    ).total_cost == Decimal("9.5")
    nowhere = OneOf("service", ("none",))
    for bins in (Bin.DAY, Bin.MONTH):
        asked = {"bin": bins, "currency": rated([]), "filter": nowhere}
        assert len(books.answer("2025-01-01", "2025-01-01", **asked)) == 0
    none = books.answer("2024-01-01", "2024-01-31", currency=conversion)
    assert (none.total_cost, none.currency, len(none)) == (0, "USD", 0)


def test_under_a_label_currencies_are_added_up_as_they_are(books):
    books.add([item(FIRST, 5), item(FIRST, 3, billing_currency="EUR")])
    answer = books.answer("2025-01-01", "2025-01-01", currency=Labelled("GBP"))
    assert (answer.total_cost, answer.currency) == (8, "GBP")


def test_rates_are_equal_by_what_they_say():
    one, same = (rated([f"EUR 2025-01-01 {rate}", "EUR 2025-01-02 1"]) for rate in ("1.1", "1.10"))
    assert one == same
    assert hash(one) == hash(same)
    assert one != rated(["EUR 2025-01-01 1.1", "EUR 2025-01-02 1.2"])
