"""Prompts: what each word stands for, and that words which stand for nothing are named."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyrie.answers.prompts.names import gathered
from eyrie.answers.prompts.read import read_prompt
from eyrie.basics.period import Bin
from eyrie.costs.query.ask import AggregateBy
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS

TODAY = dt.date(2025, 8, 15)  # a Friday
CRM = "custom_provider:accss_crdntl_1"
NAMES = gathered(
    [("Our CRM", CRM)],
    [
        ("aws", "Amazon S3"),
        ("aws", "Amazon EC2"),
        ("gcp", "Compute Engine"),
        (CRM, "Seats"),
        (CRM, "Total"),
        (CRM, "It's 'quoted'"),
    ],
)


def read(prompt):
    return read_prompt(prompt, TODAY, NAMES)


def period(prompt):
    found = read(prompt).period
    return f"{found.start} {found.last}" if found else None


@pytest.mark.parametrize(
    ("prompt", "measure"),
    [
        ("cost by service", "cost"),
        ("what did we spend", "cost"),
        ("usage by service", "usage"),
        ("cost and usage", "usage"),
        ("how many services", "count"),
        ("number of accounts by cost", "count"),
        ("services", "cost"),
    ],
)
def test_what_is_asked(prompt, measure):
    assert read(prompt).measure is AggregateBy(measure)


@pytest.mark.parametrize(
    ("prompt", "width"),
    [
        ("daily cost", Bin.DAY),
        ("cost per week", Bin.WEEK),
        ("monthly cost by month", Bin.MONTH),
        ("cost each quarter", Bin.QUARTER),
        ("cost", None),
    ],
)
def test_bins(prompt, width):
    assert read(prompt).bin is width
    assert not read(prompt).unknown


def test_two_bins_at_once_are_one_too_many():
    found = read("daily cost per month")
    assert (found.bin, found.unknown) == (Bin.DAY, ["month"])


@pytest.mark.parametrize(
    ("prompt", "groupings"),
    [
        ("cost by provider, service and region", ["provider", "service", "region"]),
        ("services per account", ["service", "account_id"]),
        ("cost by service,region,tag:a", ["service", "region", "tag:a"]),
        ('cost by tag:"cost,center"', ["tag:cost,center"]),
        ("cost by billing account and charge type", ["billing_account_id", "charge_type"]),
        ("cost by tag:Team", ["tag:Team"]),
        ('cost by tag:"cost center", then nothing', ["tag:cost center"]),
        ("resources by resource", ["resource_id"]),
    ],
)
def test_dimensions(prompt, groupings):
    assert read(prompt).groupings == groupings


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("cost today", "2025-08-15 2025-08-15"),
        ("cost yesterday", "2025-08-14 2025-08-14"),
        ("cost this month", "2025-08-01 2025-08-15"),
        ("cost this quarter", "2025-07-01 2025-08-15"),
        ("cost this year", "2025-01-01 2025-08-15"),
        ("cost year to date", "2025-01-01 2025-08-15"),
        ("cost last month", "2025-07-01 2025-07-31"),
        ("cost last 3 months", "2025-05-01 2025-08-15"),
        ("cost of the past seven days", "2025-08-08 2025-08-14"),
        ("cost last week", "2025-08-04 2025-08-10"),
        ("cost last 2 weeks", "2025-07-28 2025-08-10"),
        ("cost last quarter", "2025-04-01 2025-06-30"),
        ("cost last year", "2024-01-01 2024-12-31"),
        ("cost in January", "2025-01-01 2025-01-31"),
        ("cost in Sep", "2024-09-01 2024-09-30"),  # the last one that there was
        ("cost in February 2024", "2024-02-01 2024-02-29"),
        ("cost in Q2", "2025-04-01 2025-06-30"),
        ("cost in Q4", "2024-10-01 2024-12-31"),
        ("cost in 2024", "2024-01-01 2024-12-31"),
        ("cost in 2025-02", "2025-02-01 2025-02-28"),
        ("cost on 2025-02-03", "2025-02-03 2025-02-03"),
        ("cost since 2025-08-01", "2025-08-01 2025-08-15"),
        ("cost since May", "2025-05-01 2025-08-15"),
        ("cost from 2025-01-05 to 2025-02-03", "2025-01-05 2025-02-03"),
        ("cost between January and March", "2025-01-01 2025-03-31"),
        ("cost 2024-11 to 2025-01", "2024-11-01 2025-01-31"),
        ("cost by service", None),
    ],
)
def test_days(prompt, told):
    assert period(prompt) == told
    assert not read(prompt).unknown


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("cost last 0 days", ["last", "0", "days"]),
        ("cost last month and this year", ["year"]),
        ("cost from 2025-02 to 2025-01", ["2025-01"]),
        ("cost last decade", ["last", "decade"]),
        ("cost on 2025-13-01", ["2025-13-01"]),
    ],
)
def test_days_that_are_none_are_left_over(prompt, unknown):
    assert read(prompt).unknown == unknown


@pytest.mark.parametrize(
    ("prompt", "top"),
    [
        ("top 5 services", 5),
        ("the five largest services", 5),
        ("largest 3 accounts", 3),
        ("7 most expensive resources", 7),
        ("top services", 10),
        ("most expensive services", None),  # the order is that anyway
        ("services", None),
    ],
)
def test_how_many(prompt, top):
    assert read(prompt).top == top
    assert not read(prompt).unknown


@pytest.mark.parametrize(
    ("prompt", "filter_text"),
    [
        ("aws cost", "costs.provider = 'aws'"),
        ("Amazon Web Services", "costs.provider = 'aws'"),
        ("AWS's cost", "costs.provider = 'aws'"),
        ("open ai", "costs.provider = 'open_ai'"),
        ("our crm cost", f"costs.provider = '{CRM}'"),
        ("S3 last month", "(costs.provider = 'aws' AND costs.service = 'Amazon S3')"),
        (
            "Amazon S3, amazon ec2",
            "(costs.provider = 'aws' AND costs.service IN ('Amazon S3', 'Amazon EC2'))",
        ),
        (
            "s3 on aws, and google cloud",
            "(costs.provider = 'aws' AND costs.service = 'Amazon S3') OR costs.provider = 'gcp'",
        ),
        ("total cost", None),  # the word comes before a service of that name
        ('"total" cost', f"(costs.provider = '{CRM}' AND costs.service = 'Total')"),
        (
            "\"It's 'quoted'\" cost",
            f"(costs.provider = '{CRM}' AND costs.service = 'It''s ''quoted''')",
        ),
        ("cost", None),
    ],
)
def test_names_become_a_filter_that_holds(prompt, filter_text):
    found = read(prompt)
    assert (found.filter, found.unknown) == (filter_text, [])
    assert filter_text is None or read_filter(filter_text, COSTS)


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("cost of elephants by service", ["elephants"]),
        ("cost without taxes", ["without", "taxes"]),
        ("cost not of aws", ["not"]),
        ("Weekly Spend by Team", ["Team"]),
        ('cost of "Amazon S4"', ["Amazon S4"]),
        ("cost compared to January", ["compared"]),
        ("Show me the costs, please!", []),
    ],
)
def test_what_means_nothing_is_named_as_it_was_written(prompt, unknown):
    assert read(prompt).unknown == unknown


@pytest.mark.parametrize("prompt", ["", "...", "show me the total of it", "elephants & castles"])
def test_nothing_to_ask_by(prompt):
    assert not read(prompt).understood


SAID = [
    "top",
    "5",
    "last",
    "month",
    "months",
    "by",
    "aws",
    "S3",
    "cost",
    "tag:",
    '"',
    "q1",
    "2025-13",
    "to",
    "from",
]


@given(st.lists(st.sampled_from(SAID) | st.text(max_size=12), max_size=12).map(" ".join))
def test_any_text_is_read_to_its_end_and_the_same_each_time(prompt):
    found = read(prompt)
    assert found == read(prompt)
    assert found.period is None or found.period.days > 0
    assert found.top is None or 0 < found.top <= 1000
    if found.filter:
        assert read_filter(found.filter, COSTS)
