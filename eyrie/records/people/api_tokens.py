"""API tokens, managed by the people they belong to; a secret is shown once, when it is made."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from eyrie.access.caller import Scope
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


class ApiToken(View):
    """An API token, without its secret."""

    token: Token = Field(description="The name of the token; also its client id for `POST /oauth/token`.")
    description: str
    scopes: list[str]
    user_token: Token
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


def make(
    call: Call, user: UserRow, scopes: Sequence[Scope], description: str, expires_at: dt.datetime | None
) -> tuple[ApiTokenRow, str]:
    """Make a token for a user; its secret is given back once and never again."""
    row, secret = create_token(
        call.session, user, scopes, description=description, now=call.now, expires_at=expires_at
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


def _mine(call: Call, row: ApiTokenRow) -> bool:
    return row.user_token == call.caller.user or may(call.caller, Action.MANAGE_ACCOUNT)


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    question = call.rows.query(ApiTokenRow).where(ApiTokenRow.client_token.is_(None))
    if not may(call.caller, Action.MANAGE_ACCOUNT):
        question = question.where(ApiTokenRow.user_token == call.caller.user)
    found = one_page(call.session, question, ApiTokenRow, call.query)
    return page_of("tokens", found, [ApiToken.model_validate(row) for row in found.rows])


def _created(call: Call) -> Shown:
    user = call.rows.find(UserRow, call.caller.user or "")
    if user is None:
        raise Refused("Only a person makes tokens")
    held = call.caller.token.scopes if call.caller.token else ()
    wanted = [Scope(scope) for scope in call.body.scopes]
    if any(scope not in held for scope in wanted):
        raise Forbidden("A token cannot make one with more scopes than its own")
    day = call.body.expires_at
    expires_at = dt.datetime.combine(day, dt.time()) if day else None
    row, secret = make(call, user, wanted, call.body.description, expires_at)
    return Shown(NewApiToken(**dict(ApiToken.model_validate(row)), secret=secret))


def _revoked(call: Call) -> Nothing:
    row = call.found["token"]
    assert isinstance(row, ApiTokenRow)
    if row.revoked_at is not None or not _mine(call, row):
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
            description="One's own tokens; an Owner sees those of everybody. Secrets are never shown again.",
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
