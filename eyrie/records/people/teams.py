"""Teams: people who may do the same, and the workspaces in which they may do it."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from eyrie.access.caller import Access, Role, Scope
from eyrie.access.rights import Action, may_pass_on
from eyrie.access.teams import PREFIX, add_team, members, set_members, set_workspaces, workspaces
from eyrie.basics.errors import Forbidden, Malformed, NotFound, Refused
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.record import Record, Verbs
from eyrie.records.people.team_shapes import CreateTeam, ListTeams, Team, UpdateTeam
from eyrie.records.people.users import sees_dashboard
from eyrie.store.people import ApiTokenRow, UserRow, WorkspaceRow
from eyrie.store.teams import TeamRow, TeamWorkspaceRow

teams = Record(
    name="team",
    thing="Team",
    tag="Teams",
    path="/teams",
    token_prefix=PREFIX,
    row=TeamRow,
    view=Team,
    create=CreateTeam,
    update=UpdateTeam,
    titled_by="name",
    needs=Action.MANAGE_ACCOUNT,
    verbs=Verbs.READ | Verbs.DELETE,
    refuses={Verbs.DELETE: frozenset({400, 403, 404, 422})},
)


@teams.shows
def workspace_tokens(call: Call, row: TeamRow) -> list[str]:
    """Those that the team edits; those it may only look at are told under `/api`."""
    given = workspaces(call.session, row)
    return [token for token, access in given.items() if access is Access.EDIT]


@teams.shows
def user_emails(call: Call, row: TeamRow) -> list[str]:
    """In the order in which they were named."""
    return [user.email for user, _ in members(call.session, row)]


@teams.shows
def user_tokens(call: Call, row: TeamRow) -> list[str]:
    """In the same order."""
    return [user.token for user, _ in members(call.session, row)]


def values(call: Call, row: TeamRow) -> audit.Values:
    """What an audit entry keeps of a team: besides what is shown, roles and access."""
    roles = {} if row.is_everyone else {user.token: role.value for user, role in members(call.session, row)}
    access = {token: access.value for token, access in workspaces(call.session, row).items()}
    return {**teams.values(call, row), "members": roles, "workspaces": access}


def note_change(call: Call, row: TeamRow, before: audit.Values) -> None:
    """Write the audit entry of a changed team."""
    row.updated_at = call.now
    call.session.flush()
    teams.note(call, row, dict(before), dict(values(call, row)))


def checked_workspaces(
    call: Call, wanted: Mapping[str, Access], before: Mapping[str, Access]
) -> Mapping[str, Access]:
    """Nobody gives a team more of a workspace than they, as an owner of a team, have there already."""
    unknown = [token for token in wanted if call.rows.find(WorkspaceRow, token) is None]
    if unknown:
        raise NotFound(*(f"Workspace not found: {token}" for token in unknown))
    for token, access in wanted.items():
        if before.get(token) not in (access, Access.EDIT) and not may_pass_on(call.caller, token, access):
            raise Forbidden(
                f"Workspace {token}: only an Owner of the account gives a Team access to it, or an owner of "
                "another Team that has as much"
            )
    return wanted


def create(call: Call, body: CreateTeam) -> TeamRow:
    """Make a team; whoever makes it does not become a member."""
    _check_name(call, body.name, None)
    people = named_people(call, body.user_tokens, body.user_emails)
    given = checked_workspaces(call, dict.fromkeys(body.workspace_tokens, Access.EDIT), {})
    _check_dashboard(call, body.default_dashboard_token, None)
    team = add_team(call.session, call.caller.account, body.name, call.now, description=body.description)
    team.default_dashboard_token = body.default_dashboard_token
    set_members(call.session, team, {user.token: Role(body.role) for user in people}, call.now)
    set_workspaces(call.session, team, given)
    call.session.flush()
    teams.note(call, team, None, dict(values(call, team)))
    return team


def update(call: Call, row: TeamRow, body: UpdateTeam) -> None:
    """Change what was sent of a team."""
    call.rows.lock(row)
    before = values(call, row)
    if body.name is not None:
        _check_name(call, body.name, row)
        row.name = body.name
    if body.description is not None:
        row.description = body.description
    if "default_dashboard_token" in body.model_fields_set:
        _check_dashboard(call, body.default_dashboard_token or None, row)
        row.default_dashboard_token = body.default_dashboard_token or None
    if body.workspace_tokens is not None:
        there = workspaces(call.session, row)
        wanted = dict.fromkeys(body.workspace_tokens, Access.EDIT)
        looked_at = {t: a for t, a in there.items() if a is Access.VIEW and t not in wanted}
        set_workspaces(call.session, row, {**checked_workspaces(call, wanted, there), **looked_at})
    _update_members(call, row, body)
    note_change(call, row, before)


def _update_members(call: Call, row: TeamRow, body: UpdateTeam) -> None:
    """Replace the list, as far as one was sent; who stays keeps a role unless one was sent."""
    there = {user.token: role for user, role in members(call.session, row)}
    listed = list(there)
    if body.user_tokens is not None or body.user_emails is not None:
        people = named_people(call, body.user_tokens or [], body.user_emails or [])
        listed = [user.token for user in people]
    if row.is_everyone:
        if set(listed) != set(there):
            raise Refused("All Users are in this Team; nobody leaves it, and nobody need be added")
        if body.role is not None:
            raise Refused("What a User is in the account is set for each of them, with POST …/members")
        return
    role = Role(body.role) if body.role else None
    roles = {token: role or there.get(token, Role.EDITOR) for token in listed}
    set_members(call.session, row, roles, call.now)


def named_people(call: Call, tokens: Sequence[str], emails: Sequence[str]) -> Sequence[UserRow]:
    """The people named by tokens or by addresses; by both only if they are the same, as in an answer."""
    by_token = _people(call, "token", tokens)
    by_email = _people(call, "email", emails)
    if tokens and emails and by_token != by_email:
        raise Malformed("user_tokens and user_emails cannot be combined; send one of them")
    return by_token or by_email


def _people(call: Call, column: str, names: Sequence[str]) -> Sequence[UserRow]:
    field = getattr(UserRow, column)
    found = {
        getattr(user, column): user
        for user in call.rows.all(call.rows.query(UserRow).where(field.in_(names)))
    }
    unknown = [name for name in names if name not in found]
    if unknown:
        raise NotFound(*(f"User not found: {name}" for name in unknown))
    return [found[name] for name in names]


def _check_name(call: Call, name: str, row: TeamRow | None) -> None:
    taken = call.session.scalar(call.rows.query(TeamRow).where(TeamRow.name == name))
    if taken is not None and taken is not row:
        raise Refused("Name has already been taken")


def _check_dashboard(call: Call, token: str | None, row: TeamRow | None) -> None:
    """A dashboard that is there already may be sent back."""
    if token and token != (row and row.default_dashboard_token) and not sees_dashboard(call, token):
        raise NotFound("Dashboard not found")


def _ended(call: Call, row: TeamRow) -> None:
    """Its tokens end with it; members, workspaces and grants go by themselves."""
    if row.is_everyone:
        raise Refused("The Team of everybody cannot be deleted")
    living = sa.update(ApiTokenRow).where(
        ApiTokenRow.team_token == row.token, ApiTokenRow.revoked_at.is_(None)
    )
    call.session.execute(living.values(revoked_at=call.now, updated_at=call.now))


teams.before_delete = _ended


def _listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, ListTeams)
    question = call.rows.query(TeamRow)
    if query.q:
        question = question.where(TeamRow.name.icontains(query.q, autoescape=True))
    if query.workspace_token:
        seen = query.workspace_token if query.workspace_token in call.caller.workspaces else ""
        there = sa.select(TeamWorkspaceRow.team_token).where(TeamWorkspaceRow.workspace_token == seen)
        question = question.where(TeamRow.token.in_(there))
    found = one_page(call.session, question, TeamRow, query)
    return page_of("teams", found, [teams.show(call, row) for row in found.rows])


def _created(call: Call) -> Shown:
    return Shown(teams.show(call, create(call, call.body)))


def _updated(call: Call) -> Shown:
    row = teams.found(call)
    update(call, row, call.body)
    return Shown(teams.show(call, row))


def operations() -> list[Operation]:
    """The operations of teams."""
    return [
        Operation(
            name="getTeams",
            tag="Teams",
            method="GET",
            path="/teams",
            summary="List Teams",
            description="All Teams of the account, page by page; the first is that of everybody.",
            scope=Scope.READ,
            query=ListTeams,
            answers=Answer(200, Team, key="teams"),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="createTeam",
            tag="Teams",
            method="POST",
            path="/teams",
            summary="Create a Team",
            description="Creates a Team and returns it; its creator does not become a member.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_ACCOUNT,
            body=JsonBody(CreateTeam),
            answers=Answer(201, Team),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            run=_created,
        ),
        Operation(
            name="updateTeam",
            tag="Teams",
            method="PUT",
            path="/teams/{team_token}",
            summary="Update a Team",
            description="Changes what is sent of a Team; lists are replaced as a whole.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_TEAM,
            finds=(teams.finds(),),
            body=JsonBody(UpdateTeam),
            answers=Answer(200, Team),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            run=_updated,
        ),
        *operations_of(teams),
    ]
