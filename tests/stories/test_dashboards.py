"""A dashboard in use: its days, bin and filters act on the reports it shows, and on nothing else."""

import pytest

from tests.operations.table_of_tests import is_refusal

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName
Usage,2025-01-01,100,Seats
Usage,2025-01-20,30,Support
Usage,2025-02-01,7,Seats
Usage,2025-02-14,11,Support
Usage,2025-02-15,2,Support
"""


@pytest.fixture
def crm(world):
    """A provider with two months of costs."""
    token = world.custom_provider()
    world.imported(token, BILL)
    return token


def make(world, path, **fields):
    body = {"title": "Made", "workspace_token": world.main, **fields}
    answer = world.owner.post(f"/v2/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def costs(world, **parameters):
    return world.owner.get("/v2/costs", params={"groupings": "", **parameters})


def total(world, report, dashboard=None, **parameters):
    shown = {"dashboard_token": dashboard} if dashboard else {}
    answer = costs(world, cost_report_token=report, **shown, **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["total_cost"]["amount"]


def test_its_days_and_filters_act_where_it_shows_a_report(world, crm):
    report = make(world, "cost_reports", date_interval="this_month")
    text = f"costs.provider = 'custom_provider:{crm}' AND costs.service = 'Support'"
    support = make(world, "saved_filters", filter=text)
    board = make(world, "dashboards", widgets=[{"widgetable_token": report}], saved_filter_tokens=[support])
    assert total(world, report) == "20.0"  # 7 + 11 + 2
    assert total(world, report, board) == "13.0"
    world.owner.put(f"/v2/dashboards/{board}", json={"date_interval": "last_month"})
    assert total(world, report, board) == "30.0"
    assert total(world, report) == "20.0"


def test_a_question_says_more_than_the_dashboard_and_the_dashboard_more_than_the_report(world, crm):
    report = make(world, "cost_reports", date_interval="this_month", date_bin="day")
    board = make(world, "dashboards", date_interval="last_month", date_bin="month")
    asked = {"cost_report_token": report, "dashboard_token": board}
    assert [row["accrued_at"] for row in costs(world, **asked).json()["costs"]] == ["2025-01-01"]
    by_day = costs(world, **asked, date_bin="day").json()["costs"]
    assert [row["accrued_at"] for row in by_day] == ["2025-01-20", "2025-01-01"]
    assert total(world, report, board, start_date="2025-01-02") == "30.0"
    everything = f"costs.provider = 'custom_provider:{crm}'"
    assert total(world, report, board, filter=f"{everything} AND costs.service = 'Seats'") == "100.0"


def test_finished_bins_stay_a_wish_of_the_report(world, crm):
    report = make(world, "cost_reports", date_bin="day", settings={"complete_period": True})
    board = make(world, "dashboards", start_date="2025-01-20", end_date="2025-02-28")
    assert total(world, report, board) == "48.0"  # 30 + 7 + 11; today is not over
    world.owner.put(f"/v2/dashboards/{board}", json={"date_bin": "month"})
    assert total(world, report, board) == "30.0"


def test_explaining_and_paging_keep_to_the_dashboard(world, crm):
    report = make(world, "cost_reports")
    board = make(world, "dashboards", date_interval="last_month", date_bin="day")
    asked = {"cost_report_token": report, "dashboard_token": board}
    told = world.owner.get("/api/costs/explain", params=asked).json()
    assert (told["total_shown"], told["adds_up"], told["asked"]["start_date"]) == (
        "130.0",
        True,
        "2025-01-01",
    )
    page = costs(world, **asked, limit=1).json()
    assert page["costs"][0]["amount"] == "30.0"
    assert world.owner.get(page["links"]["next"]).json()["costs"][0]["amount"] == "100.0"


def test_a_dashboard_that_cannot_show_the_report_is_refused(world):
    report = make(world, "cost_reports")
    elsewhere = make(world, "dashboards", workspace_token=world.other)
    refused = costs(world, cost_report_token=report, dashboard_token=elsewhere)
    assert is_refusal(refused, 400)
    assert "another Workspace" in refused.json()["errors"][0]
    unknown = costs(world, cost_report_token=report, dashboard_token="dshbrd_0123456789abcdef")
    assert is_refusal(unknown, 404)
    assert unknown.json()["errors"] == ["Dashboard not found"]
    alone = costs(world, filter="costs.provider = 'aws'", dashboard_token=elsewhere)
    assert is_refusal(alone, 400)
    assert alone.json()["errors"][0].startswith("cost_report_token is missing")
    invisible = world.editor.get(
        "/v2/costs", params={"cost_report_token": report, "dashboard_token": elsewhere}
    )
    assert is_refusal(invisible, 404)
