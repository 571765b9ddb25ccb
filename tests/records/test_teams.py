"""Teams: who is in one, in which order, and what a list that was sent does to them."""

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role
from eyrie.store.people import ApiTokenRow
from eyrie.store.teams import GrantRow, SeatRow, TeamRow
from tests.in_process import Client
from tests.operations.examples.example import new_name
from tests.operations.table_of_tests import is_refusal

NOBODY = {"user_tokens": [], "user_emails": []}


def mail(name):
    return f"{name}@example.com"


def make(world, **body):
    answer = world.owner.post("/v2/teams", json={"name": new_name("Team"), **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(world, team, client=None, **body):
    return (client or world.owner).put(f"/v2/teams/{team}", json=body)


def members(world, team):
    listed = world.owner.get(f"/v2/teams/{team}/members").json()["members"]
    return {member["email"].split("@")[0]: member["role"] for member in listed}


def join(world, team, name, role="editor", client=None):
    body = {"user_email": mail(name), "role": role}
    return (client or world.owner).post(f"/v2/teams/{team}/members", json=body)


def everyone(world):
    return world.owner.get("/v2/teams", params={"q": "Everyone"}).json()["teams"][0]["token"]


def test_a_team_as_it_is_shown(shared):
    told = make(
        shared, name="Savers", workspace_tokens=[shared.other, shared.main], user_emails=[mail("viewer")]
    )
    assert told.pop("token").startswith("team_")
    assert told == {
        "name": "Savers",
        "description": "",
        "workspace_tokens": [shared.other, shared.main],
        "user_emails": [mail("viewer")],
        "user_tokens": [shared.user("viewer")],
        "default_dashboard_token": None,
    }


def test_people_are_listed_as_they_were_named_and_tokens_stand_beside_addresses(shared):
    names = ["viewer", "owner", "editor"]
    told = make(shared, user_emails=[mail(name) for name in names])
    assert told["user_emails"] == [mail(name) for name in names]
    assert told["user_tokens"] == [shared.user(name) for name in names]
    turned = put(shared, told["token"], user_tokens=told["user_tokens"][::-1], user_emails=[]).json()
    assert turned["user_emails"] == [mail(name) for name in reversed(names)]
    assert shared.owner.get(f"/v2/teams/{told['token']}").json() == turned


def test_whoever_makes_a_team_is_not_in_it(shared):
    assert make(shared)["user_tokens"] == []


def test_people_are_named_by_tokens_or_by_addresses(shared):
    editor, viewer = shared.user("editor"), shared.user("viewer")
    both = {"user_tokens": [editor], "user_emails": [mail("viewer")]}
    team = make(shared, user_tokens=[editor])["token"]
    for answer in (
        shared.owner.post("/v2/teams", json={"name": new_name("T"), **both}),
        put(shared, team, **both),
    ):
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == ["user_tokens and user_emails cannot be combined; send one of them"]
    assert put(shared, team, user_tokens=[], user_emails=[mail("viewer")]).json()["user_tokens"] == [viewer]
    assert put(shared, team, name="Renamed twice").json()["user_tokens"] == [viewer]
    assert put(shared, team, user_tokens=None, user_emails=None).json()["user_tokens"] == [viewer]
    assert put(shared, team, **NOBODY).json()["user_tokens"] == []


def test_what_reading_answers_names_people_twice_and_may_be_sent_back(shared):
    told = make(shared, user_emails=[mail("viewer"), mail("editor")], workspace_tokens=[shared.main])
    assert put(shared, told["token"], **told).json() == told


def test_unknown_people_and_workspaces_are_404_and_all_of_them_are_told(shared):
    for body, errors in (
        ({"user_emails": [mail("no"), mail("one")]}, [f"User not found: {mail(n)}" for n in ("no", "one")]),
        ({"user_tokens": ["usr_0"]}, ["User not found: usr_0"]),
        ({"workspace_tokens": ["wrkspc_0"]}, ["Workspace not found: wrkspc_0"]),
        ({"default_dashboard_token": "dshbrd_0123456789abcdef"}, ["Dashboard not found"]),
    ):
        team = make(shared)["token"]
        for answer in (
            shared.owner.post("/v2/teams", json={"name": new_name("T"), **body}),
            put(shared, team, **body),
        ):
            assert is_refusal(answer, 404)
            assert answer.json()["errors"] == errors


def test_a_name_is_needed_and_taken_once(shared):
    first = make(shared)
    for answer in (
        shared.owner.post("/v2/teams", json={"name": first["name"]}),
        put(shared, make(shared)["token"], name=first["name"]),
    ):
        assert is_refusal(answer, 422)
        assert answer.json()["errors"] == ["Name has already been taken"]
    assert is_refusal(shared.owner.post("/v2/teams", json={"name": " "}), 400)
    assert put(shared, first["token"], name=first["name"]).status_code == 200


def test_a_description_that_was_never_said_is_empty(shared):
    team = make(shared, description=None)
    assert team["description"] == ""
    assert put(shared, team["token"], description="Saves").json()["description"] == "Saves"
    assert put(shared, team["token"], description="").json()["description"] == ""


def test_a_role_is_for_those_who_are_listed_and_who_stays_keeps_one(shared):
    team = make(shared, user_emails=[mail("viewer")], role="viewer")["token"]
    assert members(shared, team) == {"viewer": "viewer"}
    put(shared, team, user_emails=[mail("editor"), mail("viewer")])
    assert members(shared, team) == {"editor": "editor", "viewer": "viewer"}
    put(shared, team, role="owner")
    assert members(shared, team) == {"editor": "owner", "viewer": "owner"}
    put(shared, team, user_emails=[mail("viewer")], role="")
    assert members(shared, team) == {"viewer": "owner"}


@pytest.mark.parametrize("role", ["integration_owner", "Owner", "x"])
def test_a_list_makes_no_other_roles(shared, role):
    assert is_refusal(shared.owner.post("/v2/teams", json={"name": "x", "role": role}), 400)


def test_a_member_as_it_is_shown(shared):
    team = make(shared)["token"]
    told = join(shared, team, "viewer")
    assert told.status_code == 201
    assert told.json() == {
        "name": "viewer",
        "email": mail("viewer"),
        "user_token": shared.user("viewer"),
        "role": "editor",
    }
    assert shared.owner.get(f"/v2/teams/{team}/members").json()["members"] == [told.json()]


def test_adding_somebody_again_changes_the_role_and_not_the_place(shared):
    team = make(shared, user_emails=[mail("viewer"), mail("editor")])["token"]
    assert join(shared, team, "viewer", "owner").json()["role"] == "owner"
    assert list(members(shared, team).items()) == [("viewer", "owner"), ("editor", "editor")]


def test_somebody_unknown_cannot_be_added(shared):
    answer = join(shared, make(shared)["token"], "nobody")
    assert is_refusal(answer, 404)
    assert answer.json()["errors"] == [f"User not found: {mail('nobody')}"]


def test_the_last_owner_of_a_team_stays(shared):
    team = make(shared, user_emails=[mail("editor"), mail("viewer")])["token"]
    join(shared, team, "editor", "owner")
    path = f"/v2/teams/{team}/members/{shared.user('editor')}"
    assert is_refusal(shared.owner.delete(path), 400)
    join(shared, team, "viewer", "owner")
    assert shared.owner.delete(path).status_code == 204
    assert is_refusal(shared.owner.delete(path), 404)
    assert members(shared, team) == {"viewer": "owner"}


def test_an_owner_of_a_team_runs_it_and_nothing_else(shared):
    team, other = make(shared, user_emails=[mail("editor")])["token"], make(shared)["token"]
    join(shared, team, "editor", "owner")
    assert put(shared, team, shared.editor, name=new_name("Mine")).status_code == 200
    assert join(shared, team, "viewer", client=shared.editor).status_code == 201
    assert is_refusal(put(shared, other, shared.editor, name="x"), 403)
    assert is_refusal(join(shared, other, "viewer", client=shared.editor), 403)
    assert is_refusal(shared.editor.post("/v2/teams", json={"name": "x"}), 403)
    assert is_refusal(shared.editor.delete(f"/v2/teams/{team}"), 403)


def test_only_an_owner_of_the_account_makes_integration_owners(shared):
    team = make(shared, user_emails=[mail("editor")])["token"]
    join(shared, team, "editor", "owner")
    assert is_refusal(join(shared, team, "viewer", "integration_owner", shared.editor), 403)
    keeper = shared.client(shared.person("keeper", Role.VIEWER))
    assert is_refusal(keeper.get("/v2/integrations"), 403)
    assert join(shared, team, "keeper", "integration_owner").status_code == 201
    assert keeper.get("/v2/integrations").status_code == 200


def test_an_owner_of_a_team_gives_it_no_workspace_by_looking_at_it(world):
    """Owners of a team that has a workspace say who else may what there; nobody makes themselves one."""
    team = make(world, user_emails=[mail("viewer"), mail("editor")], role="owner")["token"]
    path, look = f"/api/teams/{team}/workspaces", {"workspace_token": world.main, "access": "view"}
    for client in (world.viewer, world.editor):
        assert is_refusal(put(world, team, client, workspace_tokens=[world.main]), 403)
        assert is_refusal(client.put(path, json={"workspaces": [look]}), 403)
        assert is_refusal(put(world, team, client, workspace_tokens=[world.other]), 404)


@pytest.mark.parametrize(("has", "view", "edit"), [("view", 200, 403), ("edit", 200, 200)])
def test_an_owner_of_two_teams_passes_on_what_one_of_them_has(world, has, view, edit):
    first, second = (make(world, user_emails=[mail("editor")], role="owner")["token"] for _ in "ab")
    given = [{"workspace_token": world.other, "access": has}]
    assert world.owner.put(f"/api/teams/{first}/workspaces", json={"workspaces": given}).status_code == 200
    for access, status in (("edit", edit), ("view", view)):
        passed = {"workspaces": [{"workspace_token": world.other, "access": access}]}
        assert world.editor.put(f"/api/teams/{second}/workspaces", json=passed).status_code == status
    assert is_refusal(put(world, first, world.editor, workspace_tokens=[world.main]), 403)
    kept = {"workspaces": given}
    assert world.editor.put(f"/api/teams/{first}/workspaces", json=kept).json() == kept


def test_workspaces_are_edited_by_the_contract_and_looked_at_by_our_door(shared):
    team = make(shared, workspace_tokens=[shared.main])["token"]
    path = f"/api/teams/{team}/workspaces"
    edits, looks = (
        {"workspace_token": token, "access": access}
        for token, access in ((shared.main, "edit"), (shared.other, "view"))
    )
    assert shared.owner.get(path).json() == {"workspaces": [edits]}
    assert shared.owner.put(path, json={"workspaces": [looks, edits]}).json() == {
        "workspaces": [looks, edits]
    }
    assert shared.owner.get(f"/v2/teams/{team}").json()["workspace_tokens"] == [shared.main]
    assert put(shared, team, workspace_tokens=[]).json()["workspace_tokens"] == []
    assert shared.owner.get(path).json() == {"workspaces": [looks]}
    assert put(shared, team, workspace_tokens=[shared.other]).json()["workspace_tokens"] == [shared.other]
    assert shared.owner.get(path).json() == {"workspaces": [{**looks, "access": "edit"}]}
    assert shared.owner.put(path, json={"workspaces": []}).json() == {"workspaces": []}


@pytest.mark.parametrize("access", ["none", "", "x"])
def test_there_are_two_kinds_of_access_and_the_third_is_to_leave_it_out(shared, access):
    body = {"workspaces": [{"workspace_token": shared.main, "access": access}]}
    answer = shared.owner.put(f"/api/teams/{make(shared)['token']}/workspaces", json=body)
    assert is_refusal(answer, 400)


def test_teams_are_listed_by_name_and_by_workspace(world):
    team = make(world, name="Alpine", workspace_tokens=[world.other])["token"]

    def listed(client, **parameters):
        return [one["token"] for one in client.get("/v2/teams", params=parameters).json()["teams"]]

    assert listed(world.owner, q="alpi") == [team]
    assert listed(world.owner, q="%") == []
    assert team in listed(world.owner, workspace_token=world.other)
    assert team not in listed(world.owner, workspace_token=world.main)
    assert listed(world.viewer, workspace_token=world.other) == []
    assert team in listed(world.viewer)


def test_everybody_is_in_one_team_as_what_they_are_in_the_account(world):
    team = world.owner.get(f"/v2/teams/{everyone(world)}").json()
    assert team["name"] == "Everyone"
    assert set(members(world, team["token"]).items()) == {
        ("owner", "owner"),
        ("editor", "editor"),
        ("viewer", "viewer"),
        ("stranger", "editor"),
    }
    newest = world.person("newest", Role.VIEWER)
    assert newest in world.owner.get(f"/v2/teams/{team['token']}").json()["user_tokens"]


def test_nobody_leaves_the_team_of_everybody_and_it_stays(world):
    team = everyone(world)
    assert is_refusal(world.owner.delete(f"/v2/teams/{team}/members/{world.user('viewer')}"), 400)
    assert is_refusal(put(world, team, **NOBODY), 422)
    assert is_refusal(put(world, team, user_emails=[mail("viewer")]), 422)
    assert is_refusal(put(world, team, role="owner"), 422)
    assert is_refusal(world.owner.delete(f"/v2/teams/{team}"), 422)
    told = world.owner.get(f"/v2/teams/{team}").json()
    assert put(world, team, **{**told, "name": "All of us"}).json()["name"] == "All of us"


def test_in_the_team_of_everybody_a_role_is_that_in_the_account(world):
    team, viewer = everyone(world), world.user("viewer")
    assert is_refusal(join(world, team, "viewer", "owner", world.editor), 403)
    assert join(world, team, "viewer", "owner").status_code == 201
    assert world.owner.get(f"/v2/users/{viewer}").json()["role"] == "Owner"
    assert world.viewer.post("/v2/workspaces", json={"name": "New"}).status_code == 201
    assert join(world, team, "owner", "viewer", world.viewer).status_code == 201
    assert is_refusal(world.owner.post("/v2/workspaces", json={"name": "Newer"}), 403)


def test_an_account_keeps_an_owner(world):
    team = everyone(world)
    with world.house.database.reading() as session:
        first = session.scalars(sa.select(TeamRow.token).where(TeamRow.is_everyone)).one()
    assert first == team
    body = {"user_email": "owner@localhost", "role": "viewer"}
    assert world.owner.post(f"/v2/teams/{team}/members", json=body).status_code == 201
    answer = join(world, team, "owner", "editor")
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [
        "The last Owner of an account stays one; make somebody else an Owner first"
    ]


def test_what_everybody_may_is_a_workspace_of_that_team(world):
    path = f"/api/teams/{everyone(world)}/workspaces"
    looks = {"workspaces": [{"workspace_token": world.other, "access": "view"}]}
    assert is_refusal(world.editor.get(f"/v2/workspaces/{world.other}"), 404)
    assert world.owner.put(path, json=looks).status_code == 200
    assert world.editor.get(f"/v2/workspaces/{world.other}").status_code == 200
    body = {"title": "x", "workspace_token": world.other}
    assert is_refusal(world.editor.post("/v2/folders", json=body), 403)
    assert world.stranger.post("/v2/folders", json=body).status_code == 201


def test_what_a_team_had_goes_with_it(world):
    filled = {"workspace_tokens": [world.main], "user_emails": [mail("stranger")]}
    team = make(world, **filled)["token"]
    report = world.owner.post("/v2/cost_reports", json={"title": "x", "workspace_token": world.main}).json()
    granted = {"resource_token": report["token"], "team_token": team}
    assert world.owner.post("/v2/access_grants", json=granted).status_code == 201
    wanted = {"description": "ci", "scopes": ["read", "write"], "team_token": team}
    secret = world.owner.post("/api/tokens", json=wanted).json()["secret"]
    with Client(world.app, secret) as service:
        kept = service.post("/v2/saved_filters", json={"title": "kept"}).json()
        assert world.stranger.get(f"/v2/cost_reports/{report['token']}").status_code == 200
        assert world.owner.delete(f"/v2/teams/{team}").status_code == 204
        assert is_refusal(service.get("/v2/me"), 401)
    assert is_refusal(world.stranger.get(f"/v2/cost_reports/{report['token']}"), 404)
    assert world.owner.get(f"/v2/saved_filters/{kept['token']}").json()["created_by"] == team
    with world.house.database.reading() as session:
        for row in (SeatRow, GrantRow):
            assert session.scalars(sa.select(row).where(row.team_token == team)).all() == []
        ended = session.scalars(sa.select(ApiTokenRow).where(ApiTokenRow.team_token == team)).one()
    assert ended.revoked_at == world.now
