"""Me: what a token sees of itself and its user."""

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.basics.errors import Fault, Refused
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Shown
from eyrie.operations.shapes import Moment, Token, View
from eyrie.records.people.users import UpdateUser, sees_dashboard, users, with_known_dashboard
from eyrie.records.people.workspaces import Workspace, workspaces
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.teams import TeamRow


class BearerToken(View):
    """The token that a request carries."""

    description: str | None = Field(description="What its maker wrote about it.")
    created_at: Moment
    scope: list[str] = Field(description="What it may be used for.")


class Me(View):
    """What a token sees of itself."""

    default_workspace_token: Token | None = Field(description="The Workspace used when none is named.")
    default_dashboard_token: Token | None = Field(
        description="The Dashboard seen first: one's own, or that of the first Team that has one."
    )
    workspaces: list[Workspace] = Field(description="The Workspaces it can use.")
    bearer_token: BearerToken


class UpdateMe(UpdateUser):
    """What can be changed of oneself."""


def _shown(call: Call) -> Shown:
    caller = call.caller
    if caller.token is None:
        raise Fault("a call without a token asked for itself")
    user = call.session.get(UserRow, caller.user) if caller.user else None
    visible = {row.token: row for row in call.rows.all(call.rows.query(WorkspaceRow))}
    only = next(iter(caller.workspaces)) if len(caller.workspaces) == 1 else None
    return Shown(
        Me.model_validate(
            {
                "default_workspace_token": only or caller.default_workspace,
                "default_dashboard_token": _first_dashboard(call, user) if user else None,
                "workspaces": [workspaces.show(call, visible[token]) for token in caller.workspaces],
                "bearer_token": {
                    "description": caller.token.description,
                    "created_at": caller.token.created_at,
                    "scope": [scope.value for scope in caller.token.scopes],
                },
            }
        )
    )


def _first_dashboard(call: Call, user: UserRow) -> str | None:
    """One's own, or that of the first team joined that has one to be seen."""
    if user.default_dashboard_token is not None:
        return user.default_dashboard_token
    for seat in call.caller.seats:
        token = call.session.get_one(TeamRow, seat.team).default_dashboard_token
        if token is not None and sees_dashboard(call, token):
            return token
    return None


def _updated(call: Call) -> Shown:
    row = call.session.get(UserRow, call.caller.user) if call.caller.user else None
    if row is None:
        raise Refused("A service token has no preferences; use a personal token")
    before = users.values(call, row)
    sent = call.body.sent()
    if sent.get("default_dashboard_token") == _first_dashboard(call, row):
        sent = {}  # what was shown comes back: a team's stays the team's
    for name, value in with_known_dashboard(call, sent, row).items():
        setattr(row, name, value)
    row.updated_at = call.now
    call.session.flush()
    users.note(call, row, before, users.values(call, row))
    return _shown(call)


def operations() -> list[Operation]:
    """The operations of oneself."""
    return [
        Operation(
            name="getMe",
            tag="Me",
            method="GET",
            path="/me",
            summary="Get what the token sees of itself",
            description="The token's scopes, and the Workspaces it can use.",
            scope=Scope.READ,
            answers=Answer(200, Me),
            work=Work.READS,
            run=_shown,
        ),
        Operation(
            name="updateMe",
            tag="Me",
            method="PUT",
            path="/me",
            summary="Change one's own preferences",
            description="Sets or clears the Dashboard that one sees first.",
            scope=Scope.WRITE,
            needs=Action.EDIT_SELF,
            body=JsonBody(UpdateMe),
            answers=Answer(200, Me),
            refuses=frozenset({422}),
            work=Work.WRITES,
            audited=True,
            run=_updated,
        ),
    ]
