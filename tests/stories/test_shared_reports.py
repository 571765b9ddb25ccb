"""Grants: a report or a folder for a team that has nothing else to do with the workspace, and one less."""

import pytest

from eyrie.access.caller import Role
from tests.operations.examples.example import new_name
from tests.operations.table_of_tests import is_refusal

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName
Usage,2025-01-01,100,Seats
Usage,2025-01-02,40,Support
"""
SEATS = "costs.provider = 'custom_provider' AND costs.service = 'Seats'"
JANUARY = {"start_date": "2025-01-01", "end_date": "2025-01-31"}


@pytest.fixture
def place(world):
    """Main with a bill, and a report about seats in a folder in a folder."""
    world.imported(world.custom_provider(), BILL)
    place = {"outer": made(world, "folders", title="Outer")}
    place["inner"] = made(world, "folders", title="Inner", parent_folder_token=place["outer"])
    where = {"folder_token": place["inner"], "filter": SEATS}
    place["report"] = made(world, "cost_reports", title="Seats", **where)
    place["beside"] = made(world, "cost_reports", title="Beside")
    place["filter"] = made(world, "saved_filters", title="Filter")
    return place


def made(world, family, **body):
    answer = world.owner.post(f"/v2/{family}", json={"workspace_token": world.main, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def team_of(world, user, role, access=None):
    """A team of one, and what it may do in Main."""
    body = {"name": new_name("Team"), "user_tokens": [user], "role": role}
    team = world.owner.post("/v2/teams", json=body).json()["token"]
    listed = [{"workspace_token": world.main, "access": access}] if access else []
    world.owner.put(f"/api/teams/{team}/workspaces", json={"workspaces": listed})
    return team


def guest(world, role, access=None):
    """Somebody who has nothing but a team of their own: its token, and a client."""
    user = world.person(new_name("guest").replace(" ", "."), Role.VIEWER)
    return team_of(world, user, role, access), world.client(user)


def grant(world, team, resource, access="allowed", client=None):
    body = {"resource_token": resource, "team_token": team, "access": access}
    return (client or world.owner).post("/v2/access_grants", json=body)


def seen(client):
    return {report["title"] for report in client.get("/v2/cost_reports").json()["cost_reports"]}


def test_a_granted_report_is_all_that_is_seen_and_can_be_asked(world, place):
    team, client = guest(world, "viewer")
    report = f"/v2/cost_reports/{place['report']}"
    assert is_refusal(client.get(report), 404)
    assert grant(world, team, place["report"]).status_code == 201
    assert client.get(report).json()["title"] == "Seats"
    assert seen(client) == {"Seats"}
    assert client.get("/v2/folders").json()["folders"] == []
    assert client.get("/v2/workspaces").json()["workspaces"] == []
    asked = {"cost_report_token": place["report"], **JANUARY}
    assert client.get("/v2/costs", params=asked).json()["total_cost"]["amount"] == "100.0"
    assert is_refusal(client.put(report, json={"title": "x"}), 403)


def test_whoever_sees_one_report_cannot_ask_for_what_it_leaves_out(world, place):
    team, client = guest(world, "viewer")
    grant(world, team, place["report"])
    asked = {"cost_report_token": place["report"], "filter": "costs.provider = 'custom_provider'", **JANUARY}
    for path in ("/v2/costs", "/api/costs/explain"):
        answer = client.get(path, params=asked)
        assert is_refusal(answer, 403)
        assert answer.json()["errors"] == [
            "filter: of this Workspace only the CostReport is shared with you; ask it as it is"
        ]
    assert world.viewer.get("/v2/costs", params=asked).json()["total_cost"]["amount"] == "140.0"


def test_an_editor_changes_what_is_granted_and_creates_nothing(world, place):
    team, client = guest(world, "editor")
    grant(world, team, place["report"])
    told = client.get(f"/v2/cost_reports/{place['report']}").json()
    assert client.put(f"/v2/cost_reports/{place['report']}", json=told).json() == told  # its folder is unseen
    renamed = client.put(f"/v2/cost_reports/{place['report']}", json={"title": "Renamed"})
    assert renamed.json()["title"] == "Renamed"
    assert is_refusal(client.post("/v2/cost_reports", json={"title": "x"}), 403)
    assert client.delete(f"/v2/cost_reports/{place['report']}").status_code == 204


def test_who_may_only_look_at_a_workspace_changes_what_is_granted_there(world, place):
    team, client = guest(world, "editor", "view")
    change = {"title": "Changed"}
    assert seen(client) == {"All Resources", "Seats", "Beside"}
    assert is_refusal(client.put(f"/v2/cost_reports/{place['report']}", json=change), 403)
    grant(world, team, place["report"])
    assert client.put(f"/v2/cost_reports/{place['report']}", json=change).status_code == 200
    assert is_refusal(client.put(f"/v2/cost_reports/{place['beside']}", json=change), 403)
    assert is_refusal(client.post("/v2/folders", json=change), 403)


def test_a_folder_reaches_what_is_inside_now_and_later(world, place):
    team, client = guest(world, "viewer")
    grant(world, team, place["outer"])
    assert seen(client) == {"Seats"}
    assert len(client.get("/v2/folders").json()["folders"]) == 2
    made(world, "cost_reports", title="Later", folder_token=place["inner"])
    assert seen(client) == {"Seats", "Later"}
    world.owner.put(f"/v2/folders/{place['inner']}", json={"parent_folder_token": None})
    assert seen(client) == set()


def test_the_nearest_grant_counts(world, place):
    team, client = guest(world, "viewer", "view")
    grant(world, team, place["outer"], "denied")
    assert seen(client) == {"All Resources", "Beside"}
    grant(world, team, place["inner"])
    assert seen(client) == {"All Resources", "Beside", "Seats"}
    grant(world, team, place["report"], "denied")
    assert seen(client) == {"All Resources", "Beside"}


def test_denied_takes_one_teams_access_and_no_other(world, place):
    team, client = guest(world, "viewer", "view")
    grant(world, team, place["beside"], "denied")
    assert "Beside" not in seen(client)
    assert "Beside" in seen(world.viewer)
    me = world.owner.get("/v2/teams/" + team).json()["user_tokens"]
    world.joins(me[0], world.main, Role.VIEWER)
    assert "Beside" in seen(client)


def test_without_the_grant_the_workspace_says_again(world, place):
    team, client = guest(world, "viewer", "view")
    token = grant(world, team, place["beside"], "denied").json()["token"]
    assert "Beside" not in seen(client)
    assert world.owner.delete(f"/v2/access_grants/{token}").status_code == 204
    assert "Beside" in seen(client)


def test_what_is_denied_is_unknown_in_a_body(world, place):
    team, client = guest(world, "editor", "edit")
    grant(world, team, place["filter"], "denied")
    grant(world, team, place["outer"], "denied")
    assert is_refusal(
        client.post("/v2/cost_reports", json={"title": "x", "folder_token": place["outer"]}), 400
    )
    answer = client.post("/v2/cost_reports", json={"title": "x", "saved_filter_tokens": [place["filter"]]})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [f"Saved filter not found: {place['filter']}"]


def test_a_list_may_keep_what_others_have_put_there(world, place):
    attached = {"saved_filter_tokens": [place["filter"]]}
    world.owner.put(f"/v2/cost_reports/{place['beside']}", json=attached)
    team, client = guest(world, "editor", "edit")
    grant(world, team, place["filter"], "denied")
    path = f"/v2/cost_reports/{place['beside']}"
    assert client.put(path, json=attached).json()["saved_filter_tokens"] == [place["filter"]]
    assert client.put(path, json={"saved_filter_tokens": []}).status_code == 200
    assert is_refusal(client.put(path, json=attached), 404)


def test_a_team_has_one_grant_of_a_resource(world, place):
    team, _ = guest(world, "viewer")
    first = grant(world, team, place["report"])
    again = grant(world, team, place["report"], "denied")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == {**first.json(), "access": "denied"}
    assert len(world.owner.get("/v2/access_grants").json()["access_grants"]) == 1


def test_owners_of_a_team_say_who_else_sees_what_it_works_with(world, place):
    other, _ = guest(world, "viewer")
    leads = {"edit": 201, "view": 201, None: 404}
    for access, status in leads.items():
        _, client = guest(world, "owner", access)
        assert grant(world, other, place["report"], client=client).status_code == status
    team, client = guest(world, "owner")
    grant(world, team, place["report"])
    assert is_refusal(grant(world, other, place["report"], client=client), 403)
    assert is_refusal(grant(world, other, place["report"], client=world.editor), 403)


def test_a_grant_is_seen_by_its_team_and_by_those_who_could_give_it(world, place):
    team, client = guest(world, "viewer")
    _, leader = guest(world, "owner", "view")
    token = grant(world, team, place["report"]).json()["token"]
    path = f"/v2/access_grants/{token}"
    for each in (world.owner, client, leader):
        assert each.get(path).status_code == 200
        assert [one["token"] for one in each.get("/v2/access_grants").json()["access_grants"]] == [token]
    for each in (world.editor, world.stranger):
        assert is_refusal(each.get(path), 404)
        assert each.get("/v2/access_grants").json()["access_grants"] == []
    assert is_refusal(client.put(path, json={"access": "denied"}), 403)
    assert is_refusal(client.delete(path), 403)
    assert leader.put(path, json={"access": "denied"}).json()["access"] == "denied"
    assert leader.delete(path).status_code == 204


def test_what_cannot_be_granted_is_told(world, place):
    team, _ = guest(world, "viewer")
    for resource, status, error in (
        ("rprt_0123456789abcdef", 404, "Resource not found"),
        ("nonsense", 404, "Resource not found"),
        (
            "bdgt_0123456789abcdef",
            422,
            "resource_token: access is granted to ",
        ),
    ):
        answer = grant(world, team, resource)
        assert is_refusal(answer, status)
        assert answer.json()["errors"][0].startswith(error)
    assert is_refusal(grant(world, "team_0123456789abcdef", place["report"]), 404)
    assert is_refusal(grant(world, team, place["report"], "maybe"), 400)


@pytest.mark.parametrize("gone", ["report", "workspace"])
def test_a_grant_goes_with_what_it_is_about(world, place, gone):
    team, _ = guest(world, "viewer")
    token = grant(world, team, place["report"]).json()["token"]
    path = f"cost_reports/{place['report']}" if gone == "report" else f"workspaces/{world.main}"
    assert world.owner.delete(f"/v2/{path}").status_code == 204
    assert is_refusal(world.owner.get(f"/v2/access_grants/{token}"), 404)
