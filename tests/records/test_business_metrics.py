"""Business metrics: their values, labels and reports, as clients write and read them."""

import pytest

from tests.operations.table_of_tests import is_refusal

METRICS = "/v2/business_metrics"


def made(world, **body):
    answer = world.owner.post(METRICS, json={"title": "Requests", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(world, token, **body):
    return world.owner.put(f"{METRICS}/{token}", json=body)


def values(world, token, kind="values", **asked):
    return world.owner.get(f"{METRICS}/{token}/{kind}", params=asked).json()["values"]


def upload(world, token, text, **fields):
    return world.owner.put(f"{METRICS}/{token}/values.csv", files={"csv": ("v.csv", text)}, data=fields)


def report(world, **body):
    answer = world.owner.post("/v2/cost_reports", json={"title": "R", "workspace_token": world.main, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def point(date, amount, label=None):
    return {"date": date, "amount": amount} | ({"label": label} if label else {})


def test_a_metric_as_it_is_shown(world):
    told = made(world)
    assert told.pop("token").startswith("bsnss_mtrc_")
    assert told == {
        "title": "Requests",
        "created_by_token": world.user("owner"),
        "cost_report_tokens_with_metadata": [],
        "import_type": "csv",
        "integration_token": "",
    }


def test_values_are_listed_newest_first_and_are_no_part_of_the_metric(world):
    sent = [point("2024-01-01", 100), point("2024-01-03T06:30:00Z", "300.50"), point("2024-01-02", 0.1, "a")]
    told = made(world, values=sent)
    assert "values" not in told
    assert values(world, told["token"]) == [
        point("2024-01-03T06:30:00Z", "300.5"),
        point("2024-01-02T00:00:00Z", "0.1", "a"),
        point("2024-01-01T00:00:00Z", "100.0"),
    ]


def test_a_value_is_replaced_by_moment_and_label_and_others_stay(world):
    token = made(world, values=[point("2024-01-01", 1), point("2024-01-01", 2, "a")])["token"]
    put(world, token, values=[point("2024-01-01", 5, "a"), point("2024-01-02", 7)])
    assert values(world, token) == [
        point("2024-01-02T00:00:00Z", "7.0"),
        point("2024-01-01T00:00:00Z", "5.0", "a"),
        point("2024-01-01T00:00:00Z", "1.0"),
    ]


def test_an_amount_of_null_takes_the_value_away_and_one_that_is_missing_is_told(world):
    token = made(world, values=[point("2024-01-01", 1), point("2024-01-01", 2, "a")])["token"]
    put(world, token, values=[point("2024-01-01", None)])
    assert values(world, token) == [point("2024-01-01T00:00:00Z", "2.0", "a")]
    answer = put(world, token, values=[{"date": "2024-01-01", "label": "a"}])
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["values[0].amount is missing"]


@pytest.mark.parametrize("label", [None, ""])
def test_no_label_is_no_label_however_it_is_written(world, label):
    token = made(world, values=[{"date": "2024-01-01", "amount": 1, "label": label}])["token"]
    assert values(world, token) == [point("2024-01-01T00:00:00Z", "1.0")]
    assert world.owner.get(f"{METRICS}/{token}/labels").json()["labels"] == []


def test_expected_values_are_apart(world):
    token = made(world, forecasted_values=[point("2024-01-01", 9)])["token"]
    assert values(world, token) == []
    assert values(world, token, "forecasted_values") == [point("2024-01-01T00:00:00Z", "9.0")]
    put(world, token, values=[point("2024-01-01", 1)])
    assert values(world, token, "forecasted_values") == [point("2024-01-01T00:00:00Z", "9.0")]


def test_an_update_without_values_keeps_them(world):
    token = made(world, values=[point("2024-01-01", 1)])["token"]
    assert put(world, token, title="Renamed", values=None).json()["title"] == "Renamed"
    assert len(values(world, token)) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount": 1}, "values[0].date is missing"),
        (point("yesterday", 1), "values[0].date is invalid"),
        (point("2024-01-01", "many"), "values[0].amount is invalid"),
        (point("2024-01-01", True), "values[0].amount is invalid"),
        (point("2024-01-01", 10**20), "values[0].amount is invalid"),
        (point("2024-01-01", 1, "x" * 2001), "values[0].label is invalid"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_kept(world, wrong, told):
    answer = world.owner.post(METRICS, json={"title": "x", "values": [wrong, point("2024-01-02", 1)]})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [told]
    assert world.owner.get(METRICS).json()["business_metrics"] == []


def test_values_are_added_up_by_day_or_month_under_each_label(world):
    sent = [
        point("2024-01-31T23:59:59Z", 1, "a"),
        point("2024-01-31", 2, "a"),
        point("2024-01-01", 4),
        point("2024-02-01", 8, "a"),
        point("2024-01-31", 16, "b"),
    ]
    token = made(world, values=sent)["token"]
    assert values(world, token, date_bin="month") == [
        point("2024-02-01T00:00:00Z", "8.0", "a"),
        point("2024-01-01T00:00:00Z", "3.0", "a"),
        point("2024-01-01T00:00:00Z", "16.0", "b"),
        point("2024-01-01T00:00:00Z", "4.0"),
    ]
    days = values(world, token, date_bin="day", label_values="a", start_date="2024-01-15")
    assert days == [point("2024-02-01T00:00:00Z", "8.0", "a"), point("2024-01-31T00:00:00Z", "3.0", "a")]


@pytest.mark.parametrize("width", [{}, {"date_bin": "day"}, {"date_bin": "month"}])
def test_pages_of_values_hold_each_once(world, width):
    sent = [
        point(f"2024-0{month}-{day:02}", 1, label) for month in (1, 2) for day in (1, 9) for label in "ab"
    ]
    token = made(world, values=sent)["token"]
    everything, seen = values(world, token, **width), []
    page = world.owner.get(f"{METRICS}/{token}/values", params={"limit": 3, **width}).json()
    while True:
        seen += page["values"]
        if page["links"]["next"] is None:
            break
        page = world.owner.get(page["links"]["next"]).json()
    assert seen == everything
    assert [len(everything), page["links"]["last"].rpartition("page=")[2]] == [
        4 if width == {"date_bin": "month"} else 8,
        "2" if width == {"date_bin": "month"} else "3",
    ]


def test_labels_are_sorted_ignoring_case_and_go_with_their_last_value(world):
    sent = [point("2024-01-01", 1, label) for label in ("beta", "Enterprise", "alpha")]
    token = made(world, values=sent, forecasted_values=[point("2024-01-01", 1, "alpha")])["token"]

    def labels():
        return [each["value"] for each in world.owner.get(f"{METRICS}/{token}/labels").json()["labels"]]

    assert labels() == ["alpha", "beta", "Enterprise"]
    put(world, token, values=[point("2024-01-01", None, "alpha"), point("2024-01-01", None, "beta")])
    assert labels() == ["alpha", "Enterprise"]


def test_a_csv_of_values(world):
    token = made(world, values=[point("2024-01-01", 1, "a"), point("2024-01-02", 2)])["token"]
    text = "\ufeffLabel,date,Amount\na,2024-01-01,10.5\n,2024-01-02,\n\nb,2024-01-03,3\n"
    assert upload(world, token, text.encode()).json()["token"] == token
    assert values(world, token) == [
        point("2024-01-03T00:00:00Z", "3.0", "b"),
        point("2024-01-01T00:00:00Z", "10.5", "a"),
    ]
    assert upload(world, token, b"date,amount\n2024-05-01,7\n", forecasted="true").status_code == 200
    assert values(world, token, "forecasted_values") == [point("2024-05-01T00:00:00Z", "7.0")]


def test_a_csv_with_problems_tells_all_of_them_by_row_and_keeps_nothing(world):
    token = made(world)["token"]
    text = "date,amount,label\n2024-01-01,1,a\nsoon,2,\n2024-01-02,many,\n2024-01-01,3,a\n2024-01-03,4\n"
    answer = upload(world, token, text.encode())
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == [
        "Row 2: date must be a date such as 2025-01-31",
        "Row 3: amount must be a number",
        "Row 4: has the same date and label as row 1",
    ]
    assert values(world, token) == []


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"", 422, "The file is empty; its first line must name the columns date, amount and perhaps label"),
        (b"day,amount\n2024-01-01,1\n", 422, "Missing required column: date"),
        (b"date,amount\n\xff,1\n", 400, "The file is not UTF-8: byte 13 cannot be read"),
        (b'date,amount\n"2024-01-01,1\n', 422, "Row 1: a quotation mark is opened and never closed"),
    ],
)
def test_a_csv_that_is_none(world, content, status, told):
    answer = upload(world, made(world)["token"], content)
    assert is_refusal(answer, status)
    assert answer.json()["errors"] == [told]


def test_values_may_have_several_labels_and_are_then_deleted_as_a_whole(world):
    token = made(world)["token"]
    text = "date,amount,label:team,label:env\n2024-01-01,1,web,prod\n2024-01-01,2,web,test\n2024-01-01,4,,\n"
    assert upload(world, token, text.encode()).status_code == 200
    assert values(world, token) == [
        point("2024-01-01T00:00:00Z", "1.0", "env:prod, team:web"),
        point("2024-01-01T00:00:00Z", "2.0", "env:test, team:web"),
        point("2024-01-01T00:00:00Z", "4.0"),
    ]
    assert [each["amount"] for each in values(world, token, label_values="web")] == ["1.0", "2.0"]
    path = f"{METRICS}/{token}/values"
    for narrowed in (
        {"label": "web"},
        {"start_date": "2024-01-01"},
        {"end_date": "2024-01-01"},
        {"label": ""},
    ):
        assert is_refusal(world.owner.delete(path, params=narrowed), 422)
    assert world.owner.delete(path).json() == {"deleted_count": 3}


@pytest.fixture
def labelled(world):
    """A metric with a value on each of three days under each of `a`, `b` and no label."""
    sent = [point(f"2024-01-0{day}T12:00:00Z", day, label) for day in (1, 2, 3) for label in ("a", "b", None)]
    return made(world, values=sent, forecasted_values=sent[:2])["token"]


@pytest.mark.parametrize(
    ("asked", "gone"),
    [
        ({}, 9),
        ({"start_date": "2024-01-02"}, 6),
        ({"end_date": "2024-01-01"}, 3),  # the whole day
        ({"end_date": "2024-01-01T11:59:59Z"}, 0),
        ({"start_date": "2024-01-02T12:00:00Z", "end_date": "2024-01-02T12:00:00Z"}, 3),
        ({"label": "a"}, 3),
        ({"label": ""}, 3),
        ({"label": "a", "start_date": "2024-01-03"}, 1),
        ({"label": "c"}, 0),
        ({"forecasted": "true"}, 2),
    ],
)
def test_values_are_deleted_by_range_and_label(world, labelled, asked, gone):
    path = f"{METRICS}/{labelled}/values"
    before = len(values(world, labelled)) + len(values(world, labelled, "forecasted_values"))
    assert world.owner.delete(path, params=asked).json() == {"deleted_count": gone}
    after = len(values(world, labelled)) + len(values(world, labelled, "forecasted_values"))
    assert before - after == gone


def test_what_to_delete_may_come_in_a_body(world, labelled):
    path = f"{METRICS}/{labelled}/values"
    assert world.owner.request("DELETE", path, json={"label": "", "end_date": "2024-01-02"}).json() == {
        "deleted_count": 2
    }
    assert world.owner.request("DELETE", path, json={}).json() == {"deleted_count": 7}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"start_date": "soon"}, "start_date is invalid"),
        ({"start_date": "2024-01-02", "end_date": "2024-01-01"}, "start_date must not be after end_date"),
    ],
)
def test_a_range_that_is_none(world, labelled, asked, told):
    answer = world.owner.delete(f"{METRICS}/{labelled}/values", params=asked)
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == [told]


def test_both_sides_see_an_attachment_each_in_its_order(world):
    first, second = report(world), report(world)
    metric = made(
        world,
        cost_report_tokens_with_metadata=[
            {"cost_report_token": second, "unit_scale": "per_thousand", "label_filter": ["Dev", ""]},
            {"cost_report_token": first, "unit_scale": "", "label": "", "label_filter": []},
        ],
    )
    assert metric["cost_report_tokens_with_metadata"] == [
        {
            "cost_report_token": second,
            "unit_scale": "per_thousand",
            "calculation_type": "unit_cost",
            "label_filter": ["Dev", ""],
        },
        {"cost_report_token": first, "unit_scale": "per_unit", "calculation_type": "unit_cost"},
    ]
    other = made(world)["token"]
    on_report = [
        {"business_metric_token": other, "calculation_type": "gross_margin", "label": "Margin"},
        {"business_metric_token": metric["token"], "label_filters": {"team": ["web"]}},
    ]
    shown = world.owner.put(
        f"/v2/cost_reports/{second}", json={"business_metric_tokens_with_metadata": on_report}
    ).json()["business_metric_tokens_with_metadata"]
    assert shown == [
        {
            "business_metric_token": other,
            "unit_scale": "per_unit",
            "calculation_type": "gross_margin",
            "label": "Margin",
        },
        {
            "business_metric_token": metric["token"],
            "unit_scale": "per_unit",
            "calculation_type": "unit_cost",
            "label_filters": {"team": ["web"]},
        },
    ]
    again = world.owner.get(f"{METRICS}/{metric['token']}").json()["cost_report_tokens_with_metadata"]
    assert [each["cost_report_token"] for each in again] == [second, first]


def test_null_keeps_attachments_and_an_empty_list_clears_them(world):
    token = report(world)
    metric = made(world, cost_report_tokens_with_metadata=[{"cost_report_token": token}])["token"]
    path = f"/v2/cost_reports/{token}"
    key = "business_metric_tokens_with_metadata"
    assert len(world.owner.put(path, json={key: None, "title": "S"}).json()[key]) == 1
    assert put(world, metric, cost_report_tokens_with_metadata=None).json()[
        "cost_report_tokens_with_metadata"
    ]
    assert world.owner.put(path, json={key: []}).json()[key] == []
    assert world.owner.get(f"{METRICS}/{metric}").json()["cost_report_tokens_with_metadata"] == []


def test_a_metric_may_be_on_a_report_in_several_ways_but_once_in_each(world):
    token = report(world)
    ways = [
        {"cost_report_token": token, "calculation_type": kind}
        for kind in ("unit_cost", "gross_margin", "unit_cost")
    ]
    shown = made(world, cost_report_tokens_with_metadata=ways)["cost_report_tokens_with_metadata"]
    assert [each["calculation_type"] for each in shown] == ["unit_cost", "gross_margin"]


def test_unknown_reports_and_metrics_are_told_together(world):
    unknown = [{"cost_report_token": f"rprt_{number:016}"} for number in (1, 2)]
    answer = world.owner.post(METRICS, json={"title": "x", "cost_report_tokens_with_metadata": unknown})
    assert is_refusal(answer, 404)
    assert answer.json()["errors"] == [
        "Cost report not found: rprt_0000000000000001",
        "Cost report not found: rprt_0000000000000002",
    ]
    key = "business_metric_tokens_with_metadata"
    body = {key: [{"business_metric_token": "bsnss_mtrc_0000000000000001"}]}
    answer = world.owner.put(f"/v2/cost_reports/{report(world)}", json=body)
    assert is_refusal(answer, 404)
    answer = world.owner.post("/v2/cost_reports", json={"title": "x", "workspace_token": world.main, **body})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["Business metric not found: bsnss_mtrc_0000000000000001"]


def test_deleting_either_side_detaches(world):
    kept, gone = report(world), report(world)
    ways = [{"cost_report_token": gone}, {"cost_report_token": kept}]
    metric = made(world, cost_report_tokens_with_metadata=ways)["token"]
    assert world.owner.delete(f"/v2/cost_reports/{gone}").status_code == 204
    shown = world.owner.get(f"{METRICS}/{metric}").json()["cost_report_tokens_with_metadata"]
    assert [each["cost_report_token"] for each in shown] == [kept]
    assert world.owner.delete(f"{METRICS}/{metric}").status_code == 204
    assert world.owner.get(f"/v2/cost_reports/{kept}").json()["business_metric_tokens_with_metadata"] == []


def test_a_workspace_takes_the_attachments_of_its_reports_along(world):
    there = report(world, workspace_token=world.other)
    metric = made(world, cost_report_tokens_with_metadata=[{"cost_report_token": there}])["token"]
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    assert world.owner.get(f"{METRICS}/{metric}").json()["cost_report_tokens_with_metadata"] == []


def test_reports_that_somebody_does_not_see_are_not_shown_to_them_and_stay(world):
    mine, theirs = report(world), report(world, workspace_token=world.other)
    ways = [{"cost_report_token": theirs}, {"cost_report_token": mine}]
    metric = made(world, cost_report_tokens_with_metadata=ways)["token"]

    def shown(client):
        listed = client.get(f"{METRICS}/{metric}").json()["cost_report_tokens_with_metadata"]
        return [each["cost_report_token"] for each in listed]

    assert (shown(world.owner), shown(world.editor)) == ([theirs, mine], [mine])
    assert world.editor.put(f"{METRICS}/{metric}", json={"cost_report_tokens_with_metadata": []}).is_success
    assert (shown(world.owner), shown(world.editor)) == ([theirs], [])


def test_an_audit_entry_tells_how_many_values_a_write_changed(world):
    token = made(world, values=[point("2024-01-01", 1)])["token"]
    world.pass_time()
    put(world, token, values=[point("2024-01-01", 1), point("2024-01-02", 2), point("2024-01-03", None)])
    changed = world.audit()[-1].changed_values
    assert changed == {
        "values": [
            None,
            {
                "written": 1,
                "deleted": 0,
                "first_date": "2024-01-01T00:00:00Z",
                "last_date": "2024-01-03T00:00:00Z",
            },
        ]
    }
