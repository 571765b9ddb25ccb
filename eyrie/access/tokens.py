"""API tokens: made once, recognised by a hash, and turned into the caller they stand for."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller, Role, Scope, Source, TokenSeen
from eyrie.basics.errors import Unauthenticated
from eyrie.basics.token import new_token
from eyrie.store.people import ApiTokenRow, RoleRow, UserRow, WorkspaceRow
from eyrie.store.sign_in import SessionRow

SECRET_PREFIX = "eyrie_"
# A token's last use is noted at most this often, or every read would be a write.
LAST_USED_EVERY = dt.timedelta(minutes=1)


def hash_of(secret: str) -> str:
    """The hash under which a secret is known."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    session: Session,
    user: UserRow,
    scopes: Sequence[Scope],
    *,
    description: str,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
    client: str | None = None,
) -> tuple[ApiTokenRow, str]:
    """Make a token for a user; the secret is given back once and never again."""
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    row = ApiTokenRow(
        token=new_token("tkn"),
        account_token=user.account_token,
        user_token=user.token,
        secret_hash=hash_of(secret),
        description=description,
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=now,
        updated_at=now,
        expires_at=expires_at,
        client_token=client,
    )
    session.add(row)
    return row, secret


def recognise(session: Session, secret: str, now: dt.datetime) -> tuple[ApiTokenRow, UserRow]:
    """Find the valid token that a secret belongs to, and its user."""
    owned = sa.select(ApiTokenRow, UserRow).join(UserRow, UserRow.token == ApiTokenRow.user_token)
    found = session.execute(owned.where(ApiTokenRow.secret_hash == hash_of(secret))).first()
    if found is None or not is_valid(found[0], now):
        raise Unauthenticated
    row, user = found
    if row.client_token is not None:
        client = session.get(ApiTokenRow, row.client_token)
        if client is None or not is_valid(client, now):
            raise Unauthenticated
    return row, user


def is_valid(row: ApiTokenRow, now: dt.datetime) -> bool:
    """Tell whether a token may be used: not revoked, not expired."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def caller_behind(session: Session, row: ApiTokenRow, user: UserRow, source: Source = Source.API) -> Caller:
    """The caller that a token stands for, with the rights of its user as they are now."""
    scopes = tuple(Scope(scope) for scope in row.scopes)
    seen = TokenSeen(row.token, row.description, row.created_at, scopes)
    return caller_for(session, user, seen, source)


def caller_for(
    session: Session, user: UserRow, seen: TokenSeen | None = None, source: Source = Source.API
) -> Caller:
    """The caller that a user is, with or without a token."""
    account_role = Role(user.role)
    own = sa.and_(RoleRow.workspace_token == WorkspaceRow.token, RoleRow.user_token == user.token)
    workspaces = session.execute(
        sa.select(WorkspaceRow.token, RoleRow.role)
        .outerjoin(RoleRow, own)
        .where(WorkspaceRow.account_token == user.account_token)
        .order_by(WorkspaceRow.created_at, WorkspaceRow.token)
    )
    return Caller(
        account=user.account_token,
        name=user.name or user.email,
        user=user.token,
        role=account_role,
        workspaces={
            token: Role.OWNER if account_role is Role.OWNER else Role(role)
            for token, role in workspaces
            if account_role is Role.OWNER or role is not None
        },
        token=seen,
        default_workspace=user.default_workspace_token,
        source=source,
    )


def note_use(session: Session, token: str, now: dt.datetime) -> None:
    """Note when a token or session, and the person behind it, was last seen."""
    row = session.get(ApiTokenRow, token) or session.get(SessionRow, token)
    if row is None:
        return
    if isinstance(row, ApiTokenRow):
        row.last_used_at = now
    session.get_one(UserRow, row.user_token).last_seen_at = now
