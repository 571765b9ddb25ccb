"""Unit costs: a report, the metrics on it, and what one of each costs, in step with `GET /costs`."""

from decimal import Decimal

import pytest

from eyrie.answers.exports.unit_costs import HEADER, CreateUnitCostsExport, rows, settled
from eyrie.basics.errors import UserFault
from eyrie.start.calling import asking
from tests.operations.table_of_tests import is_refusal

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,ConsumedQuantity,ConsumedUnit"
BILL = f"""{HEAD}
Usage,2025-01-06,500,Compute,40,Hours
Usage,2025-01-07,60,Compute,20,Hours
Usage,2025-01-07,10,Storage,5,GB
Tax,2025-01-08,3,Compute,,
"""
REQUESTS = [("2025-01-06", 20000, "web"), ("2025-01-07T10:30:00Z", 400, "web"), ("2025-01-07", 1000, "api")]


@pytest.fixture
def report(world):
    """A report of all January by day, on a bill of two services."""
    provider = world.custom_provider()
    world.imported(provider, BILL)
    body = {
        "title": "January",
        "workspace_token": world.main,
        "filter": f"costs.provider = 'custom_provider:{provider}'",
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
    }
    return world.owner.post("/v2/cost_reports", json=body).json()["token"]


def metric(world, report, points, title="Requests", **way):
    body = {
        "title": title,
        "values": [{"date": date, "amount": amount, "label": label} for date, amount, label in points],
        "cost_report_tokens_with_metadata": [{"cost_report_token": report, **way}],
    }
    answer = world.owner.post("/v2/business_metrics", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def asked(world, report, client=None, **more):
    answer = (client or world.owner).get("/v2/unit_costs", params={"cost_report_token": report, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def figures(world, report, **more):
    return [
        (row["date"], row["business_metric_amount"], row["unit_cost_amount"])
        for row in asked(world, report, **more)["unit_costs"]
    ]


def test_a_row_as_it_is_shown(world, report):
    token = metric(world, report, REQUESTS[:1], unit_scale="per_thousand")
    body = asked(world, report)
    assert body["unit_costs"] == [
        {
            "business_metric_token": token,
            "business_metric_title": "Requests",
            "calculation_type": "unit_cost",
            "unit_cost_amount": "25.0",
            "business_metric_amount": "20000.0",
            "scale": 1000.0,
            "date": "2025-01-06",
        }
    ]
    assert (body["links"]["next"], body["links"]["last"]) == (None, None)


def test_each_bin_has_the_costs_of_the_bin_and_what_was_counted_in_it(world, report):
    metric(world, report, REQUESTS)
    assert figures(world, report) == [
        ("2025-01-07", "1400.0", "0.05"),
        ("2025-01-06", "20000.0", "0.025"),
    ]
    assert figures(world, report, date_bin="week") == [("2025-01-06", "21400.0", "0.0267757009")]
    assert figures(world, report, date_bin="month", order="asc") == [
        ("2025-01-01", "21400.0", "0.0267757009")
    ]
    assert figures(world, report, date_bin="quarter", end_date="2025-01-06") == [
        ("2025-01-01", "20000.0", "0.025")
    ]


def test_hours(world, report):
    metric(world, report, REQUESTS)
    days = {"start_date": "2025-01-06", "end_date": "2025-01-07", "date_bin": "hour", "order": "asc"}
    assert figures(world, report, **days) == [
        ("2025-01-06T00:00:00Z", "20000.0", "0.025"),
        ("2025-01-07T00:00:00Z", "1000.0", "0.07"),
        ("2025-01-07T10:00:00Z", "400.0", "0.0"),
    ]


def test_the_reports_own_bin_days_and_settings_count_where_nothing_is_said(world, report):
    metric(world, report, [("2025-01-08", 3, None), ("2025-02-01", 9, None)])
    path = f"/v2/cost_reports/{report}"
    world.owner.put(path, json={"date_bin": "month"})
    assert figures(world, report) == [("2025-01-01", "3.0", "191.0")]
    world.owner.put(path, json={"settings": {"include_tax": False}, "start_date": "2025-01-07"})
    assert figures(world, report) == [("2025-01-01", "3.0", "23.3333333333")]
    world.owner.put(path, json={"date_bin": "cumulative"})
    assert figures(world, report) == [("2025-01-08", "3.0", "0.0")]
    assert figures(world, report, end_date="2025-02-28")[0] == ("2025-02-01", "9.0", "0.0")


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"label_filter": ["web"]}, [("2025-01-07", "400.0", "0.175"), ("2025-01-06", "20000.0", "0.025")]),
        ({"label_filter": ["api"]}, [("2025-01-07", "1000.0", "0.07")]),
        ({"label_filter": [""]}, []),
        ({"label_filters": {"label": ["api", "web"]}}, None),
        ({"label_filters": {"team": ["web"]}}, []),
        ({"label_filter": []}, None),
    ],
)
def test_only_values_with_the_labels_of_the_attachment_count(world, report, way, expected):
    metric(world, report, REQUESTS, **way)
    everything = [("2025-01-07", "1400.0", "0.05"), ("2025-01-06", "20000.0", "0.025")]
    assert figures(world, report) == (everything if expected is None else expected)


def test_usage_counts_only_in_bins_of_one_unit(world, report):
    points = [("2025-01-06", 4, None), ("2025-01-07", 4, None), ("2025-01-08", 4, None)]
    metric(world, report, points, calculation_type="usage_unit_cost")
    assert figures(world, report) == [("2025-01-08", "4.0", "0.0"), ("2025-01-06", "4.0", "10.0")]
    assert figures(world, report, date_bin="week") == []


def test_all_ways_at_once_in_the_order_of_the_report(world, report):
    kinds = ["gross_margin", "raw_business_metric", "unit_cost"]
    token = metric(world, report, [("2025-01-06", 2000, None)])
    ways = [{"business_metric_token": token, "calculation_type": kind} for kind in kinds]
    world.owner.put(f"/v2/cost_reports/{report}", json={"business_metric_tokens_with_metadata": ways})
    shown = [(row["calculation_type"], row["unit_cost_amount"]) for row in asked(world, report)["unit_costs"]]
    assert shown == [("gross_margin", "75.0"), ("raw_business_metric", "2000.0"), ("unit_cost", "0.25")]


def test_costs_are_those_of_get_costs(world, report):
    metric(world, report, [(f"2025-01-{day:02}", 1, None) for day in range(1, 32)])
    for width in ("day", "week", "month", "quarter"):
        sent = {"cost_report_token": report, "groupings": "", "date_bin": width, "limit": 1000}
        costs = world.owner.get("/v2/costs", params=sent).json()
        told = {row["accrued_at"]: Decimal(row["amount"]) for row in costs["costs"]}
        ours = {
            date: Decimal(unit) * Decimal(counted)
            for date, counted, unit in figures(world, report, date_bin=width)
        }
        assert {date: amount for date, amount in ours.items() if amount} == pytest.approx(
            told, abs=Decimal("1e-8")
        )


def test_a_report_counted_by_groups_still_has_unit_costs(world, report):
    metric(world, report, REQUESTS[:1])
    for aggregate in ("usage", "count"):
        world.owner.put(f"/v2/cost_reports/{report}", json={"settings": {"aggregate_by": aggregate}})
        assert figures(world, report) == [("2025-01-06", "20000.0", "0.025")]


def test_new_values_and_new_costs_are_seen_at_once(world, report):
    token = metric(world, report, [("2025-01-06", 500, None)])
    assert figures(world, report) == [("2025-01-06", "500.0", "1.0")]
    world.owner.put(f"/v2/business_metrics/{token}", json={"values": [{"date": "2025-01-06", "amount": 250}]})
    assert figures(world, report) == [("2025-01-06", "250.0", "2.0")]
    provider = world.owner.get(f"/v2/cost_reports/{report}").json()["filter"].split(":")[1].rstrip("'")
    world.imported(provider, f"{HEAD}\nUsage,2025-01-06,250,More,,\n", "more.csv")
    assert figures(world, report) == [("2025-01-06", "250.0", "3.0")]


def test_pages_hold_each_row_once_and_keep_to_one_version_of_the_ledger(world, report):
    metric(world, report, [(f"2025-01-0{day}", 1, None) for day in range(1, 8)])
    everything = asked(world, report)["unit_costs"]
    page, seen = asked(world, report, limit=3), []
    provider = world.owner.get(f"/v2/cost_reports/{report}").json()["filter"].split(":")[1].rstrip("'")
    world.imported(provider, f"{HEAD}\nUsage,2025-01-01,99,More,,\n", "more.csv")
    while True:
        seen += page["unit_costs"]
        if page["links"]["next"] is None:
            break
        page = world.owner.get(page["links"]["next"]).json()
    assert seen == everything
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"cost_report_token": None}, 400, "cost_report_token is missing"),
        ({"cost_report_token": "rprt_0123456789abcdef"}, 404, "Cost report not found"),
        ({"start_date": "2025-02-01"}, 400, "start_date must not be after end_date"),
        ({"limit": "1001"}, 400, "limit is invalid"),
        ({"date_bin": "year"}, 400, "date_bin does not have a valid value"),
    ],
)
def test_what_cannot_be_answered(world, report, asked, status, told):
    sent = {name: text for name, text in {"cost_report_token": report, **asked}.items() if text}
    answer = world.owner.get("/v2/unit_costs", params=sent)
    assert is_refusal(answer, status)
    assert answer.json()["errors"] == [told]


def test_a_report_of_another_workspace_does_not_exist(world, report):
    answer = world.stranger.get("/v2/unit_costs", params={"cost_report_token": report})
    assert is_refusal(answer, 404)


def test_a_report_without_metrics_has_no_unit_costs(world, report):
    assert asked(world, report)["unit_costs"] == []


def test_the_rows_of_an_export_are_those_of_the_answer(world, report):
    metric(world, report, REQUESTS, unit_scale="per_thousand", label="Cost per 1,000")
    with asking(world.house) as call:
        request = settled(call, CreateUnitCostsExport(cost_report_token=report))
        walking = rows(call, request)
    told = list(walking)
    assert request == {
        "cost_report_token": report,
        "start_date": "2025-01-01",
        "end_date": "2025-01-31",
        "date_bin": "day",
    }
    assert [dict(zip(HEADER, row, strict=True)) for row in told] == [
        {
            "Date": "2025-01-06",
            "Business Metric": "Cost per 1,000",
            "Calculation Type": "unit_cost",
            "Scale": "1000.0",
            "Business Metric Amount": "20000.0",
            "Unit Cost Amount": "25.0",
        },
        {
            "Date": "2025-01-07",
            "Business Metric": "Cost per 1,000",
            "Calculation Type": "unit_cost",
            "Scale": "1000.0",
            "Business Metric Amount": "1400.0",
            "Unit Cost Amount": "50.0",
        },
    ]


def test_what_cannot_be_asked_cannot_be_exported(world, report):
    with asking(world.house) as call:
        for wrong in ({"cost_report_token": "rprt_0123456789abcdef"}, {"start_date": "2025-02-01"}):
            body = CreateUnitCostsExport(**{"cost_report_token": report, **wrong})
            with pytest.raises(UserFault):
                settled(call, body)


def test_an_export_of_finished_bins_has_no_rows_while_none_is_finished(world, report):
    metric(world, report, [("2025-02-15", 5, None)])
    now = {"date_interval": "this_month", "date_bin": "month", "settings": {"complete_period": True}}
    assert world.owner.put(f"/v2/cost_reports/{report}", json=now).status_code == 200
    assert figures(world, report) == []
    with asking(world.house) as call:
        assert list(rows(call, settled(call, CreateUnitCostsExport(cost_report_token=report)))) == []
