"""The work behind `eyrie team`: the same functions that the API calls, in the name of the command line."""

import os
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from eyrie.access.caller import Access, Role
from eyrie.access.teams import members as members_of
from eyrie.access.teams import workspaces as workspaces_of
from eyrie.basics.errors import NotFound
from eyrie.operations.call import Call
from eyrie.operations.five import delete
from eyrie.records.people import access_grants, team_members, team_workspaces
from eyrie.records.people.access_grants import GrantAccess, find_resource, given
from eyrie.records.people.team_shapes import CreateTeam
from eyrie.records.people.teams import create, named_people, teams
from eyrie.start.calling import asking, changing
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.store.teams import GrantRow, TeamRow
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.cli.team_shapes import GrantLine, MemberLine, MembersWish, TeamLine
from eyrie.surfaces.cli.work import Flags

NONE = "none"


def list_teams(flags: Flags) -> Sequence[TeamLine]:
    """List all teams by name, that of everybody first."""
    with opened(read_settings(os.environ, flags)) as house, asking(house) as call:
        names = _workspace_names(call)
        by_name = call.rows.query(TeamRow).order_by(TeamRow.is_everyone.desc(), TeamRow.name)
        found = call.rows.all(by_name)
        return [_line(call, team, names) for team in found]


def _line(call: Call, team: TeamRow, names: Mapping[str, str]) -> TeamLine:
    access = workspaces_of(call.session, team)
    grants = sa.select(sa.func.count()).select_from(GrantRow).where(GrantRow.team_token == team.token)
    return TeamLine(
        name=team.name,
        token=team.token,
        members=len(members_of(call.session, team)),
        edits=tuple(names[token] for token, way in access.items() if way is Access.EDIT),
        views=tuple(names[token] for token, way in access.items() if way is Access.VIEW),
        grants=call.session.scalar(grants) or 0,
    )


def add_team(flags: Flags, name: str, description: str) -> str:
    """Add a team and give its token."""
    with opened(read_settings(os.environ, flags)) as house, changing(house) as call:
        return create(call, checked(CreateTeam, {"name": name, "description": description})).token


def remove_team(flags: Flags, name: str) -> None:
    """Remove a team."""
    with opened(read_settings(os.environ, flags)) as house, changing(house) as call:
        delete(teams, call, team_named(call, name))


def members(flags: Flags, name: str, wish: MembersWish) -> Sequence[MemberLine]:
    """Let people come and leave; give all who are in the team then."""
    with opened(read_settings(os.environ, flags)) as house, changing(house) as call:
        team = team_named(call, name)
        for user in named_people(call, (), wish.add):
            team_members.add(call, team, user, Role(wish.role))
        for user in named_people(call, (), wish.remove):
            team_members.remove(call, team, user)
        found = members_of(call.session, team)
        return [MemberLine(user.email, user.name or "", role.value) for user, role in found]


def workspaces(flags: Flags, name: str, wished: Mapping[str, str]) -> Mapping[str, str]:
    """Change what a team may do in some workspaces; give what it may do then."""
    with opened(read_settings(os.environ, flags)) as house, changing(house) as call:
        team, names = team_named(call, name), _workspace_names(call)
        access = dict(workspaces_of(call.session, team))
        for workspace, way in wished.items():
            token = _workspace_named(names, workspace)
            access.pop(token, None)
            if way != NONE:
                access[token] = Access(way)
        if wished:
            team_workspaces.give(call, team, access)
        return {names[token]: way.value for token, way in access.items()}


def grants(flags: Flags, name: str, wished: Mapping[str, str]) -> Sequence[GrantLine]:
    """Give, deny or leave some resources to the workspace's rule; give all grants of the team then."""
    with opened(read_settings(os.environ, flags)) as house, changing(house) as call:
        team = team_named(call, name)
        for token, access in wished.items():
            resource = find_resource(call, token)
            if access != NONE:
                access_grants.grant(call, resource, team, GrantAccess(access))
            elif row := given(call, token, team):
                delete(access_grants.access_grants, call, row)
        ours = call.rows.query(GrantRow).where(GrantRow.team_token == team.token)
        found = call.rows.all(ours.order_by(GrantRow.created_at, GrantRow.token))
        return [GrantLine(row.resource_token, _title(call, row.resource_token), row.access) for row in found]


def _title(call: Call, token: str) -> str:
    return str(getattr(call.rows.find_granted(token), "title", ""))


def team_named(call: Call, name: str) -> TeamRow:
    """A team by its name or token."""
    found = call.rows.query(TeamRow).where(sa.or_(TeamRow.name == name, TeamRow.token == name))
    team = call.session.scalar(found.order_by(TeamRow.token == name).limit(1))
    if team is None:
        raise NotFound(f"There is no team {name}; `eyrie team list` shows those that there are")
    return team


def _workspace_names(call: Call) -> Mapping[str, str]:
    return {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}


def _workspace_named(names: Mapping[str, str], wished: str) -> str:
    found = [token for token, name in names.items() if wished in (name, token)]
    if not found:
        raise NotFound(f"There is no workspace {wished}; there are: {', '.join(names.values())}")
    return found[0]
