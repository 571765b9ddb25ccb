"""Dashboards: widgets in order with their titles filled in, days that act or stay away, and what deletion does."""

import pytest
import sqlalchemy as sa

from eyrie.store.people import UserRow
from tests.operations.table_of_tests import is_refusal

NEVER = {"date_bin": None, "date_interval": None, "start_date": None, "end_date": None}
DATES = tuple(NEVER)


def report(world, title="Report", workspace=None):
    body = {"title": title, "workspace_token": workspace or world.main}
    return world.owner.post("/v2/cost_reports", json=body).json()["token"]


def send(world, **fields):
    body = {"title": "Board", "workspace_token": world.main, **fields}
    return world.owner.post("/v2/dashboards", json=body)


def make(world, **fields):
    answer = send(world, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(world, board, **fields):
    return world.owner.put(f"/v2/dashboards/{board['token']}", json=fields)


def get(world, board):
    return world.owner.get(f"/v2/dashboards/{board['token']}").json()


def dates(board):
    return {name: board[name] for name in DATES}


def test_a_dashboard_as_it_is_shown(world):
    first, second = report(world, "First"), report(world, "Second")
    board = make(
        world,
        widgets=[
            {"widgetable_token": second, "title": "Mine", "settings": {"display_type": "table"}},
            {"widgetable_token": first},
        ],
    )
    assert board.pop("token").startswith("dshbrd_")
    assert board == {
        "title": "Board",
        "widgets": [
            {"widgetable_token": second, "title": "Mine", "settings": {"display_type": "table"}},
            {"widgetable_token": first, "title": "First", "settings": {"display_type": "chart"}},
        ],
        "saved_filter_tokens": [],
        **NEVER,
        "created_at": "2025-02-15T12:00:00Z",
        "updated_at": "2025-02-15T12:00:00Z",
        "workspace_token": world.main,
    }


def test_a_widget_keeps_the_title_that_its_target_had(shared):
    shown = report(shared, "Before")
    board = make(shared, widgets=[{"widgetable_token": shown, "title": " ", "settings": {}}])
    shared.owner.put(f"/v2/cost_reports/{shown}", json={"title": "After"})
    assert get(shared, board)["widgets"][0]["title"] == "Before"


def test_one_report_may_be_shown_twice(shared):
    shown = report(shared)
    twice = [
        {"widgetable_token": shown, "title": kind, "settings": {"display_type": kind}}
        for kind in ("table", "chart")
    ]
    assert make(shared, widgets=twice)["widgets"] == twice


def test_widgets_are_replaced_as_a_whole_or_left_alone(shared):
    one, two = ({"widgetable_token": report(shared, title)} for title in ("One", "Two"))
    board = make(shared, widgets=[one, two])
    assert [each["title"] for each in put(shared, board, widgets=[two]).json()["widgets"]] == ["Two"]
    for kept in ({"widgets": None}, {"title": "Renamed"}):
        assert [each["title"] for each in put(shared, board, **kept).json()["widgets"]] == ["Two"]
    assert put(shared, board, widgets=[]).json()["widgets"] == []


def test_every_widget_that_cannot_be_shown_is_told(shared):
    elsewhere, known = report(shared, workspace=shared.other), report(shared)
    unknown, strange = "rprt_0123456789abcdef", "bdgt_0123456789abcdef"
    widgets = [{"widgetable_token": token} for token in (unknown, known, elsewhere, strange)]
    told = [
        f"Cost report not found: {unknown}",
        f"widgetable_token {elsewhere} belongs to another Workspace",
        f"widgetable_token {strange} names nothing that a Dashboard can show",
    ]
    refused = send(shared, widgets=widgets, date_interval="custom")
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == ["start_date is missing", "end_date is missing", *told]
    board = make(shared)
    refused = put(shared, board, widgets=widgets)
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == told
    assert get(shared, board) == board


@pytest.mark.parametrize(
    ("widget", "problem"),
    [
        ({}, "widgets[0].widgetable_token is missing"),
        (
            {"widgetable_token": "rprt_0123456789abcdef", "settings": {"display_type": "pie"}},
            "widgets[0].settings.display_type does not have a valid value",
        ),
    ],
)
def test_a_widget_that_cannot_be_read_is_named(shared, widget, problem):
    refused = send(shared, widgets=[widget])
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == [problem]


CUSTOM = {"date_interval": "custom", "start_date": "2025-01-05", "end_date": "2025-01-07"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({}, {}),
        ({"date_bin": None, "date_interval": None}, {}),
        ({"date_interval": "", "start_date": "", "end_date": "0001-01-01"}, {}),
        ({"date_bin": "cumulative"}, {"date_bin": "cumulative"}),
        (
            {"date_interval": "last_month"},
            {"date_interval": "last_month", "start_date": "2025-01-01", "end_date": "2025-01-31"},
        ),
        ({"start_date": "2025-01-05", "end_date": "2025-01-07"}, CUSTOM),
        (CUSTOM, CUSTOM),
        ({"start_date": "2025-01-05"}, {**CUSTOM, "end_date": "2025-02-15"}),  # today
        (
            {"date_interval": "last_month", "start_date": "2025-01-01", "end_date": "2025-01-31"},
            {"date_interval": "last_month", "start_date": "2025-01-01", "end_date": "2025-01-31"},
        ),
    ],
)
def test_days_that_are_agreed_on(shared, sent, shown):
    assert dates(make(shared, **sent)) == {**NEVER, **shown}


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        ({"end_date": "2025-01-07"}, ["start_date is missing"]),
        ({"date_interval": "custom"}, ["start_date is missing", "end_date is missing"]),
        (
            {"start_date": "2025-01-07", "end_date": "2025-01-05"},
            ["end_date must not be before start_date"],
        ),
        (
            {"date_interval": "last_month", "start_date": "2025-01-05", "end_date": "2025-01-07"},
            ["date_interval cannot be combined with start_date and end_date unless it is custom"],
        ),
        ({"start_date": "2025-01-07", "end_date": "9999-12-31"}, ["end_date is invalid"]),
        ({"date_interval": "last_week"}, ["date_interval does not have a valid value"]),
        ({"date_bin": "quarter"}, ["date_bin does not have a valid value"]),
        ({"title": ""}, ["title is missing"]),
        ({"saved_filter_tokens": ["svd_fltr_x"]}, ["Saved filter not found: svd_fltr_x"]),
    ],
)
def test_what_cannot_be_kept_is_refused(shared, sent, problems):
    refused = send(shared, **sent)
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == problems


def test_an_empty_interval_clears_the_days_and_null_leaves_them(shared):
    board = make(shared, **CUSTOM, date_bin="day")
    kept = {**CUSTOM, "date_bin": "day"}
    assert dates(put(shared, board, date_interval=None, start_date=None, date_bin=None).json()) == kept
    assert dates(put(shared, board, date_interval="custom").json()) == kept
    assert dates(put(shared, board, end_date="2025-01-09").json()) == {**kept, "end_date": "2025-01-09"}
    assert dates(put(shared, board, date_interval="").json()) == {**NEVER, "date_bin": "day"}
    assert dates(put(shared, board, date_bin="").json()) == NEVER


def test_a_client_that_always_sends_an_interval_may_send_dates_beside_it(shared):
    board = make(shared, date_interval="last_month")
    assert dates(put(shared, board, **{**CUSTOM, "date_interval": ""}).json()) == {**NEVER, **CUSTOM}
    assert put(shared, board, date_interval="").json()["start_date"] is None


def test_an_interval_drops_dates_and_moves_with_the_days(world):
    board = make(world, **CUSTOM)
    assert put(world, board, date_interval="last_3_days").json()["start_date"] == "2025-02-12"
    world.pass_time(days=2)
    assert get(world, board)["start_date"] == "2025-02-14"


def test_what_get_gave_put_takes_and_nothing_changes(shared):
    shown = [{"widgetable_token": report(shared)}]
    for days in ({}, CUSTOM, {"date_interval": "last_6_months", "date_bin": "week"}):
        board = make(shared, widgets=shown, **days)
        assert put(shared, board, **board).json() == board
        assert dates(make(shared, **board)) == dates(board)


def test_a_dashboard_stays_in_its_workspace(shared):
    refused = put(shared, make(shared), workspace_token=shared.other)
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == ["workspace_token: a Dashboard cannot move to another Workspace"]


def test_whatever_is_deleted_leaves_the_dashboard(world):
    first, second = report(world, "First"), report(world, "Second")
    body = {"title": "F", "workspace_token": world.main}
    saved = world.owner.post("/v2/saved_filters", json=body).json()["token"]
    board = make(
        world,
        widgets=[{"widgetable_token": token} for token in (first, second, first)],
        saved_filter_tokens=[saved],
    )
    assert world.owner.delete(f"/v2/cost_reports/{first}").status_code == 204
    assert [each["title"] for each in get(world, board)["widgets"]] == ["Second"]
    assert world.owner.delete(f"/v2/saved_filters/{saved}").status_code == 204
    assert get(world, board)["saved_filter_tokens"] == []


def seen_first(world):
    return world.owner.get("/v2/me").json()["default_dashboard_token"]


def see_first(world, token):
    with world.house.database.writing() as session:
        session.execute(sa.update(UserRow).values(default_dashboard_token=token))


def test_nobody_sees_first_what_is_gone(world):
    board, other = make(world), make(world, workspace_token=world.other)
    see_first(world, board["token"])
    assert seen_first(world) == board["token"]
    world.owner.delete(f"/v2/dashboards/{other['token']}")
    assert seen_first(world) == board["token"]
    world.owner.delete(f"/v2/dashboards/{board['token']}")
    assert seen_first(world) is None


def test_a_workspace_takes_its_dashboards_along(world):
    shown = report(world, workspace=world.other)
    board = make(world, workspace_token=world.other, widgets=[{"widgetable_token": shown}])
    see_first(world, board["token"])
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    assert is_refusal(world.owner.get(f"/v2/dashboards/{board['token']}"), 404)
    assert seen_first(world) is None
