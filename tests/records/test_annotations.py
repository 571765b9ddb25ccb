"""Annotations: notes on a day of reports, in the order of their days, gone with their last report."""

import threading

import pytest

from eyrie.access.caller import Role
from tests.operations.examples.example import made, new_name
from tests.operations.table_of_tests import is_refusal
from tests.world import World


def report(world, workspace=None, title="Frankfurt"):
    body = {"title": title, "workspace_token": workspace or world.main}
    return made(world.owner.post("/v2/cost_reports", json=body))


def annotate(world, *reports, client=None, **body):
    sent = {"report_tokens": list(reports), "date": "2025-02-01", "message": "Moved", **body}
    return (client or world.owner).post("/v2/annotations", json=sent)


def put(world, token, **body):
    return world.owner.put(f"/v2/annotations/{token}", json=body)


def listed(world, client=None, **asked):
    return (client or world.owner).get("/v2/annotations", params=asked).json()["annotations"]


def test_an_annotation_as_it_is_shown(world):
    first, second = report(world), report(world, title="Ohio")
    told = annotate(world, first, second, message="Moved\nto Frankfurt ☃").json()
    assert told.pop("token").startswith("issue_")
    assert told == {
        "title": "Frankfurt - 2025-02-01",
        "report_tokens": [first, second],
        "date": "2025-02-01",
        "message": "Moved\nto Frankfurt ☃",
    }


def test_a_title_of_ones_own_and_a_moment_for_a_day(shared):
    told = annotate(shared, report(shared), title="Cheaper", date="2025-02-01T23:30:00-02:00").json()
    assert (told["title"], told["date"]) == ("Cheaper", "2025-02-02")


@pytest.mark.parametrize("title", [None, ""])
def test_without_a_title_it_is_that_of_the_first_report_and_the_day(shared, title):
    reports = [report(shared, title=name) for name in ("Ohio", "Frankfurt")]
    assert annotate(shared, *reports, title=title).json()["title"] == "Ohio - 2025-02-01"


@pytest.mark.parametrize(
    ("body", "status", "problems"),
    [
        ({"report_tokens": None}, 400, ["report_tokens is missing"]),
        ({"date": None}, 400, ["date is missing"]),
        ({"date": "0001-01-01"}, 400, ["date is missing"]),
        ({"date": "2025-02-30"}, 400, ["date is invalid"]),
        ({"message": None}, 400, ["message is missing"]),
        ({"message": ""}, 422, ["message can't be blank"]),
        ({"message": " \n"}, 422, ["message can't be blank"]),
        ({"report_tokens": []}, 422, ["report_tokens can't be empty"]),
        (
            {"report_tokens": [], "message": ""},
            422,
            ["report_tokens can't be empty", "message can't be blank"],
        ),
        (
            {"report_tokens": ["rprt_0", "rprt_1"]},
            404,
            ["Cost report not found: rprt_0", "Cost report not found: rprt_1"],
        ),
        ({"report_tokens": None, "date": "x", "message": None}, 400, None),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_by_its_name_and_nothing_is_kept(shared, body, status, problems):
    before = listed(shared)
    answer = annotate(shared, report(shared), **body)
    assert is_refusal(answer, status)
    told = answer.json()["errors"]
    assert told == (problems or ["report_tokens is missing", "date is invalid", "message is missing"])
    assert listed(shared) == before


def test_any_part_can_be_changed_and_reports_are_replaced(shared):
    first, second = report(shared), report(shared)
    token = annotate(shared, first).json()["token"]
    assert put(shared, token, message="Later").json()["message"] == "Later"
    assert put(shared, token, report_tokens=[second, first, second]).json()["report_tokens"] == [
        second,
        first,
    ]
    assert put(shared, token, date="2025-02-03").json()["date"] == "2025-02-03"
    assert put(shared, token, report_tokens=None, message=None, date="0001-01-01").json() == {
        "token": token,
        "title": "Frankfurt - 2025-02-01",
        "report_tokens": [second, first],
        "date": "2025-02-03",
        "message": "Later",
    }
    assert put(shared, token, date=None).json()["date"] is None


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"report_tokens": []}, 422, "report_tokens can't be empty"),
        ({"message": ""}, 422, "message can't be blank"),
        ({"title": ""}, 400, "title is missing"),
        ({"report_tokens": ["rprt_0"]}, 404, "Cost report not found: rprt_0"),
    ],
    ids=str,
)
def test_an_update_cannot_empty_it(shared, body, status, problem):
    made_now = annotate(shared, report(shared)).json()
    answer = put(shared, made_now["token"], **body)
    assert is_refusal(answer, status)
    assert answer.json()["errors"] == [problem]
    assert made_now in listed(shared)


def test_the_newest_day_comes_first_and_none_comes_last(world):
    on = report(world)
    for day in ("2025-01-15", "2024-12-31", "2025-02-01"):
        annotate(world, on, date=day, title=day)
    undated = annotate(world, on, title="none").json()["token"]
    put(world, undated, date=None)
    assert [one["title"] for one in listed(world)] == ["2025-02-01", "2025-01-15", "2024-12-31", "none"]
    walked, page = [], world.owner.get("/v2/annotations", params={"limit": 1}).json()
    while page["links"]["next"]:
        walked += page["annotations"]
        page = world.owner.get(page["links"]["next"]).json()
    assert [*walked, *page["annotations"]] == listed(world)


def test_those_of_one_report(world):
    first, second = report(world), report(world)
    both, one = annotate(world, first, second).json(), annotate(world, first, date="2025-01-01").json()
    assert listed(world, report_token=first) == [both, one]
    assert listed(world, report_token=second) == [both]
    assert listed(world, report_token="rprt_0123456789abcdef") == []


def test_they_lie_where_their_reports_lie(world):
    ours, theirs = report(world), report(world, world.other)
    told = annotate(world, ours).json()
    assert listed(world, client=world.viewer) == [told]
    assert listed(world, client=world.stranger) == []
    assert is_refusal(annotate(world, theirs, client=world.editor), 404)
    assert is_refusal(annotate(world, ours, client=world.viewer), 403)
    assert is_refusal(annotate(world, ours, theirs), 400)
    assert is_refusal(put(world, told["token"], report_tokens=[theirs]), 400)
    both = world.client(world.person(new_name("both").replace(" ", "."), Role.VIEWER, world.main))
    assert is_refusal(both.delete(f"/v2/annotations/{told['token']}"), 403)


def test_the_last_report_takes_its_annotations_along(world):
    first, second = report(world), report(world)
    both, one = annotate(world, first, second).json()["token"], annotate(world, first).json()["token"]
    assert world.owner.delete(f"/v2/cost_reports/{first}").status_code == 204
    assert [(each["token"], each["report_tokens"]) for each in listed(world)] == [(both, [second])]
    told = [(entry.object_token, entry.event) for entry in world.audit()[-2:]]
    assert told == [(first, "record_destroyed"), (one, "record_destroyed")]
    assert is_refusal(world.owner.delete(f"/v2/annotations/{one}"), 404)
    assert world.owner.delete(f"/v2/cost_reports/{second}").status_code == 204
    assert listed(world) == []


def test_a_workspace_takes_its_annotations_along(world):
    annotate(world, report(world, world.other))
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    assert listed(world) == []


@pytest.mark.postgresql
def test_two_reports_that_go_at_once_leave_no_annotation(postgresql, tmp_path):
    with World(tmp_path / "home", database_url=postgresql.new_database()) as world:
        for _ in range(5):
            reports = [report(world) for _ in range(4)]
            annotate(world, *reports)
            going = [
                threading.Thread(target=world.owner.delete, args=[f"/v2/cost_reports/{token}"])
                for token in reports
            ]
            for each in going:
                each.start()
            for each in going:
                each.join()
        assert listed(world) == []
        destroyed = [
            one for one in world.audit() if (one.object_type, one.event[7:]) == ("annotation", "destroyed")
        ]
        assert len(destroyed) == 5
