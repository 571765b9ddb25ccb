"""Report notifications as records: who is told about what, and everything that must be there for it."""

import pytest

from tests.operations.table_of_tests import is_refusal

NOBODY, NOTHING = "usr_0123456789abcdef", "rprt_0123456789abcdef"


def report(world, workspace=None):
    body = {"title": "Report", "workspace_token": workspace or world.main}
    return world.owner.post("/v2/cost_reports", json=body).json()["token"]


def send(world, **fields):
    body = {
        "title": "Weekly spend",
        "workspace_token": world.main,
        "frequency": "weekly",
        "change": "percentage",
        **fields,
    }
    return world.owner.post("/v2/report_notifications", json=body)


def make(world, **fields):
    answer = send(world, **{"cost_report_token": report(world), **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(world, made, **fields):
    return world.owner.put(f"/v2/report_notifications/{made['token']}", json=fields)


def test_a_notification_as_it_is_shown(world):
    told, users = report(world), [world.user("viewer"), world.user("editor")]
    made = make(world, cost_report_token=told, user_tokens=users)
    assert made.pop("token").startswith("rprt_ntfctn_")
    assert made == {
        "title": "Weekly spend",
        "cost_report_token": told,
        "user_tokens": users,
        "recipient_channels": [],
        "frequency": "weekly",
        "change": "percentage",
    }


def test_what_is_left_out_of_a_change_stays(shared):
    users = [shared.user("editor")]
    made = make(shared, user_tokens=users, recipient_channels=None)
    kept = put(shared, made, recipient_channels=None, user_tokens=None, change="dollars").json()
    assert kept == {**made, "change": "dollars"}
    assert put(shared, made, user_tokens=[]).json()["user_tokens"] == []
    other = report(shared)
    assert put(shared, made, cost_report_token=other).json()["cost_report_token"] == other
    assert put(shared, made, **made).json() == made


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": None}, "title is missing"),
        ({"cost_report_token": None}, "cost_report_token is missing"),
        ({"frequency": None}, "frequency is missing"),
        ({"frequency": "hourly"}, "frequency does not have a valid value"),
        ({"change": ""}, "change is missing"),
        ({"change": "euros"}, "change does not have a valid value"),
        ({"cost_report_token": NOTHING}, "Cost report not found"),
        ({"user_tokens": [NOBODY]}, f"User not found: {NOBODY}"),
        (
            {"recipient_channels": ["#costs"]},
            "No Slack or Microsoft Teams integration is connected.",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(shared, fields, problem):
    refused = send(shared, **{"cost_report_token": report(shared), **fields})
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == [problem]
    changed = {name: value for name, value in fields.items() if value}
    if changed:
        refused = put(shared, make(shared), **changed)
        assert is_refusal(refused, 400)
        assert refused.json()["errors"] == [problem]


def test_all_that_is_wrong_is_told_together(shared):
    refused = send(shared, cost_report_token=NOTHING, user_tokens=[NOBODY], recipient_channels=["#a"])
    assert len(refused.json()["errors"]) == 3


def test_the_report_lies_in_the_same_workspace(shared):
    elsewhere = report(shared, shared.other)
    problem = ["cost_report_token: the CostReport belongs to another Workspace"]
    refused = send(shared, cost_report_token=elsewhere)
    assert is_refusal(refused, 422)
    assert refused.json()["errors"] == problem
    refused = put(shared, make(shared), cost_report_token=elsewhere)
    assert is_refusal(refused, 400)
    assert refused.json()["errors"] == problem


def test_a_workspace_is_needed_where_there_are_several(shared):
    refused = send(shared, cost_report_token=report(shared), workspace_token=None)
    assert is_refusal(refused, 400)
    assert refused.json()["errors"][0].startswith("workspace_token is required")


def test_it_goes_with_its_report(world):
    told = report(world)
    first, other = make(world, cost_report_token=told), make(world)
    assert world.owner.delete(f"/v2/cost_reports/{told}").status_code == 204
    listed = world.owner.get("/v2/report_notifications").json()["report_notifications"]
    assert [each["token"] for each in listed] == [other["token"]]
    assert is_refusal(world.owner.get(f"/v2/report_notifications/{first['token']}"), 404)


def test_lists_by_title_and_workspace(world):
    make(world, title="Production")
    world.pass_time()
    make(world, title="Test", workspace_token=world.other, cost_report_token=report(world, world.other))

    def titles(**asked):
        listed = world.owner.get("/v2/report_notifications", params=asked).json()["report_notifications"]
        return [one["title"] for one in listed]

    assert titles() == ["Production", "Test"]
    assert titles(q="PROD") == ["Production"]
    assert titles(workspace_token=world.other) == ["Test"]


def test_a_workspace_takes_its_notifications_and_canvases_along(world):
    made = make(world, workspace_token=world.other, cost_report_token=report(world, world.other))
    body = {"title": "C", "prompt": "cost", "workspace_token": world.other}
    canvas = world.owner.post("/v2/canvases", json=body).json()
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    world.work()
    assert is_refusal(world.owner.get(f"/v2/report_notifications/{made['token']}"), 404)
    assert is_refusal(world.owner.get(f"/v2/canvases/{canvas['token']}"), 404)
