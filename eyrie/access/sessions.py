"""Sessions of the console, and the one-time links by which people set a password.

A browser keeps the secret of its session in a cookie that no script can read. Whatever it sends to change
something must also carry a token that follows from the secret and that only our own pages are told, so that
another site cannot write in the name of whoever is signed in.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller, Scope, Source, TokenSeen
from eyrie.access.tokens import caller_for, hash_of
from eyrie.basics.errors import Forbidden, Unauthenticated
from eyrie.basics.token import new_token
from eyrie.store.people import UserRow
from eyrie.store.sign_in import FailedTriesRow, SessionRow, SignInLinkRow

PREFIX = "sssn"
CSRF_HEADER = "x-csrf-token"
LINK_PREFIX = "eyrie_link_"
LINK_LASTS = dt.timedelta(hours=24)
_COOKIE = "eyrie_session"
_SAFE = frozenset({"GET", "HEAD"})


def begin(session: Session, user: str, now: dt.datetime, days: int) -> str:
    """Begin a session of a person and give its secret."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            token=new_token(PREFIX),
            user_token=user,
            secret_hash=hash_of(secret),
            created_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
    )
    session.flush()
    return secret


def end(session: Session, secret: str) -> None:
    """End a session; one that has ended stays so."""
    session.execute(sa.delete(SessionRow).where(SessionRow.secret_hash == hash_of(secret)))


def end_all(session: Session, user: str) -> None:
    """End all sessions of a person."""
    session.execute(sa.delete(SessionRow).where(SessionRow.user_token == user))


def caller_in(session: Session, secret: str, method: str, csrf: str, now: dt.datetime) -> Caller:
    """The person whose session this is; a change must carry the session's token."""
    joined = sa.select(SessionRow, UserRow).join(UserRow, UserRow.token == SessionRow.user_token)
    found = session.execute(joined.where(SessionRow.secret_hash == hash_of(secret))).first()
    if found is None or found[0].expires_at <= now:
        raise Unauthenticated("Your session has ended; sign in again")
    row, user = found
    if method not in _SAFE and not hmac.compare_digest(csrf.encode(), csrf_of(secret).encode()):
        raise Forbidden("X-CSRF-Token is missing or wrong; GET /api/session tells it")
    seen = TokenSeen(row.token, "Session of the console", row.created_at, tuple(Scope))
    return caller_for(session, user, seen, Source.CONSOLE)


def csrf_of(secret: str) -> str:
    """The token that a session's changes carry: it follows from the secret, but does not tell it."""
    return hmac.new(secret.encode(), b"changes", hashlib.sha256).hexdigest()


def cookie(secret: str, *, secure: bool, seconds: int) -> str:
    """The header that has a browser keep a session's secret; without a secret, that has it forgotten."""
    name, flag = (f"__Host-{_COOKIE}", "; Secure") if secure else (_COOKIE, "")
    return f"{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}"


def secret_in(cookies: str, *, secure: bool) -> str | None:
    """The secret of the session in a browser's cookies."""
    return cookie_named(cookies, f"__Host-{_COOKIE}" if secure else _COOKIE)


def cookie_named(cookies: str, name: str) -> str | None:
    """One of a browser's cookies; None if it has no such one, or sent what cannot be read."""
    try:
        found = SimpleCookie(cookies).get(name)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None


def make_link(session: Session, user: str, now: dt.datetime) -> str:
    """Make the link by which a person sets a password once; any before it are void."""
    session.execute(sa.delete(SignInLinkRow).where(SignInLinkRow.user_token == user))
    secret = LINK_PREFIX + secrets.token_urlsafe(32)
    session.add(SignInLinkRow(secret_hash=hash_of(secret), user_token=user, expires_at=now + LINK_LASTS))
    session.flush()
    return secret


def user_of_link(session: Session, secret: str, now: dt.datetime, *, use: bool) -> UserRow | None:
    """The person whose link this is, if it is still good; to use it makes it void."""
    row = session.get(SignInLinkRow, hash_of(secret), with_for_update=use)
    if row is None or row.expires_at <= now:
        return None
    if use:
        session.delete(row)
    return session.get_one(UserRow, row.user_token)


def forget_ended(session: Session, now: dt.datetime) -> None:
    """Forget what has ended, and tries of long ago."""
    session.execute(sa.delete(SessionRow).where(SessionRow.expires_at <= now))
    session.execute(sa.delete(SignInLinkRow).where(SignInLinkRow.expires_at <= now))
    session.execute(sa.delete(FailedTriesRow).where(FailedTriesRow.last_at <= now - dt.timedelta(days=1)))
