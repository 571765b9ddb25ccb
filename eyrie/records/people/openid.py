"""Signing in with OpenID Connect: off to the provider, and back as a person of ours.

Who comes back is known by issuer and subject. The first time, by an e-mail address that the provider has
verified; somebody whom nobody has added is refused, or becomes what the setting `openid_newcomers` says.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import Field

from eyrie.access import openid, sessions
from eyrie.access.first import add_user, ensure_first
from eyrie.access.openid import Away, Person
from eyrie.access.ways import OpenId
from eyrie.basics.errors import Forbidden, Malformed, NotFound
from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Raw
from eyrie.operations.shapes import Query
from eyrie.records.people.sign_in import begun
from eyrie.records.people.users import users
from eyrie.store.people import UserRow
from eyrie.store.secret_box import SecretUnreadable
from eyrie.store.sign_in import OutsideIdentityRow

PATH = "/sign_in/openid"
BACK = f"{PATH}/callback"
COOKIE = "eyrie_openid"
MINUTES = 10


class BeginOpenId(Query):
    """Where to go afterwards."""

    then: str = Field("/", description="A path of this server.")


class FinishOpenId(Query):
    """What the provider sends a browser back with."""

    state: str | None = Field(None, description="What the browser left with.")
    code: str | None = Field(None, description="What is exchanged for tokens.")
    error: str | None = Field(None, description="Why there is none.")
    error_description: str | None = Field(None, description="The same in words.")


@dataclass(frozen=True)
class _Back:
    """Somebody who came back, and where they go now."""

    person: Person
    then: str


def _way(call: Call) -> OpenId:
    if call.house.ways.openid is None:
        raise NotFound("There is no OpenID Connect here; set openid_issuer and openid_client_id")
    return call.house.ways.openid


def _redirect(call: Call) -> str:
    return f"{call.address.base}{Door.API}{BACK}"


def _left(call: Call) -> Raw:
    query = call.query
    assert isinstance(query, BeginOpenId)
    parts = urlsplit(query.then)
    if parts.scheme or parts.netloc or not query.then.startswith("/") or query.then[1:2] in ("/", "\\"):
        raise Malformed("then must be a path of this server, such as /reports")
    address, away = openid.leave(_way(call), _redirect(call), query.then)
    secure = "; Secure" if call.address.base.startswith("https:") else ""
    sealed = call.house.secrets.seal(away.written())
    kept = f"{COOKIE}={sealed}; Path={Door.API}{PATH}; Max-Age={MINUTES * 60}; HttpOnly; SameSite=Lax{secure}"
    return Raw(b"{}", status=302, headers={"Location": address, "Set-Cookie": kept})


def _ask_who(call: Call) -> _Back:
    """Ask the provider who came back, outside of any transaction."""
    sealed = sessions.cookie_named(call.headers.get("cookie", ""), COOKIE)
    try:
        away = Away.read(call.house.secrets.open(sealed or ""))
    except SecretUnreadable as error:
        raise Malformed("This browser did not begin to sign in here, or too long ago; begin again") from error
    answer = {name: getattr(call.query, name) for name in FinishOpenId.model_fields}
    return _Back(openid.come_back(_way(call), _redirect(call), away, answer), away.then)


def _came_back(call: Call) -> Raw:
    back: _Back = call.prepared
    way = _way(call)
    known = call.session.get(OutsideIdentityRow, (way.issuer, back.person.subject))
    user = call.session.get_one(UserRow, known.user_token) if known else _recognised(call, way, back.person)
    session = begun(call, user)
    return Raw(b"{}", status=302, headers={**session.headers, "Location": call.address.base + back.then})


def _recognised(call: Call, way: OpenId, person: Person) -> UserRow:
    """The person of ours with the same e-mail address, from now on known by the provider's name for them."""
    if not person.email or not person.email_is_theirs:
        raise Forbidden(f"{way.name} tells no verified e-mail address of you, by which you are known here")
    asked = sa.select(UserRow).where(sa.func.lower(UserRow.email) == person.email.strip().lower())
    user = call.session.scalar(asked)
    if user is None:
        user = _newcomer(call, way, person, person.email)
    call.session.add(OutsideIdentityRow(issuer=way.issuer, subject=person.subject, user_token=user.token))
    call.session.flush()
    return user


def _newcomer(call: Call, way: OpenId, person: Person, email: str) -> UserRow:
    if way.newcomers is None:
        raise Forbidden(f"Nobody here has the e-mail address {email}; ask an Owner to add you")
    account, _ = ensure_first(call.session, call.now)
    user = add_user(
        call.session, account.token, email=email, name=person.name, role=way.newcomers, now=call.now
    )
    acted = acting(call.house, call.session, account.token, name=email)
    users.note(acted, user, None, users.values(acted, user))
    return user


def operations() -> list[Operation]:
    """The operations of OpenID Connect."""
    return [
        Operation(
            name="beginOpenId",
            tag="SignIn",
            door=Door.API,
            method="GET",
            path=PATH,
            summary="Sign in with OpenID Connect",
            description="Sends a browser to the provider, which sends it back here.",
            scope=None,
            query=BeginOpenId,
            answers=Answer(302, free=True),
            refuses=frozenset({400, 404}),
            work=Work.NONE,
            run=_left,
        ),
        Operation(
            name="finishOpenId",
            tag="SignIn",
            door=Door.API,
            method="GET",
            path=BACK,
            summary="Come back from OpenID Connect",
            description="Where the provider sends a browser; begins a session and sends it on.",
            scope=None,
            query=FinishOpenId,
            answers=Answer(302, free=True),
            refuses=frozenset({400, 403, 404}),
            work=Work.WRITES,
            prepares=_ask_who,
            run=_came_back,
        ),
    ]
