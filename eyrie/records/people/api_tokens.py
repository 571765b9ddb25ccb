"""API tokens, of people and of teams; a secret is shown once, when it is made.

A person's own token is what the person is. A service token belongs to a team: it has the team's access, in
the role that was chosen for it, outlives whoever made it, and ends with the team.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field

from eyrie.access.caller import EDITORS, Caller, Role, Scope
from eyrie.access.rights import Action, may
from eyrie.access.tokens import create_token
from eyrie.basics.errors import Forbidden, NotFound, Refused
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Finds, JsonBody, Operation, Work
from eyrie.operations.outcome import Nothing, Page, Shown
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.shapes import Day, Draft, Moment, PagedQuery, Title, Token, View
from eyrie.store.people import ApiTokenRow, UserRow
from eyrie.store.teams import TeamRow


class ApiToken(View):
    """An API token, without its secret."""

    token: Token = Field(description="The name of the token; also its client id for `POST /oauth/token`.")
    description: str
    scopes: list[str]
    user_token: Token | None = Field(description="Whose it is; null for a service token.")
    team_token: Token | None = Field(description="The Team of a service token.")
    role: str | None = Field(description="What a service token is in its Team.")
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class NewApiToken(ApiToken):
    """An API token with its secret: shown this once."""

    secret: str = Field(description="What goes into `Authorization: Bearer`.")


class CreateApiToken(Draft):
    """What makes an API token."""

    description: Title = Field(description="What it is for.")
    scopes: Annotated[list[Scope], Field(min_length=1)] = Field(description="`read`, `write`, or both.")
    expires_at: Day | None = Field(None, description="The day from which it is no longer valid.")
    team_token: Token | None = Field(None, description="The Team of a service token; else it is one's own.")
    role: Role = Field(Role.EDITOR, description="What a service token is in its Team.")


def make(
    call: Call,
    owner: UserRow | TeamRow,
    scopes: Sequence[Scope],
    description: str,
    expires_at: dt.datetime | None,
    role: Role | None = None,
) -> tuple[ApiTokenRow, str]:
    """Make a token for a person, or for a team with a role in it.

    Its secret is given back once and never again.
    """
    row, secret = create_token(
        call.session,
        owner,
        scopes,
        description=description,
        now=call.now,
        role=role,
        expires_at=expires_at,
    )
    _note(call, row, None)
    return row, secret


def revoke(call: Call, row: ApiTokenRow) -> None:
    """End a token at once."""
    before = _values(row)
    row.revoked_at = row.updated_at = call.now
    _note(call, row, before)


def _values(row: ApiTokenRow) -> audit.Values:
    """What an audit entry keeps of a token: never its secret."""
    return ApiToken.model_validate(row).model_dump(mode="json")


def _note(call: Call, row: ApiTokenRow, before: audit.Values | None) -> None:
    audit.note(call, "api_token", row, row.description, before, _values(row))


def _role_in(caller: Caller, team: TeamRow) -> Role | None:
    """What the caller is in a team as far as its tokens are concerned; an Owner is one in every team."""
    if caller.role is Role.OWNER:
        return Role.OWNER
    return next((seat.role for seat in caller.seats if seat.team == team.token), None)


def _handles(call: Call, team: TeamRow) -> bool:
    """Tell whether the caller makes and revokes a team's tokens; of everybody's, editors do not."""
    role = _role_in(call.caller, team)
    return role in (EDITORS - {Role.EDITOR} if team.is_everyone else EDITORS)


def _teams_handled(call: Call) -> list[str]:
    return [team.token for team in call.rows.all(call.rows.query(TeamRow)) if _handles(call, team)]


def _seen(call: Call) -> sa.ColumnElement[bool]:
    """One's own tokens and those of teams one handles; an Owner's are all."""
    if may(call.caller, Action.MANAGE_ACCOUNT):
        return sa.true()
    own = ApiTokenRow.user_token == call.caller.user if call.caller.user else sa.false()
    return sa.or_(own, ApiTokenRow.team_token.in_(_teams_handled(call)))


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    question = call.rows.query(ApiTokenRow).where(ApiTokenRow.client_token.is_(None), _seen(call))
    found = one_page(call.session, question, ApiTokenRow, call.query)
    return page_of("tokens", found, [ApiToken.model_validate(row) for row in found.rows])


def _owner(call: Call, user: UserRow) -> tuple[UserRow | TeamRow, Role | None]:
    """Whose the new token is: the caller's, or a team's with no more than the caller has in it."""
    body: CreateApiToken = call.body
    if body.team_token is None:
        return user, None
    team = call.rows.find(TeamRow, body.team_token)
    if team is None:
        raise NotFound("Team not found")
    role, own = Role(body.role), _role_in(call.caller, team)
    if not _handles(call, team):
        raise Forbidden("Tokens of a Team are made by its owners and editors, or by an Owner of the account")
    if own is not Role.OWNER and role is Role.OWNER:
        raise Forbidden("role: only an owner of the Team makes a token that is one")
    if role is Role.INTEGRATION_OWNER and not may(call.caller, Action.MANAGE_ACCOUNT):
        raise Forbidden("role: only an Owner of the account makes an integration owner")
    return team, role


def _created(call: Call) -> Shown:
    user = call.rows.find(UserRow, call.caller.user or "")
    if user is None:
        raise Refused("Only a person makes tokens")
    held = call.caller.token.scopes if call.caller.token else ()
    wanted = [Scope(scope) for scope in call.body.scopes]
    if any(scope not in held for scope in wanted):
        raise Forbidden("A token cannot make one with more scopes than its own")
    owner, role = _owner(call, user)
    day = call.body.expires_at
    expires_at = dt.datetime.combine(day, dt.time()) if day else None
    row, secret = make(call, owner, wanted, call.body.description, expires_at, role)
    return Shown(NewApiToken(**dict(ApiToken.model_validate(row)), secret=secret))


def _revoked(call: Call) -> Nothing:
    row = call.found["token"]
    assert isinstance(row, ApiTokenRow)
    seen = call.rows.query(ApiTokenRow).where(ApiTokenRow.token == row.token, _seen(call))
    if row.revoked_at is not None or call.session.scalar(seen) is None:
        raise NotFound("Token not found")
    revoke(call, row)
    return Nothing()


def operations() -> list[Operation]:
    """The operations of API tokens."""
    return [
        Operation(
            name="getApiTokens",
            tag="Tokens",
            door=Door.API,
            method="GET",
            path="/tokens",
            summary="List API tokens",
            description="One's own, and those of Teams; an Owner sees all. Secrets are never shown again.",
            scope=Scope.READ,
            query=PagedQuery,
            answers=Answer(200, ApiToken, key="tokens"),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="createApiToken",
            tag="Tokens",
            door=Door.API,
            method="POST",
            path="/tokens",
            summary="Make an API token",
            description="Its secret is in the answer, and nowhere else afterwards.",
            scope=Scope.WRITE,
            needs=Action.EDIT_SELF,
            body=JsonBody(CreateApiToken),
            answers=Answer(201, NewApiToken),
            refuses=frozenset({400, 422}),
            work=Work.WRITES,
            audited=True,
            run=_created,
        ),
        Operation(
            name="deleteApiToken",
            tag="Tokens",
            door=Door.API,
            method="DELETE",
            path="/tokens/{token}",
            summary="Revoke an API token",
            description="From now on it is answered with 401.",
            scope=Scope.WRITE,
            needs=Action.EDIT_SELF,
            finds=(Finds("token", ApiTokenRow, "Token"),),
            answers=Answer(204),
            refuses=frozenset({404}),
            work=Work.WRITES,
            audited=True,
            run=_revoked,
        ),
    ]
