"""Reports: a question is kept, filters join it from all sides, and its token asks the same as its parts do."""

import datetime as dt

import pytest

from eyrie.basics.period import Bin, Period
from eyrie.records.reports.intervals import Interval, completed, previous, resolved

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,RegionId
Usage,2025-01-01,100,Seats,eu
Usage,2025-01-01,30,Support,eu
Usage,2025-02-01,7,Seats,us
Usage,2025-02-14,11,Support,us
Credit,2025-02-14,-1,Support,us
"""


def made(world, **fields):
    answer = world.owner.post(
        "/v2/cost_reports", json={"title": "R", "workspace_token": world.main, **fields}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def total(world, report, **parameters):
    answer = world.owner.get("/v2/costs", params={"cost_report_token": report["token"], **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()["total_cost"]["amount"]


def changed(world, report, **fields):
    return world.owner.put(f"/v2/cost_reports/{report['token']}", json=fields)


def test_a_new_workspace_has_a_report_of_everything(world):
    titles = [
        (report["title"], report["filter"], report["date_interval"], report["chart_type"], report["date_bin"])
        for report in world.owner.get(f"/v2/cost_reports?workspace_token={world.other}").json()[
            "cost_reports"
        ]
    ]
    assert titles == [("All Resources", None, "this_month", "line", "cumulative")]


def test_a_report_answers_for_its_interval_and_with_its_settings(world):
    world.imported(world.custom_provider(), BILL)
    report = made(world)
    assert (report["start_date"], report["end_date"]) == ("2025-02-01", "2025-02-28")
    assert total(world, report) == "18.0"
    changed(world, report, settings={"include_credits": True})
    assert total(world, report) == "17.0"
    assert total(world, report, **{"settings[include_credits]": "false"}) == "18.0"
    changed(world, report, date_interval="last_month")
    assert total(world, report) == "130.0"
    assert total(world, report, start_date="2025-01-31", end_date="2025-02-01") == "7.0"


def test_own_saved_and_folder_filters_narrow_one_provider_and_join_several(world):
    crm, chat = world.custom_provider("CRM"), world.custom_provider("Chat")
    world.imported(crm, BILL)
    world.imported(chat, BILL)

    def saved(text):
        body = {"title": "F", "filter": text, "workspace_token": world.main}
        return world.owner.post("/v2/saved_filters", json=body).json()["token"]

    seats = saved(f"costs.provider = 'custom_provider:{crm}' AND costs.service = 'Seats'")
    in_us = saved(f"costs.provider = 'custom_provider:{crm}' AND costs.region = 'us'")
    all_chat = saved(f"costs.provider = 'custom_provider:{chat}'")
    outer = {"title": "Outer", "workspace_token": world.main, "saved_filter_tokens": [in_us]}
    outer = world.owner.post("/v2/folders", json=outer).json()["token"]
    inner = world.owner.post("/v2/folders", json={"title": "Inner", "parent_folder_token": outer}).json()[
        "token"
    ]
    span = {"start_date": "2025-01-01", "end_date": "2025-02-28"}
    report = made(world, filter=f"costs.provider = 'custom_provider:{crm}'", **span)
    assert total(world, report) == "148.0"
    changed(world, report, saved_filter_tokens=[seats])
    assert total(world, report) == "107.0"
    changed(world, report, folder_token=inner)
    assert total(world, report) == "7.0"
    changed(world, report, saved_filter_tokens=[seats, all_chat])
    assert total(world, report) == "155.0"
    everything = "costs.provider = 'custom_provider'"
    assert total(world, report, filter=everything) == "296.0"
    assert world.owner.get(f"/v2/saved_filters/{seats}").json()["cost_report_tokens"] == [report["token"]]
    world.owner.delete(f"/v2/folders/{inner}")
    assert world.owner.get(f"/v2/cost_reports/{report['token']}").json()["folder_token"] == outer


def test_what_get_gave_put_takes_and_nothing_changes(world):
    report = made(world, groupings="provider, service", filter="costs.provider = 'aws'\n")
    answer = changed(world, report, **report)
    assert answer.status_code == 200
    assert answer.json() == report
    copy = world.owner.post("/v2/cost_reports", json=report).json()
    assert {**copy, "token": "", "created_at": ""} == {**report, "token": "", "created_at": ""}


@pytest.mark.parametrize(
    ("sent", "interval", "start", "end"),
    [
        ({}, "this_month", "2025-02-01", "2025-02-28"),
        ({"date_interval": "last_7_days", "end_date": ""}, "last_7_days", "2025-02-08", "2025-02-14"),
        ({"start_date": "2025-01-05", "end_date": "2025-01-07"}, "custom", "2025-01-05", "2025-01-07"),
        (
            {"date_interval": "custom", "start_date": "2025-01-05T10:00:00Z", "end_date": "2025-01-07"},
            "custom",
            "2025-01-05",
            "2025-01-07",
        ),
        (
            {"date_interval": "last_month", "start_date": "2025-01-01", "end_date": "2025-01-31"},
            "last_month",
            "2025-01-01",
            "2025-01-31",
        ),
        (
            {"date_interval": "last_month", "start_date": "0001-01-01"},
            "last_month",
            "2025-01-01",
            "2025-01-31",
        ),
    ],
)
def test_intervals_and_dates_that_agree(world, sent, interval, start, end):
    report = made(world, **sent)
    assert (report["date_interval"], report["start_date"], report["end_date"]) == (interval, start, end)


@pytest.mark.parametrize(
    "sent",
    [
        {"start_date": "2025-01-05"},
        {"end_date": "2025-01-05"},
        {"date_interval": "custom"},
        {"start_date": "2025-01-07", "end_date": "2025-01-05"},
        {"date_interval": "last_month", "start_date": "2025-01-02", "end_date": "2025-01-31"},
        {"date_interval": "last_week"},
        {"previous_period_start_date": "2025-01-01"},
        {"previous_period_end_date": "2025-01-01"},
        {"chart_settings": {"x_axis_dimension": ["date", "region"]}},
        {"groupings": "provider,colour"},
        {"filter": "costs.regoin = 'eu'"},
        {"saved_filter_tokens": ["svd_fltr_0000000000000000"]},
        {"folder_token": "fldr_0000000000000000"},
        {"business_metric_tokens_with_metadata": [{"business_metric_token": "bsnss_mtrc_1"}]},
    ],
)
def test_what_cannot_be_kept_is_refused(world, sent):
    answer = world.owner.post("/v2/cost_reports", json={"title": "R", "workspace_token": world.main, **sent})
    assert answer.status_code == 400, answer.text


def test_an_interval_drops_dates_and_dates_drop_an_interval(world):
    report = made(world, start_date="2025-01-05", end_date="2025-01-07")
    assert changed(world, report, date_interval="this_month").json()["start_date"] == "2025-02-01"
    assert changed(world, report, date_interval="custom").status_code == 400
    shown = changed(world, report, start_date="2025-01-05", end_date="2025-01-07").json()
    assert shown["date_interval"] == "custom"
    assert changed(world, report, end_date="2025-01-09").json()["end_date"] == "2025-01-09"


def test_the_axis_and_what_is_added_up_follow_each_other(world):
    report = made(world, chart_settings={"y_axis_dimension": "usage"})
    assert report["settings"]["aggregate_by"] == "usage"
    shown = changed(world, report, settings={"aggregate_by": ""}).json()
    assert (shown["settings"]["aggregate_by"], shown["chart_settings"]["y_axis_dimension"]) == (
        "cost",
        "cost",
    )
    both = {"settings": {"aggregate_by": "count"}, "chart_settings": {"y_axis_dimension": "usage"}}
    shown = changed(world, report, **both).json()
    assert (shown["settings"]["aggregate_by"], shown["chart_settings"]["y_axis_dimension"]) == (
        "count",
        "usage",
    )


def test_complete_periods_end_with_the_last_bin_that_is_over(world):
    world.imported(world.custom_provider(), BILL.replace("2025-02-14,11", "2025-02-15,11"))
    report = made(world, date_bin="day", settings={"complete_period": True})
    assert total(world, report) == "7.0"
    assert total(world, report, end_date="2025-02-28") == "18.0"
    changed(world, report, date_bin="month")
    assert total(world, report) == "0.0"


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2025-03-12", "2025-03-18"), ("2025-02-12", "2025-02-18")),
        (("2025-08-01", "2025-08-31"), ("2025-07-01", "2025-07-31")),
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31")),
        (("2025-05-01", "2025-08-15"), ("2025-01-01", "2025-04-15")),
    ],
)
def test_the_period_before(period, before):
    found = previous(Period.through(*map(dt.date.fromisoformat, period)))
    assert (found.start.isoformat(), found.last.isoformat()) == before


def test_every_interval_of_a_friday_in_august():
    today = dt.date(2025, 8, 15)
    told = {
        interval.value: f"{resolved(interval, today).start} {resolved(interval, today).last}"
        for interval in Interval
        if interval is not Interval.CUSTOM
    }
    assert told == {
        "this_month": "2025-08-01 2025-08-31",
        "last_3_days": "2025-08-12 2025-08-14",
        "last_7_days": "2025-08-08 2025-08-14",
        "last_14_days": "2025-08-01 2025-08-14",
        "last_30_days": "2025-07-16 2025-08-14",
        "last_month": "2025-07-01 2025-07-31",
        "last_3_months": "2025-05-01 2025-08-15",
        "last_6_months": "2025-02-01 2025-08-15",
        "last_12_months": "2024-08-01 2025-08-15",
        "last_24_months": "2023-08-01 2025-08-15",
        "last_36_months": "2022-08-01 2025-08-15",
        "year_to_date": "2025-01-01 2025-08-15",
        "next_month": "2025-09-01 2025-09-30",
        "next_3_months": "2025-09-01 2025-11-30",
        "next_6_months": "2025-09-01 2026-02-28",
        "next_12_months": "2025-09-01 2026-08-31",
    }


@pytest.mark.parametrize(
    ("width", "last"),
    [
        (Bin.DAY, "08-14"),
        (Bin.WEEK, "08-10"),
        (Bin.MONTH, "07-31"),
        (Bin.QUARTER, "06-30"),
        (Bin.HOUR, "08-15"),
    ],
)
def test_finished_bins_of_a_friday_noon(width, last):
    year = Period.through(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert completed(year, width, dt.datetime(2025, 8, 15, 12, 30)).last.isoformat()[5:] == last
