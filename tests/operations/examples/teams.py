"""Examples of teams, their members and workspaces, and access grants. None gives the world's people anything."""

from collections.abc import Mapping

from eyrie.access.caller import Role
from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.operations.examples.reports import make_cost_report
from tests.world import World

UNGRANTED = "Ungranted team"


def make_team(world: World, _names: Names, _workspace: str) -> str:
    """A team of those who were made for a list of people, with nothing to do."""
    users = world.owner.get("/v2/users?limit=1000").json()["users"]
    people = [user["token"] for user in users if user["email"].startswith("person.")]
    return made(world.owner.post("/v2/teams", json={"name": new_name("Team"), "user_tokens": people}))


def make_person(world: World, names: Names, workspace: str) -> str:
    """The viewer; or, behind a team, somebody who is in that team alone."""
    if "team_token" not in names:
        return world.user("viewer")
    name = new_name("member").replace(" ", ".")
    user = world.person(name, Role.VIEWER)
    body = {"user_email": f"{name}@example.com", "role": "viewer"}
    answer = world.owner.post(f"/v2/teams/{names['team_token']}/members", json=body)
    assert answer.status_code == 201, f"{answer.text} in {workspace}"
    return user


def make_grant(world: World, names: Names, workspace: str) -> str:
    """A report that a team is given, in which those sit who look at all of the workspace anyway."""
    body = {"name": new_name("Team"), "user_tokens": _viewers(world, workspace), "role": "viewer"}
    team = made(world.owner.post("/v2/teams", json=body))
    report = make_cost_report(world, names, workspace)
    granted = {"resource_token": report, "team_token": team}
    return made(world.owner.post("/v2/access_grants", json=granted))


def _viewers(world: World, workspace: str) -> list[str]:
    (team,) = world.owner.get("/v2/teams", params={"q": world.people_of(workspace)}).json()["teams"] or [None]
    if team is None:
        return []
    members = world.owner.get(f"/v2/teams/{team['token']}/members?limit=1000").json()["members"]
    return [member["user_token"] for member in members if member["role"] == "viewer"]


def _with_a_team(world: World, _names: Names) -> None:
    """A team without people and grants, to be found by its name."""
    made(world.owner.post("/v2/teams", json={"name": new_name(UNGRANTED)}))


def _first_grant(world: World) -> Sent:
    """The report that Main began with, for the team that was made last for this."""
    for _ in "ab":
        teams = world.owner.get("/v2/teams", params={"q": UNGRANTED, "limit": 1000}).json()["teams"]
        if not teams:
            _with_a_team(world, {})
    team = max(teams, key=lambda each: int(each["name"].rpartition(" ")[2]))
    asked = {"workspace_token": world.main, "q": "All Resources"}
    (report,) = world.owner.get("/v2/cost_reports", params=asked).json()["cost_reports"]
    return {"json": {"resource_token": report["token"], "team_token": team["token"]}}


def _somebody(world: World) -> Sent:
    name = new_name("somebody").replace(" ", ".")
    world.person(name, Role.VIEWER)
    return {"json": {"user_email": f"{name}@example.com", "role": "editor"}}


MAKERS: Mapping[str, Maker] = {
    "team_token": make_team,
    "user_token": make_person,
    "access_grant_token": make_grant,
}

EXAMPLES: Mapping[str, Example] = {
    "getTeamMembers": Example(first=lambda world, names: make_person(world, names, world.main)),
    "getAccessGrants": Example(first=lambda world, names: make_grant(world, names, world.main)),
    "createTeam": Example(
        lambda _: {"json": {"name": new_name("Team"), "description": "Those who save"}},
        Entry("team", "record_created", "description"),
    ),
    "updateTeam": Example(
        lambda _: {"json": {"name": new_name("Renamed")}}, Entry("team", "record_updated", "name")
    ),
    "deleteTeam": Example(leaves=Entry("team", "record_destroyed", "user_tokens")),
    "addTeamMember": Example(_somebody, Entry("team", "record_updated", "members")),
    "removeTeamMember": Example(leaves=Entry("team", "record_updated", "user_emails")),
    "updateTeamWorkspaces": Example(
        lambda world: {"json": {"workspaces": [{"workspace_token": world.other, "access": "view"}]}},
        Entry("team", "record_updated", "workspaces"),
    ),
    "createAccessGrant": Example(
        _first_grant, Entry("access_grant", "record_created", "access"), _with_a_team
    ),
    "updateAccessGrant": Example(
        lambda _: {"json": {"access": "denied"}}, Entry("access_grant", "record_updated", "access")
    ),
    "deleteAccessGrant": Example(leaves=Entry("access_grant", "record_destroyed", "resource_token")),
}
