"""Canvases: a prompt gets a table from the same figures as `GET /costs`, anew when it changes and once a day."""

import datetime as dt
from decimal import Decimal

import pytest

from eyrie.jobs.canvases import is_due
from eyrie.records.reports.canvas_rows import CanvasRow
from tests.operations.table_of_tests import is_refusal

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,RegionId,ConsumedQuantity,ConsumedUnit,Tags
Usage,2025-01-01,100.005,Seats,eu,10,Seats,"{""Team"": ""core""}"
Usage,2025-01-20,30,Support,eu,2,Hours,
Usage,2025-02-01,7,Seats,us,1,Seats,
Usage,2025-02-14,11,Support,us,3,Hours,"{""Team"": ""core""}"
Usage,2025-02-14,1,Storage,us,500,GB,
Credit,2025-02-14,-1,Support,us,,,
"""


@pytest.fixture
def crm(world):
    """A provider named CRM with two months of costs."""
    token = world.custom_provider("CRM")
    world.imported(token, BILL)
    return token


def send(world, prompt, **fields):
    body = {"title": "Canvas", "prompt": prompt, "workspace_token": world.main, **fields}
    return world.owner.post("/v2/canvases", json=body)


def get(world, token):
    return world.owner.get(f"/v2/canvases/{token}").json()


def put(world, token, **fields):
    return world.owner.put(f"/v2/canvases/{token}", json=fields)


def data(world, prompt):
    """What a canvas with this prompt shows once the jobs are done."""
    token = send(world, prompt).json()["token"]
    world.work()
    return get(world, token)["data"]


def table(world, prompt):
    found = data(world, prompt)
    assert found["error"] is None
    return found["table"]


def test_a_canvas_is_answered_at_once_and_its_table_comes_later(world, crm):
    made = send(world, "cost by service last month").json()
    token = made.pop("token")
    assert token.startswith("cnvs_")
    assert made == {
        "title": "Canvas",
        "prompt": "cost by service last month",
        "data": None,
        "workspace_token": world.main,
        "created_at": "2025-02-15T12:00:00Z",
        "updated_at": "2025-02-15T12:00:00Z",
    }
    world.work()
    assert get(world, token)["data"] == {
        "table": {
            "columns": [
                {"key": "service", "label": "Service", "type": "text"},
                {"key": "amount", "label": "Cost (USD)", "type": "money"},
            ],
            "rows": [["Seats", "100.005"], ["Support", "30.0"]],
            "query": {
                "workspace_token": world.main,
                "start_date": "2025-01-01",
                "end_date": "2025-01-31",
                "groupings": "service",
                "date_bin": "month",
                "settings[aggregate_by]": "cost",
            },
            "generated_at": "2025-02-15T12:00:00Z",
        },
        "error": None,
    }


@pytest.mark.parametrize(
    ("prompt", "keys", "rows"),
    [
        (
            "cost by service last 2 months",  # from December on, without bins
            ["service", "amount"],
            [["Seats", "107.005"], ["Support", "41.0"], ["Storage", "1.0"]],
        ),
        (
            "monthly cost by service since January",
            ["accrued_at", "service", "amount"],
            [
                ["2025-01-01", "Seats", "100.005"],
                ["2025-01-01", "Support", "30.0"],
                ["2025-02-01", "Support", "11.0"],
                ["2025-02-01", "Seats", "7.0"],
                ["2025-02-01", "Storage", "1.0"],
            ],
        ),
        (
            "top 1 services monthly since January",  # the one that costs most over all months
            ["accrued_at", "service", "amount"],
            [["2025-01-01", "Seats", "100.005"], ["2025-02-01", "Seats", "7.0"]],
        ),
        ("crm seats this month", ["amount"], [["7.0"]]),
        (
            "crm cost by account and tag:Team this year",
            ["account_id", "tag:Team", "amount"],
            [["CRM", "core", "111.005"], ["CRM", None, "38.0"]],
        ),
        (
            "usage by service this year",  # units are never added up
            ["service", "usage_unit", "usage", "amount"],
            [
                ["Storage", "GB", "500.0", "1.0"],
                ["Seats", "Seats", "11.0", "107.005"],
                ["Support", "Hours", "5.0", "41.0"],
            ],
        ),
        ("how many services this year", ["count"], [[3]]),
        (
            "number of services per month this year",
            ["accrued_at", "count"],
            [["2025-01-01", 2], ["2025-02-01", 3]],
        ),
        (
            "cost over time 2025-02-01 to 2025-02-14",
            ["accrued_at", "amount"],
            [["2025-02-01", "7.0"], ["2025-02-14", "12.0"]],
        ),
        ("cost by service in 2020", ["service", "amount"], []),
    ],
)
def test_prompts_and_their_tables(world, crm, prompt, keys, rows):
    found = table(world, prompt)
    assert [column["key"] for column in found["columns"]] == keys
    assert found["rows"] == rows


def test_the_question_in_the_table_finds_the_same_again(world, crm):
    found = table(world, "crm cost by service and region this year")
    answer = world.owner.get("/v2/costs", params=found["query"]).json()
    assert found["query"]["filter"] == f"costs.provider = 'custom_provider:{crm}'"
    added = sum(Decimal(row["amount"]) for row in answer["costs"])
    assert sum(Decimal(row[-1]) for row in found["rows"]) == added == Decimal("149.005")


def test_words_that_mean_nothing_are_named_beside_the_table_of_the_others(world, crm):
    found = data(world, "cost of elephants by service last month")
    assert found["error"] == 'Not understood, and left out: "elephants". A tag is written as tag:<key>.'
    assert found["table"]["rows"] == [["Seats", "100.005"], ["Support", "30.0"]]


def test_a_prompt_that_asks_nothing_has_no_table_but_an_example(world, crm):
    found = data(world, "elephants")
    assert found["table"] is None
    assert "as in: top 5 services" in found["error"]


def test_what_the_answer_refuses_is_told(world, crm):
    euros = (
        "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\nUsage,2025-01-02,1,X,EUR\n"
    )
    world.imported(world.custom_provider("Euros"), euros)
    world.owner.put(f"/v2/workspaces/{world.main}", json={"enable_currency_conversion": True})
    found = data(world, "cost last month elephants")
    assert found["table"] is None
    assert '"elephants"' in found["error"]
    assert "EUR" in found["error"]


def test_too_many_rows_are_cut_and_it_is_said(world):
    rows = "".join(f"Usage,2025-01-01,{number},S{number}\n" for number in range(1, 1003))
    bill = f"ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\n{rows}"
    world.imported(world.custom_provider(), bill)
    found = data(world, "cost by service last month")
    assert len(found["table"]["rows"]) == 1000
    assert found["table"]["rows"][0] == ["S1002", "1002.0"]
    assert "Only 1,000 of 1,002 rows" in found["error"]


def test_another_prompt_is_worked_out_anew_and_another_title_touches_nothing(world, crm):
    token = send(world, "cost by service last month").json()["token"]
    world.work()
    before = get(world, token)["data"]
    world.imported(crm, BILL.replace("30,Support", "40,Support"))
    assert put(world, token, title="Renamed").json()["data"] == before
    assert put(world, token, prompt="cost by service last month").json()["data"] == before
    assert world.work() == 0
    assert put(world, token, prompt="cost by region last month").json()["data"] is None
    world.work()
    assert get(world, token)["data"]["table"]["rows"] == [["eu", "140.005"]]


def test_the_prompt_that_was_sent_last_counts(world, crm):
    token = send(world, "cost by service last month").json()["token"]
    put(world, token, prompt="cost by region last month")
    put(world, token, prompt="cost by provider last month")
    world.work()
    assert get(world, token)["data"]["table"]["rows"] == [["CRM", "130.005"]]


def test_a_canvas_that_is_deleted_meanwhile_leaves_nothing(world, crm):
    token = send(world, "cost by service").json()["token"]
    assert world.owner.delete(f"/v2/canvases/{token}").status_code == 204
    world.work()
    assert is_refusal(world.owner.get(f"/v2/canvases/{token}"), 404)


@pytest.mark.parametrize("fields", [{"title": " "}, {"prompt": ""}, {"prompt": None}])
def test_title_and_prompt_are_needed(world, fields):
    name = next(iter(fields))
    refused = send(world, **{"prompt": "cost", **fields})
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == [f"{name} is missing"]


NOON = dt.datetime(2025, 2, 15, 12)


@pytest.mark.parametrize(
    ("refreshed", "version", "hours", "due"),
    [
        (None, None, 0, True),
        (NOON, 5, 6, False),  # once a day, whatever comes
        (NOON, 3, 6, False),
        (NOON, 5, 14, False),  # the next day, and nothing has come
        (NOON, 3, 14, True),  # the next day, and something has
        (NOON, 5, 24, True),  # a whole day
    ],
)
def test_a_table_is_worked_out_anew_once_a_day(refreshed, version, hours, due):
    row = CanvasRow(refreshed_at=refreshed, refreshed_version=version)
    assert is_due(row, 5, NOON + dt.timedelta(hours=hours)) is due


def test_the_clock_has_tables_refreshed_when_new_costs_have_come(world, crm):
    token = send(world, "cost by service last month").json()["token"]
    world.work()

    def imported(amount):
        """Replace the bill, an hour later, and let the clock tick once more after that."""
        world.pass_time(hours=1)
        world.imported(crm, BILL.replace("30,Support", f"{amount},Support"))
        world.pass_time(hours=1)
        world.work()
        shown = get(world, token)["data"]["table"]
        return shown["rows"][1], shown["generated_at"][:10]

    assert imported(40) == (["Support", "30.0"], "2025-02-15")  # it is of today
    world.pass_time(hours=12)
    assert imported(50) == (["Support", "50.0"], "2025-02-16")
    assert imported(60) == (["Support", "50.0"], "2025-02-16")
    assert get(world, token)["updated_at"] == "2025-02-15T12:00:00Z"
