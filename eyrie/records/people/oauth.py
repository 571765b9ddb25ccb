"""`POST /oauth/token`: client credentials for a token that lives an hour.

The client is an API token: its name is the client id and its secret the client secret. What comes out has the
same owner, a person or a team, at most the same scopes, and expires.
"""

import base64
import datetime as dt
import hmac
from urllib.parse import unquote_plus

import msgspec
from pydantic import Field

from eyrie.access.caller import Role, Scope
from eyrie.access.tokens import create_token, hash_of, is_valid, owner_of
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, FormBody, Operation, Work
from eyrie.operations.outcome import Outcome, Raw, Shown
from eyrie.operations.shapes import Draft, View
from eyrie.store.people import ApiTokenRow

LIFETIME = dt.timedelta(hours=1)


class CreateOAuthToken(Draft):
    """A request for client credentials."""

    grant_type: str | None = Field(None, description="`client_credentials`.")
    client_id: str | None = Field(None, description="The name of an API token; or by HTTP Basic.")
    client_secret: str | None = Field(None, description="Its secret; or by HTTP Basic.")
    scope: str | None = Field(
        None, description="Scopes separated by blanks; default are all of the client's."
    )


class OAuthToken(View):
    """A token that lives an hour."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    created_at: int


def _failed(error: str, status: int = 400) -> Raw:
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return Raw(msgspec.json.encode({"error": error}), status=status, headers=headers)


def _client(call: Call) -> ApiTokenRow | None:
    """The API token that the credentials name, if they are right."""
    name, secret = call.body.client_id or "", call.body.client_secret or ""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return None
        name, secret = unquote_plus(name), unquote_plus(secret)
    row = call.session.get(ApiTokenRow, name) if "\x00" not in name else None
    if row is None or row.client_token or not hmac.compare_digest(row.secret_hash, hash_of(secret)):
        return None
    return row if is_valid(row, call.now) else None


def _granted(call: Call) -> Outcome:
    if call.body.grant_type != "client_credentials":
        return _failed("unsupported_grant_type" if call.body.grant_type else "invalid_request")
    client = _client(call)
    if client is None:
        return _failed("invalid_client", 401)
    wanted = (call.body.scope or " ".join(client.scopes)).split()
    if not wanted or any(scope not in client.scopes for scope in wanted):
        return _failed("invalid_scope")
    expires_at = min(call.now + LIFETIME, client.expires_at or call.now + LIFETIME)
    row, secret = create_token(
        call.session,
        owner_of(call.session, client),
        [Scope(scope) for scope in wanted],
        description=client.description,
        now=call.now,
        expires_at=expires_at,
        role=Role(client.role) if client.role else None,
        client=client.token,
    )
    return Shown(
        OAuthToken(
            access_token=secret,
            token_type="Bearer",
            expires_in=int((expires_at - call.now).total_seconds()),
            scope=" ".join(row.scopes),
            created_at=int(call.now.replace(tzinfo=dt.UTC).timestamp()),
        ),
        {"Pragma": "no-cache"},
    )


def operations() -> list[Operation]:
    """The one operation of OAuth."""
    return [
        Operation(
            name="createOAuthToken",
            tag="Tokens",
            door=Door.ROOT,
            method="POST",
            path="/oauth/token",
            summary="Get a token that lives an hour",
            description="OAuth 2 client credentials: the client is an API token.",
            scope=None,
            body=FormBody(CreateOAuthToken),
            answers=Answer(200, OAuthToken),
            also=(Answer(400, free=True), Answer(401, free=True)),  # `{"error": …}`, as OAuth has it
            work=Work.WRITES,
            run=_granted,
        )
    ]
