"""Costs at the terminal: the API's figures, as wide as there is room, and calm words for what is wrong."""

import csv
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyrie.basics.errors import UserFault
from eyrie.start.asking import costs_of, first_question
from eyrie.surfaces.cli.cost_table import cost_table
from eyrie.surfaces.cli.costs import costs_as_csv, costs_as_json
from eyrie.surfaces.cli.work import CostsWish
from tests.terminal.billed import BILL, SHOWN, STEERING, its_provider

LONG = "A service whose name is far too long for any terminal"
JANUARY_AND_FEBRUARY = {"first": "2025-01-01", "last": "2025-02-14"}


def ask(world, **wished):
    return costs_of(
        world.house,
        CostsWish(
            **{"workspace": "Main", "group": "service", "bin": "month", **JANUARY_AND_FEBRUARY, **wished}
        ),
    )


def pages(world, **asked):
    """What the API answers to the same question, all pages together."""
    first = world.costs(
        filter=f"costs.provider = 'custom_provider:{its_provider(world)}'",
        start_date="2025-01-01",
        end_date="2025-02-14",
        **{"groupings": "service", "date_bin": "month", "limit": 2, **asked},
    )
    rows, page = list(first["costs"]), first
    while page["links"]["next"]:
        page = world.owner.get(page["links"]["next"]).json()
        rows += page["costs"]
    return {**{key: value for key, value in first.items() if key != "links"}, "costs": rows}


@pytest.mark.parametrize(
    ("settings", "parameters"),
    [
        ({}, {}),
        (
            {"bin": "day", "group": "service,region,tag:team"},
            {"date_bin": "day", "groupings": "service,region,tag:team"},
        ),
        ({"group": ""}, {"groupings": ""}),
        ({"group": "provider,tagged"}, {"groupings": "provider,tagged"}),
        ({"settings": ("include_credits=true",)}, {"settings[include_credits]": "true"}),
        ({"settings": ("aggregate_by=usage",)}, {"settings[aggregate_by]": "usage"}),
        ({"settings": ("aggregate_by=count",)}, {"settings[aggregate_by]": "count"}),
        ({"bin": "week"}, {"date_bin": "week"}),
    ],
)
def test_the_terminal_tells_what_the_api_tells(billed, settings, parameters):
    told = ask(billed, **settings)
    answer = pages(billed, **parameters)
    assert json.loads(costs_as_json(told, None)) == answer
    assert told.total == Decimal(answer["total_cost"]["amount"])
    rows = list(csv.reader(io.StringIO(costs_as_csv(told, None))))
    assert rows[0][0] == "accrued_at"
    amounts = [row[rows[0].index("amount")] for row in rows[1:]]
    assert amounts == [row["amount"] for row in answer["costs"]]


def test_with_a_filter_it_is_the_same_question(billed):
    filter_ = f"costs.provider = 'custom_provider:{its_provider(billed)}'"
    assert ask(billed, filter=filter_).lines == ask(billed).lines
    assert ask(billed, filter="costs.provider = 'aws'").lines == []


WIDE = """\
Main, 2025-01-01 to 2025-02-14, amortized, without credits and refunds

MONTH    SERVICE                                                     USD   CHANGE   SHARE
2025-02  Seats                                                  1,800.00  ▲ 51.3%   51.7%  ███████████████
         Support                                                  150.00  ▼ 50.0%    4.3%  █▎
         Crumbs                                                     0.00      new    0.0%  ▏
         together                                               1,950.00  ▲ 27.5%   56.0%

2025-01  Seats                                                  1,190.01            34.2%  █████████▉
         Support                                                  300.00             8.6%  ██▌
         A service whose name is far too long for any terminal     40.00             1.1%  ▎
         together                                               1,530.01            44.0%

TOTAL                                                           3,480.01           100.0%"""

NARROW = """\
Main, 2025-01-01 to 2025-02-14, amortized, without credits and refunds

MONTH    SERVICE        USD   CHANGE
2025-02  Seats     1,800.00  ▲ 51.3%
         … 2 more    150.00
         together  1,950.00  ▲ 27.5%

2025-01  Seats     1,190.01
         … 2 more    340.00
         together  1,530.01

TOTAL              3,480.01"""

NARROWEST = """\
Main, 2025-01-01 to 2025-02-14, amortized, without credits and refunds

MONTH    …       USD
2025-02  …  1,800.00
         …    150.00
         …      0.00
         …  1,950.00

2025-01  …  1,190.01
         …    300.00
         …     40.00
         …  1,530.01

TOTAL       3,480.01"""


@pytest.mark.parametrize(
    ("width", "limit", "expected"), [(106, None, WIDE), (42, 1, NARROW), (10, None, NARROWEST)]
)
def test_the_table_takes_the_width_that_there_is_and_never_cuts_an_amount(billed, width, limit, expected):
    assert cost_table(ask(billed), limit, width) == expected


def test_without_groups_there_is_a_line_for_each_bin(billed):
    told = ask(
        billed, group="", bin="day", last="2025-01-05", settings=("include_credits=true", "amortize=false")
    )
    assert cost_table(told, None, 60).splitlines() == [
        "Main, 2025-01-01 to 2025-01-05, as billed, without refunds",
        "",
        "DAY              USD    CHANGE   SHARE",
        "2025-01-04     -5.00  ▼ 116.7%   -0.3%",
        "2025-01-03     30.00   ▼ 90.0%    2.0%  ▍",
        "2025-01-02    300.00   ▼ 75.0%   19.7%  ████▉",
        "2025-01-01  1,200.01             78.7%  ████████████████████",
        "TOTAL       1,525.01            100.0%",
    ]


def test_usage_has_a_column_and_counts_a_line(billed):
    used = cost_table(ask(billed, settings=("aggregate_by=usage",)), None, 100)
    assert "12.00 Seats" in used
    assert used.splitlines()[-1] == "Used: 22.0 Seats"
    counted = cost_table(ask(billed, settings=("aggregate_by=count",)), None, 100)
    assert counted.splitlines()[-1] == "Groups with a cost: 6"


def test_nothing_costs_nothing(billed):
    assert cost_table(ask(billed, first="2024-01-01", last="2024-01-31"), None, 60).splitlines()[
        -1
    ].split() == [
        "TOTAL",
        "0.00",
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_a_limit_leaves_the_largest_of_each_bin(billed, limit):
    told = ask(billed)
    rows = list(csv.reader(io.StringIO(costs_as_csv(told, limit))))[1:]
    months = [("2025-02-01", ["Seats", "Support", "Crumbs"]), ("2025-01-01", ["Seats", "Support", LONG])]
    assert [row[:2] for row in rows] == [[month, name] for month, names in months for name in names[:limit]]
    shown = json.loads(costs_as_json(told, limit))
    assert [row["service"] for row in shown["costs"]] == [row[1] for row in rows]
    assert shown["total_cost"]["amount"] == "3480.01"


def test_names_that_steer_a_terminal_are_shown_and_not_obeyed(world):
    head = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n"
    world.imported(world.custom_provider(), f"{head}Usage,2025-01-01,1,{STEERING}\n")
    shown = cost_table(ask(world), None, 80)
    assert not {"\x1b", "\u202e"} & set(shown)
    assert SHOWN in shown


@pytest.mark.parametrize(
    ("wished", "said"),
    [
        ({"group": "colour"}, "'colour' is unknown"),
        ({"group": '"open'}, "--group"),
        ({"first": "yesterday"}, "--from is invalid"),
        ({"last": "2025-13-01"}, "--to is invalid"),
        ({"first": "2025-03-01", "last": "2025-02-01"}, "--from must not be after --to"),
        ({"last": "9999-12-31"}, "--to is invalid"),
        ({"bin": "decade"}, "--bin does not have a valid value"),
        ({"bin": "hour"}, "at most 14 days"),
        ({"settings": ("amortise=true",)}, "the names are include_credits"),
        ({"settings": ("amortize",)}, "must be name=value"),
        ({"settings": ("amortize=perhaps",)}, "amortize] is invalid"),
        ({"workspace": "Nowhere"}, "there are: Main, Other"),
        ({"workspace": None}, "name one with --workspace"),
        ({"report": "rprt_0000000000000000"}, "not found"),
        ({"filter": "costs.provider ="}, "Invalid VQL"),
        ({"filter": "\udcff"}, "--filter is not text"),
    ],
)
def test_what_is_wrong_is_said_with_the_options_name(billed, wished, said):
    with pytest.raises(UserFault) as refused:
        ask(billed, **wished)
    assert said in str(refused.value)


@pytest.fixture(scope="module")
def standing(shared):
    """One world with the bill for many hostile questions; none of them changes it."""
    shared.imported(shared.custom_provider(), BILL)
    return shared


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="'\";()=%_-\\ ORANDNT.costspvider\x1b\n\udcff", max_size=80),
    st.sampled_from(
        ["costs.provider = '", "'; DROP TABLE ledger; --", "(" * 5000, "NOT " * 5000, "\u0000", "💥" * 9]
    ),
)


@given(HOSTILE, HOSTILE)
def test_hostile_texts_get_calm_errors(standing, text, group):
    for wished in ({"filter": text}, {"group": group}, {"filter": text, "group": group}, {"workspace": text}):
        try:
            shown = cost_table(ask(standing, **wished), 5, 60)
        except UserFault as fault:
            shown = "TOTAL" if all(fault.problems) else "nothing was said"
        assert "TOTAL" in shown


def test_the_first_question_of_a_server_can_be_asked(billed, world):
    asked = first_question(billed.house, "http://host")
    assert "filter=costs.provider = 'custom_provider'" in asked
    assert f"workspace_token={billed.main}" in asked
    assert "start_date=2025-02-01" in asked


def test_the_first_question_of_an_empty_server_is_who_one_is(world):
    assert first_question(world.house, "http://host") == "http://host/v2/me"
