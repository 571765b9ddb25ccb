"""vantage-python, unchanged: teams, their members, and access grants."""

import pytest
from vantage import (
    AddTeamMember,
    CreateAccessGrant,
    CreateCostReport,
    CreateTeam,
    UpdateAccessGrant,
    UpdateTeam,
    VantageAPIError,
)

from tests.servers import eyrie

PEOPLE = ["zoe@example.com", "ada@example.com"]


@pytest.fixture(scope="module")
def people(server):
    """Two more people of the home."""
    for address in PEOPLE:
        eyrie("user", "add", address, "--home", str(server.home))
    return PEOPLE


def refused(call, *arguments):
    with pytest.raises(VantageAPIError) as refusal:
        call(*arguments)
    return refusal.value.status, refusal.value.errors


def test_a_team_lives(client, workspace, people):
    made = client.teams.create(CreateTeam(name="Python", workspace_tokens=[workspace], user_emails=people))
    assert made.token.startswith("team_")
    assert (made.description, made.workspace_tokens) == ("", [workspace])
    assert (made.user_emails, made.default_dashboard_token) == (people, None)
    turned = client.teams.update(made.token, UpdateTeam(user_tokens=made.user_tokens[::-1], user_emails=[]))
    assert turned.user_emails == people[::-1]
    assert client.teams.get(made.token) == turned
    assert made.token in [team.token for team in client.teams.list(limit=1000).teams]
    member = client.teams.add_member(made.token, AddTeamMember(user_email=people[0], role="viewer"))
    assert (member.email, member.role) == (people[0], "viewer")
    listed = client.teams.get_members(made.token).members
    assert [(each.email, each.role) for each in listed] == [(people[1], "editor"), (people[0], "viewer")]
    client.teams.remove_member(made.token, member.user_token)
    assert client.teams.get(made.token).user_emails == [people[1]]
    client.teams.delete(made.token)
    assert refused(client.teams.get, made.token) == (404, ["Team not found"])


def test_a_grant_lives(client, workspace):
    team = client.teams.create(CreateTeam(name="Granted by Python"))
    ends = {"end_date": "", "previous_period_end_date": ""}
    report = client.cost_reports.create(CreateCostReport(title="Shared", workspace_token=workspace, **ends))
    wanted = CreateAccessGrant(resource_token=report.token, team_token=team.token)
    made = client.access_grants.create(wanted)
    assert made.token.startswith("rsrc_accss_grnt_")
    assert (made.resource_token, made.team_token, made.access) == (report.token, team.token, "allowed")
    assert made.created_by.startswith("usr_")
    assert client.access_grants.create(wanted) == made
    denied = client.access_grants.update(made.token, UpdateAccessGrant(access="denied"))
    assert denied.access == "denied"
    assert client.access_grants.list(limit=1000).access_grants == [denied]
    client.cost_reports.delete(report.token)
    assert refused(client.access_grants.get, made.token) == (404, ["Access grant not found"])
    client.teams.delete(team.token)


def test_the_team_of_everybody_is_not_deleted(client):
    everyone = client.teams.list().teams[0]
    assert everyone.name == "Everyone"
    assert refused(client.teams.delete, everyone.token) == (422, ["The Team of everybody cannot be deleted"])
