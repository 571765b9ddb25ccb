"""Laws of conversion: every answer is that of plain Python with 76 digits, however it is cut."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bills.plain_rates import Known, as_csv, rate_into
from tests.bills.slow_reading import Upload
from tests.bills.strategies import FIRST_DAY, bills
from tests.laws.asking import EVERYTHING, Place, Question, as_line, questions, total

CURRENCIES = ("USD", "EUR", "GBP")
RATE_DAYS = ("daily_rate", "end_of_billing_period_rate")
few = settings(max_examples=12)
three_bills = st.tuples(*(bills(4, currency=currency) for currency in CURRENCIES))
ways = st.tuples(st.sampled_from(CURRENCIES), st.sampled_from(RATE_DAYS))


@pytest.fixture(scope="module")
def rates(world):
    """Forty rates on forty days of a hundred: what 1 USD is in EUR, and in GBP. The others must be found."""
    made_up = random.Random(40)
    days = [FIRST_DAY + dt.timedelta(days=day) for day in made_up.sample(range(-10, 90), 40)]
    known = [
        Known("USD", other, Decimal(made_up.randrange(7 * 10**9, 10**10)).scaleb(-10), day)
        for other, day in zip(("EUR", "GBP") * 20, days, strict=True)
    ]
    send(world, known)
    return known


def send(world, rates):
    """Upload rates."""
    answer = world.owner.post("/v2/exchange_rates/csv", files={"csv": ("r.csv", as_csv(rates).encode())})
    assert (answer.status_code, answer.json()) == (201, {})


def filled(world, of_each, **sees):
    """A place with a bill in each currency."""
    place = Place(world, **sees)
    uploads = []
    for bill in of_each:
        integration = place.integration()
        place.upload(integration, bill)
        uploads.append(Upload(bill.text, integration))
    return place, uploads


def assert_same(place, question, uploads, currency, rate, limit=5000):
    """All pages together are the answer of plain Python, and what holds for all of them stands on each."""
    today = place.world.now.date()
    expected = question.slowly(uploads, today, workspace_currency=currency, rate=rate)
    pages = place.ask(question, limit=limit)
    assert [row for page in pages for row in page["costs"]] == expected["costs"]
    for page in pages:
        assert {key: page[key] for key in page if key not in ("links", "costs")} == {
            key: expected[key] for key in expected if key != "costs"
        }


@few
@given(
    of_each=three_bills,
    way=ways,
    asked=st.lists(questions(), min_size=3, max_size=3),
    limit=st.sampled_from((7, 5000)),
)
def test_an_answer_is_that_of_plain_python_which_converts_every_row(world, rates, of_each, way, asked, limit):
    currency, rate_day = way
    place, uploads = filled(world, of_each, currency=currency, exchange_rate_date=rate_day)
    rate = rate_into(currency, rates, monthly=rate_day != "daily_rate")
    for question in asked:
        assert_same(place, question, uploads, currency, rate, limit)


@few
@given(of_each=three_bills, way=ways)
def test_21_groups_bins_and_currencies_add_up_to_the_converted_total(world, rates, of_each, way):
    currency, rate_day = way
    place, uploads = filled(world, of_each, currency=currency, exchange_rate_date=rate_day)
    whole = place.exact_total(Question(settings=EVERYTHING))
    for names in (("service",), ("tag:team", "region"), ("resource_id", "charge_type")):
        assert place.exact_total(Question(groupings=as_line(names), settings=EVERYTHING)) == whole
    for width in ("week", "month", "quarter"):
        assert place.exact_total(Question(date_bin=width, settings=EVERYTHING)) == whole
    each = [place.rows(Question(settings=EVERYTHING), upload.integration) for upload in uploads]
    assert total([row for rows in each for row in rows]) == whole


@few
@given(bill=bills(6, currency="EUR"), way=ways, asked=st.lists(questions(), min_size=3, max_size=3))
def test_a_bill_that_is_in_one_currency_whole(world, rates, bill, way, asked):
    currency, rate_day = way
    place, uploads = filled(world, [bill], currency=currency, exchange_rate_date=rate_day)
    rate = rate_into(currency, rates, monthly=rate_day != "daily_rate")
    for question in asked:
        assert_same(place, question, uploads, currency, rate)


@few
@given(bill=bills(6, currency="EUR"), question=questions())
def test_21_the_currency_of_the_bill_is_the_identity(world, rates, bill, question):
    place, (upload,) = filled(world, [bill], currency="EUR")
    expected = question.slowly([upload], world.now.date(), workspace_currency="EUR")
    assert [row for page in place.ask(question) for row in page["costs"]] == expected["costs"]


@few
@given(of_each=three_bills, question=questions())
def test_21_without_conversion_no_rate_changes_anything(world, rates, of_each, question):
    place, uploads = filled(world, of_each, currency="GBP", enable_currency_conversion=False)
    unconverted = question.slowly(
        uploads, world.now.date(), workspace_currency="GBP", rate=lambda _currency, _day: Decimal(1)
    )
    before = place.rows(question)
    assert before == unconverted["costs"]
    send(world, [Known(each.base, each.other, each.rate + 1, each.day) for each in rates])
    assert place.rows(question) == before
    send(world, rates)
