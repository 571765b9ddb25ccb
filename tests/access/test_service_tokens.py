"""Service tokens: they belong to a team, act with its access, and outlive whoever made them."""

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role
from eyrie.store.people import UserRow
from tests.in_process import Client
from tests.operations.table_of_tests import is_refusal


def wanted(team, **more):
    return {"description": "ci", "scopes": ["read", "write"], "team_token": team, **more}


@pytest.fixture
def team(world):
    """The team that works in Main, as the API knows it."""
    return world.joins(world.user("editor"), world.main, Role.EDITOR)


@pytest.fixture
def everyone(world):
    return world.owner.get("/v2/teams", params={"q": "Everyone"}).json()["teams"][0]["token"]


def service(world, team, **more):
    answer = world.owner.post("/api/tokens", json=wanted(team, **more))
    assert answer.status_code == 201, answer.text
    return Client(world.app, answer.json()["secret"])


def test_a_service_token_as_it_is_shown(world, team):
    told = world.owner.post("/api/tokens", json=wanted(team)).json()
    assert (told["user_token"], told["team_token"], told["role"]) == (None, team, "editor")
    own = world.owner.post("/api/tokens", json={"description": "x", "scopes": ["read"]}).json()
    assert (own["user_token"], own["team_token"], own["role"]) == (world.user("owner"), None, None)


def test_it_acts_with_the_access_of_its_team_and_signs_with_it(world, team):
    with service(world, team) as client:
        me = client.get("/v2/me").json()
        assert [one["token"] for one in me["workspaces"]] == [world.main]
        assert (me["default_workspace_token"], me["default_dashboard_token"]) == (world.main, None)
        made = client.post("/v2/saved_filters", json={"title": "ours"}).json()
        assert made["created_by"] == team
        assert is_refusal(client.get("/v2/integrations"), 403)
        assert is_refusal(client.post("/v2/workspaces", json={"name": "x"}), 403)
        assert is_refusal(client.put("/v2/me", json={"default_dashboard_token": None}), 422)
        assert is_refusal(client.post("/api/tokens", json=wanted(team)), 422)
    entry = next(one for one in world.audit() if one.object_token == made["token"])
    assert (entry.user, entry.user_token) == (f"People of {world.main}", team)


def test_it_does_not_care_who_made_it(world, team):
    world.joins(world.user("editor"), world.main, Role.OWNER)
    secret = world.editor.post("/api/tokens", json=wanted(team)).json()["secret"]
    world.owner.put(f"/v2/teams/{team}", json={"user_emails": [], "user_tokens": []})
    assert is_refusal(world.editor.get(f"/v2/workspaces/{world.main}"), 404)
    with Client(world.app, secret) as client:
        assert client.get(f"/v2/workspaces/{world.main}").status_code == 200


def test_it_has_what_its_team_has_now(world, team):
    with service(world, team) as client:
        world.owner.put(f"/v2/teams/{team}", json={"workspace_tokens": [world.other]})
        assert [one["token"] for one in client.get("/v2/me").json()["workspaces"]] == [world.other]


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("editor", 201), ("owner", 201)])
def test_its_role_is_chosen_when_it_is_made(world, team, role, status):
    with service(world, team, role=role) as client:
        assert client.post("/v2/folders", json={"title": "x"}).status_code == status


def test_for_everybody_an_owner_may_choose_an_owner(world, everyone):
    with service(world, everyone, role="owner") as client:
        assert client.post("/v2/workspaces", json={"name": "by the service"}).status_code == 201
        assert len(client.get("/v2/workspaces").json()["workspaces"]) == 3
    with service(world, everyone) as client:
        assert client.get("/v2/workspaces").json()["workspaces"] == []
    with service(world, everyone, role="integration_owner") as client:
        assert client.get("/v2/integrations").status_code == 200


def test_an_owner_of_a_team_is_none_of_the_account(world, team):
    with service(world, team, role="owner") as client:
        assert is_refusal(client.post("/v2/workspaces", json={"name": "x"}), 403)
        assert client.put(f"/v2/teams/{team}", json={"description": "run by CI"}).status_code == 200


MAKERS = """\
                      Everyone   the team of Main
owner                 yes        yes
integration_owner     yes        no
viewer                no         no
editor                no         no
viewer of Main        no         no
editor of Main        no         yes
owner of Main         no         yes
"""


@pytest.mark.parametrize("line", MAKERS.splitlines()[1:], ids=lambda line: line[:20].strip())
def test_who_makes_them(world, team, everyone, line):
    who, *may = line[:20].strip(), *line[20:].split()
    role = Role(who.removesuffix(" of Main"))
    user = world.person("maker", Role.VIEWER if who.endswith("Main") else role)
    if who.endswith("Main"):
        world.joins(user, world.main, role)
    client = world.client(user)
    for of, word in zip((everyone, team), may, strict=True):
        answer = client.post("/api/tokens", json=wanted(of, role="viewer"))
        assert (answer.status_code == 201) is (word == "yes") is not is_403(answer)


def is_403(answer):
    return answer.status_code == 403 and is_refusal(answer, 403)


def test_nobody_makes_one_that_is_more_than_they_are(world, team, everyone):
    assert is_refusal(world.editor.post("/api/tokens", json=wanted(team, role="owner")), 403)
    keeper = world.client(world.person("keeper", Role.INTEGRATION_OWNER))
    for role in ("owner", "integration_owner"):
        assert is_refusal(keeper.post("/api/tokens", json=wanted(everyone, role=role)), 403)
    assert is_refusal(world.editor.post("/api/tokens", json=wanted("team_0123456789abcdef")), 400)


def test_those_who_make_them_see_and_end_them(world, team):
    made = world.owner.post("/api/tokens", json=wanted(team)).json()["token"]

    def listed(client):
        return made in [one["token"] for one in client.get("/api/tokens").json()["tokens"]]

    assert [listed(client) for client in (world.owner, world.editor, world.viewer, world.stranger)] == [
        True,
        True,
        False,
        False,
    ]
    assert is_refusal(world.viewer.delete(f"/api/tokens/{made}"), 404)
    assert world.editor.delete(f"/api/tokens/{made}").status_code == 204


def test_a_service_token_sees_its_teams_tokens_and_nobody_elses(world, team, everyone):
    for other in (everyone, team):
        world.owner.post("/api/tokens", json=wanted(other))
    with service(world, team) as client:
        listed = client.get("/api/tokens").json()["tokens"]
    assert {one["team_token"] for one in listed} == {team}


def test_it_is_a_client_of_oauth_too(world, team):
    made = world.owner.post("/api/tokens", json=wanted(team)).json()
    form = {"grant_type": "client_credentials", "client_id": made["token"], "client_secret": made["secret"]}
    granted = world.anonymous.post("/oauth/token", data=form).json()
    with Client(world.app, granted["access_token"]) as client:
        assert client.post("/v2/saved_filters", json={"title": "x"}).json()["created_by"] == team
        assert world.owner.delete(f"/v2/teams/{team}").status_code == 204
        assert is_refusal(client.get("/v2/me"), 401)
    assert world.anonymous.post("/oauth/token", data=form).status_code == 401


def test_its_use_is_noted_and_nobody_is_seen_by_it(world, team):
    made = world.owner.post("/api/tokens", json=wanted(team)).json()
    world.pass_time(days=3)
    with Client(world.app, made["secret"]) as client:
        client.get("/v2/me")
    with world.house.database.reading() as session:
        assert world.now not in session.scalars(sa.select(UserRow.last_seen_at)).all()
    noted = next(
        one for one in world.owner.get("/api/tokens").json()["tokens"] if one["token"] == made["token"]
    )
    assert noted["last_used_at"] == "2025-02-18T12:00:00Z"
