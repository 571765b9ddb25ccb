"""The law of dashboards: a report shown in one is the same question by its effective filter, days and bin.

A row of a provider is in if one of the filters mentions the provider and all that mention it match the row;
the filters are the report's own, its saved ones and the dashboard's, each saved one once.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SERVICES = ("Seats", "Support", "Storage")
FIRST = dt.date(2024, 11, 20)
DAYS = 90  # up to 17 February 2025; today is the 15th
BINS = ("cumulative", "day", "week", "month")
INTERVALS = {  # as they resolve on 15 February 2025
    "last_month": (dt.date(2025, 1, 1), dt.date(2025, 1, 31)),
    "last_7_days": (dt.date(2025, 2, 8), dt.date(2025, 2, 14)),
    "this_month": (dt.date(2025, 2, 1), dt.date(2025, 2, 28)),
    "last_3_months": (dt.date(2024, 11, 1), dt.date(2025, 2, 15)),
}


@dataclass(frozen=True)
class Row:
    """A line of a bill that can be told apart in every sum: its amount is a power of two, in cents."""

    provider: int
    day: dt.date
    service: str
    amount: Decimal


@dataclass(frozen=True)
class Narrowing:
    """A filter on one provider, perhaps on one of its services."""

    provider: int
    service: str | None

    def text(self, providers):
        """The filter in VQL."""
        text = f"costs.provider = 'custom_provider:{providers[self.provider]}'"
        return text if self.service is None else f"{text} AND costs.service = '{self.service}'"

    def matches(self, row):
        """Tell whether a row of the provider is let through."""
        return self.service in (None, row.service)


ROWS = [
    Row(
        number % 3,
        FIRST + dt.timedelta(days=number * 7 % DAYS),
        SERVICES[number // 3 % 3],
        Decimal(2**number) / 100,
    )
    for number in range(24)
]
FILTERS = [Narrowing(provider, service) for provider in range(3) for service in (None, *SERVICES)]


def effective(filters):
    """The rows that several filters leave together."""
    if not filters:
        return ROWS
    mentioning = {row: [each for each in filters if each.provider == row.provider] for row in ROWS}
    return [row for row in ROWS if mentioning[row] and all(each.matches(row) for each in mentioning[row])]


@pytest.fixture(scope="module")
def providers(world):
    """Three providers in Main with their rows."""
    made = [world.custom_provider(f"P{number}") for number in range(3)]
    for number, token in enumerate(made):
        lines = [f"Usage,{row.day},{row.amount},{row.service}\n" for row in ROWS if row.provider == number]
        head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n"
        world.imported(token, head + "".join(lines))
    return made


@pytest.fixture(scope="module")
def saved(world, providers):
    """Every filter as a saved one."""
    made = {}
    for each in FILTERS:
        body = {"title": "F", "workspace_token": world.main, "filter": each.text(providers)}
        made[each] = world.owner.post("/v2/saved_filters", json=body).json()["token"]
    return made


def make(world, path, **fields):
    body = {"title": "Made", "workspace_token": world.main, **fields}
    answer = world.owner.post(f"/v2/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def asked(world, **parameters):
    answer = world.owner.get("/v2/costs", params={"groupings": "account_id,service", **parameters})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["costs"], body["total_cost"]


some_filters = st.lists(st.sampled_from(FILTERS), max_size=3, unique=True)


@settings(max_examples=60)
@given(
    own=st.none() | st.sampled_from(FILTERS),
    of_report=some_filters,
    of_dashboard=some_filters,
    report_days=st.sampled_from(sorted(INTERVALS)),
    dashboard_days=st.none() | st.sampled_from(sorted(INTERVALS)),
    report_bin=st.sampled_from(BINS),
    dashboard_bin=st.none() | st.sampled_from(BINS),
)
def test_a_report_in_a_dashboard_is_its_effective_question(
    world,
    providers,
    saved,
    own,
    of_report,
    of_dashboard,
    report_days,
    dashboard_days,
    report_bin,
    dashboard_bin,
):
    text = own.text(providers) if own else None
    report = make(
        world,
        "cost_reports",
        filter=text,
        saved_filter_tokens=[saved[each] for each in of_report],
        date_interval=report_days,
        date_bin=report_bin,
    )
    dashboard = make(
        world,
        "dashboards",
        saved_filter_tokens=[saved[each] for each in of_dashboard],
        date_interval=dashboard_days,
        date_bin=dashboard_bin,
    )
    shown = asked(world, cost_report_token=report, dashboard_token=dashboard)
    together = dict.fromkeys([*of_report, *of_dashboard])
    same = make(
        world,
        "cost_reports",
        filter=text,
        saved_filter_tokens=[saved[each] for each in together],
        date_interval=dashboard_days or report_days,
        date_bin=dashboard_bin or report_bin,
    )
    assert shown == asked(world, cost_report_token=same)
    first, last = INTERVALS[dashboard_days or report_days]
    filters = [*([own] if own else []), *together]
    total = sum((row.amount for row in effective(filters) if first <= row.day <= last), Decimal(0))
    assert Decimal(shown[1]["amount"]) == total
