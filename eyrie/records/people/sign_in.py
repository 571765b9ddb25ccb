"""Signing in to the console: sessions by password, and the one-time links by which a password is set.

A wrong password is answered, not raised: the try must be counted, and what is raised is taken back.
"""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from pydantic import Field

from eyrie.access import passwords, sessions
from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.basics.errors import Forbidden, Malformed, NotFound, Refused
from eyrie.operations import audit
from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, JsonBody, Operation, Work
from eyrie.operations.outcome import Outcome, Raw, Shown
from eyrie.operations.shapes import Draft, Moment, Title, Token, View
from eyrie.records.people.users import users
from eyrie.store.people import UserRow
from eyrie.store.sign_in import PasswordRow

SIGN_IN_PAGE = "/sign-in"


class OpenIdWay(View):
    """A provider of OpenID Connect to sign in with."""

    name: str = Field(description="What people call it.")


class WaysToSignIn(View):
    """How people sign in here."""

    password: bool = Field(description="Whether with e-mail address and password.")
    openid: OpenIdWay | None = Field(description="With whom else; GET /api/sign_in/openid begins it.")


class SessionOfConsole(View):
    """Who is signed in."""

    user_token: Token
    email: str
    name: str | None
    role: str = Field(description="The role in the account.")
    csrf_token: str | None = Field(
        description="What each change must carry as X-CSRF-Token; null with an API token, which needs none."
    )


class CreateSession(Draft):
    """Who signs in."""

    email: Title = Field(description="The e-mail address.")
    password: str = Field(description="The password.", json_schema_extra={"format": "password"})


class UseSignInLink(Draft):
    """A one-time link, and the password that is set by it."""

    link: str = Field(description="What the link carries: `eyrie_link_…`.")
    password: str = Field(description="The new password.", json_schema_extra={"format": "password"})
    name: Title | None = Field(None, description="What the person wants to be called.")


class UpdatePassword(Draft):
    """A new password, and the one before."""

    current_password: str = Field(description="The password until now.")
    password: str = Field(description="The new password.", json_schema_extra={"format": "password"})


class SignInLink(View):
    """A link by which somebody sets a password, once."""

    url: str = Field(description="The address to open in a browser.")
    link: str = Field(description="What POST /api/sign_in/link takes.")
    expires_at: Moment


@dataclass(frozen=True)
class _Tried:
    """A try to sign in, as it was found before anything is written."""

    user: str | None
    waits: dt.timedelta


def _ways(call: Call) -> Shown:
    ways = call.house.ways
    openid = OpenIdWay(name=ways.openid.name) if ways.openid else None
    return Shown(WaysToSignIn(password=ways.passwords, openid=openid))


def _try(call: Call) -> _Tried:
    """Check a password outside of any transaction: it takes its time on purpose."""
    _offered(call)
    email = call.body.email
    with call.house.database.reading() as session:
        waits = passwords.wait_for(session, email, call.now)
        asked = sa.select(UserRow.token, PasswordRow.hash).join(
            PasswordRow, PasswordRow.user_token == UserRow.token
        )
        found = session.execute(asked.where(sa.func.lower(UserRow.email) == email.strip().lower())).first()
    if waits:
        return _Tried(None, waits)
    known = found.hash if found else None
    right = passwords.is_right(known, call.body.password)
    return _Tried(found.token if found and right else None, waits)


def _created(call: Call) -> Outcome:
    tried: _Tried = call.prepared
    if tried.waits:
        seconds = int(tried.waits.total_seconds()) + 1
        text = f"Too many wrong passwords for this e-mail address; try again in {seconds} seconds"
        return _problem(429, text, {"Retry-After": str(seconds)})
    passwords.note_try(call.session, call.body.email, call.now, right=tried.user is not None)
    if tried.user is None:
        return _problem(401, "E-mail address or password is wrong", {"WWW-Authenticate": "Bearer"})
    return begun(call, call.session.get_one(UserRow, tried.user))


def _problem(status: int, text: str, headers: dict[str, str]) -> Raw:
    return Raw(msgspec.json.encode({"errors": [text]}), status=status, headers=headers)


def begun(call: Call, user: UserRow) -> Shown:
    """Begin a session of a person and have the browser keep it."""
    secret = sessions.begin(call.session, user.token, call.now, call.house.ways.session_days)
    user.last_seen_at = call.now
    return Shown(_session(call, user, secret), {"Set-Cookie": cookie_of(call, secret)})


def cookie_of(call: Call, secret: str) -> str:
    """The cookie that keeps a session, or forgets it where there is no secret."""
    seconds = call.house.ways.session_days * 86_400 if secret else 0
    return sessions.cookie(secret, secure=_is_secure(call), seconds=seconds)


def _session(call: Call, user: UserRow, secret: str | None) -> SessionOfConsole:
    return SessionOfConsole(
        user_token=user.token,
        email=user.email,
        name=user.name,
        role=users.computed["role"](call, user),
        csrf_token=sessions.csrf_of(secret) if secret else None,
    )


def _is_secure(call: Call) -> bool:
    return call.address.base.startswith("https:")


def _secret(call: Call) -> str | None:
    """The secret of the session that a call came with, where no API token came first."""
    if call.headers.get("authorization", "").strip():
        return None
    return sessions.secret_in(call.headers.get("cookie", ""), secure=_is_secure(call))


def _shown(call: Call) -> Shown:
    return Shown(_session(call, _person(call), _secret(call)))


def _person(call: Call) -> UserRow:
    user = call.rows.find(UserRow, call.caller.user or "")
    if user is None:
        raise NotFound("Nobody is signed in: this token belongs to no person")
    return user


def _ended(call: Call) -> Outcome:
    """Sign out; whoever is not signed in stays so."""
    secret = _secret(call)
    if secret is not None:
        sessions.end(call.session, secret)
    return Raw(b"", status=204, headers={"Set-Cookie": cookie_of(call, "")})


def _check_link(call: Call) -> str:
    """Look at a link and a password before the password is hashed, which takes its time."""
    _offered(call)
    passwords.check_choice(call.body.password)
    with call.house.database.reading() as session:
        if sessions.user_of_link(session, call.body.link, call.now, use=False) is None:
            raise _void()
    return passwords.hashed(call.body.password)


def _link_used(call: Call) -> Shown:
    user = sessions.user_of_link(call.session, call.body.link, call.now, use=True)
    if user is None:
        raise _void()
    acted = acting(call.house, call.session, user.account_token, name=user.name or user.email)
    _set(acted, user, call.prepared, call.body.name)
    passwords.note_try(call.session, user.email, call.now, right=True)
    return begun(call, user)


def _void() -> Malformed:
    return Malformed("link is void: it was used, or is older than a day; ask for a new one")


def _set(call: Call, user: UserRow, password_hash: str, name: str | None = None) -> None:
    """Set a password, and end all sessions that began with another."""
    before = users.values(call, user)
    if name is not None:
        user.name = name
    user.updated_at = call.now
    passwords.keep(call.session, user.token, password_hash, call.now)
    sessions.end_all(call.session, user.token)
    call.session.flush()
    after = {**users.values(call, user), "password": audit.FILTERED}
    users.note(call, user, before, after)


def _check_change(call: Call) -> str:
    _offered(call)
    passwords.check_choice(call.body.password)
    with call.house.database.reading() as session:
        waits = passwords.wait_for(session, call.caller.user or "", call.now)
        known = session.get(PasswordRow, call.caller.user) if call.caller.user else None
    if waits:
        raise Refused(f"Too many wrong passwords; try again in {int(waits.total_seconds()) + 1} seconds")
    if not passwords.is_right(known.hash if known else None, call.body.current_password):
        with call.house.database.writing() as session:
            passwords.note_try(session, call.caller.user or "", call.now, right=False)
        raise Refused("current_password is wrong")
    return passwords.hashed(call.body.password)


def _changed(call: Call) -> Shown:
    user = _person(call)
    passwords.note_try(call.session, user.token, call.now, right=True)
    _set(call, user, call.prepared)
    if _secret(call) is None:
        return Shown(_session(call, user, None))
    return begun(call, user)


def _linked(call: Call) -> Shown:
    user = call.found["user_token"]
    assert isinstance(user, UserRow)
    return Shown(link_for(call, user, call.address.base))


def link_for(call: Call, user: UserRow, base: str) -> SignInLink:
    """Make a link by which a person sets a password; links from before are void."""
    if not call.house.ways.passwords:
        raise Refused("Nobody signs in with a password here: the setting password_sign_in is off")
    link = sessions.make_link(call.session, user.token, call.now)
    before = users.values(call, user)
    users.note(call, user, before, {**before, "sign_in_link": audit.FILTERED})
    url = f"{base}{SIGN_IN_PAGE}#link={quote(link)}"
    return SignInLink(url=url, link=link, expires_at=call.now + sessions.LINK_LASTS)


def _offered(call: Call) -> None:
    if not call.house.ways.passwords:
        raise Forbidden("Nobody signs in with a password here; GET /api/sign_in tells the ways")
    if call.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("Another site cannot sign anybody in")


def operations() -> list[Operation]:
    """The operations of signing in."""
    return [*_of_sessions(), *_of_passwords()]


def _of_sessions() -> list[Operation]:
    return [
        Operation(
            name="getWaysToSignIn",
            tag="SignIn",
            door=Door.API,
            method="GET",
            path="/sign_in",
            summary="Get the ways to sign in",
            description="What the console offers to whoever is not signed in.",
            scope=None,
            answers=Answer(200, WaysToSignIn),
            work=Work.NONE,
            run=_ways,
        ),
        Operation(
            name="createSession",
            tag="SignIn",
            door=Door.API,
            method="POST",
            path="/session",
            summary="Sign in",
            description="With e-mail address and password. The answer has the browser keep a cookie.",
            scope=None,
            body=JsonBody(CreateSession),
            answers=Answer(200, SessionOfConsole),
            also=(Answer(401, free=True), Answer(429, free=True)),
            refuses=frozenset({400, 403}),
            work=Work.WRITES,
            prepares=_try,
            run=_created,
        ),
        Operation(
            name="getSession",
            tag="SignIn",
            door=Door.API,
            method="GET",
            path="/session",
            summary="Get who is signed in",
            description="The person, and the token that each change of the session must carry.",
            scope=Scope.READ,
            answers=Answer(200, SessionOfConsole),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_shown,
        ),
        Operation(
            name="deleteSession",
            tag="SignIn",
            door=Door.API,
            method="DELETE",
            path="/session",
            summary="Sign out",
            description="Ends the session of the cookie; without one there is nothing to end.",
            scope=None,
            answers=Answer(204),
            work=Work.WRITES,
            run=_ended,
        ),
    ]


def _of_passwords() -> list[Operation]:
    return [
        Operation(
            name="useSignInLink",
            tag="SignIn",
            door=Door.API,
            method="POST",
            path="/sign_in/link",
            summary="Set a password by a one-time link",
            description="Sets the password, ends all other sessions of the person and signs in.",
            scope=None,
            body=JsonBody(UseSignInLink),
            answers=Answer(200, SessionOfConsole),
            refuses=frozenset({400, 403}),
            work=Work.WRITES,
            audited=True,
            prepares=_check_link,
            run=_link_used,
        ),
        Operation(
            name="createSignInLink",
            tag="SignIn",
            door=Door.API,
            method="POST",
            path="/users/{user_token}/sign_in_link",
            summary="Make a one-time link",
            description="By which a person sets a password, once and within a day. Earlier ones are void.",
            scope=Scope.WRITE,
            needs=Action.MANAGE_ACCOUNT,
            finds=(users.finds(),),
            answers=Answer(201, SignInLink),
            refuses=frozenset({404, 422}),
            work=Work.WRITES,
            audited=True,
            run=_linked,
        ),
        Operation(
            name="updatePassword",
            tag="SignIn",
            door=Door.API,
            method="PUT",
            path="/me/password",
            summary="Change one's password",
            description="Ends all sessions; the one that asks begins anew.",
            scope=Scope.WRITE,
            needs=Action.EDIT_SELF,
            body=JsonBody(UpdatePassword),
            answers=Answer(200, SessionOfConsole),
            refuses=frozenset({400, 403, 404, 422}),
            work=Work.WRITES,
            audited=True,
            prepares=_check_change,
            run=_changed,
        ),
    ]
