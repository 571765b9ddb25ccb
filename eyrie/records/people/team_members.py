"""The members of a team: who they are, and what each is in it."""

from eyrie.access.caller import Role, Scope
from eyrie.access.rights import Action, may
from eyrie.access.teams import members, set_members
from eyrie.basics.errors import Forbidden, Malformed, NotFound
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Finds, JsonBody, Operation, Work
from eyrie.operations.outcome import Nothing, Page, Shown
from eyrie.operations.paging import limit_of, one_slice, page_of
from eyrie.operations.shapes import PagedQuery
from eyrie.records.people.team_shapes import AddTeamMember, TeamMember
from eyrie.records.people.teams import named_people, note_change, teams, values
from eyrie.records.people.users import users
from eyrie.store.people import UserRow
from eyrie.store.teams import TeamRow


def add(call: Call, team: TeamRow, user: UserRow, role: Role) -> None:
    """Put somebody into a team; who is there already gets the role."""
    if role is Role.INTEGRATION_OWNER and not may(call.caller, Action.MANAGE_ACCOUNT):
        raise Forbidden("Only an Owner of the account makes somebody an integration owner")
    if team.is_everyone:
        _change_account_role(call, user, role)
        return
    call.rows.lock(team)
    before = values(call, team)
    roles = {member.token: role for member, role in members(call.session, team)}
    set_members(call.session, team, {**roles, user.token: role}, call.now)
    note_change(call, team, before)


def remove(call: Call, team: TeamRow, user: UserRow) -> None:
    """Take somebody out of a team."""
    if team.is_everyone:
        raise Malformed("All Users are in this Team, and nobody leaves it")
    call.rows.lock(team)
    before = values(call, team)
    roles = {member.token: role for member, role in members(call.session, team)}
    if user.token not in roles:
        raise NotFound("Team member not found")
    if roles.pop(user.token) is Role.OWNER and Role.OWNER not in roles.values():
        raise Malformed("The last owner of a Team stays in it; make somebody else an owner first")
    set_members(call.session, team, roles, call.now)
    note_change(call, team, before)


def _change_account_role(call: Call, user: UserRow, role: Role) -> None:
    """In the team of everybody a user is what they are in the account, which always has an Owner."""
    call.rows.lock(user)
    others = call.rows.query(UserRow).where(UserRow.role == Role.OWNER, UserRow.token != user.token)
    if role is not Role.OWNER and user.role == Role.OWNER and not call.rows.all(others.limit(1)):
        raise Malformed("The last Owner of an account stays one; make somebody else an Owner first")
    before = users.values(call, user)
    user.role, user.updated_at = role.value, call.now
    call.session.flush()
    users.note(call, user, before, users.values(call, user))


def _shown(user: UserRow, role: Role) -> TeamMember:
    return TeamMember(name=user.name or user.email, email=user.email, user_token=user.token, role=role.value)


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    seated = members(call.session, teams.found(call))
    places = {user.token: f"{place:09d}" for place, (user, _) in enumerate(seated)}
    found = one_slice(seated, call.query, limit_of(call.query), lambda seat: (places[seat[0].token],))
    return page_of("members", found, [_shown(user, role) for user, role in found.rows])


def _added(call: Call) -> Shown:
    (user,) = named_people(call, (), [call.body.user_email])
    role = Role(call.body.role)
    add(call, teams.found(call), user, role)
    return Shown(_shown(user, role))


def _removed(call: Call) -> Nothing:
    user = call.found["user_token"]
    assert isinstance(user, UserRow)
    remove(call, teams.found(call), user)
    return Nothing()


def operations() -> list[Operation]:
    """The operations of members."""
    return [
        Operation(
            name="getTeamMembers",
            tag="Teams",
            method="GET",
            path="/teams/{team_token}/members",
            summary="List the members of a Team",
            description="In the order in which they were named; of the Team of everybody, all Users.",
            scope=Scope.READ,
            finds=(teams.finds(),),
            query=PagedQuery,
            answers=Answer(200, TeamMember, key="members"),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="addTeamMember",
            tag="Teams",
            method="POST",
            path="/teams/{team_token}/members",
            summary="Add a member to a Team",
            description="Adds a User, or changes what a member is. In the Team of everybody it changes what "
            "the User is in the account.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_TEAM,
            finds=(teams.finds(),),
            body=JsonBody(AddTeamMember),
            answers=Answer(201, TeamMember),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            run=_added,
        ),
        Operation(
            name="removeTeamMember",
            tag="Teams",
            method="DELETE",
            path="/teams/{team_token}/members/{user_token}",
            summary="Remove a member from a Team",
            description="The last owner of a Team stays, and nobody leaves the Team of everybody.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_TEAM,
            finds=(teams.finds(), Finds("user_token", UserRow, "User")),
            answers=Answer(204),
            refuses=frozenset({400, 403, 404}),
            work=Work.WRITES,
            audited=True,
            run=_removed,
        ),
    ]
