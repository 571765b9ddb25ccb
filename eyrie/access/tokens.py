"""API tokens: made once, recognised by a hash, and turned into the caller they stand for."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Access, Caller, Role, Scope, Seat, Source, TokenSeen
from eyrie.basics.errors import Unauthenticated
from eyrie.basics.token import new_token
from eyrie.store.people import ApiTokenRow, UserRow, WorkspaceRow
from eyrie.store.teams import GrantRow, SeatRow, TeamRow, TeamWorkspaceRow

SECRET_PREFIX = "eyrie_"
# A token's last use is noted at most this often, or every read would be a write.
LAST_USED_EVERY = dt.timedelta(minutes=1)


def hash_of(secret: str) -> str:
    """The hash under which a secret is known."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    session: Session,
    owner: UserRow | TeamRow,
    scopes: Sequence[Scope],
    *,
    description: str,
    now: dt.datetime,
    role: Role | None = None,
    expires_at: dt.datetime | None = None,
    client: str | None = None,
) -> tuple[ApiTokenRow, str]:
    """Make a token for a person, or for a team with a role in it.

    The secret is given back once and never again.
    """
    secret = SECRET_PREFIX + secrets.token_urlsafe(32)
    row = ApiTokenRow(
        token=new_token("tkn"),
        account_token=owner.account_token,
        user_token=owner.token if isinstance(owner, UserRow) else None,
        team_token=owner.token if isinstance(owner, TeamRow) else None,
        role=role.value if role else None,
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


def recognise(session: Session, secret: str, now: dt.datetime) -> ApiTokenRow:
    """Find the valid token that a secret belongs to."""
    row = session.scalar(sa.select(ApiTokenRow).where(ApiTokenRow.secret_hash == hash_of(secret)))
    if row is None or not is_valid(row, now):
        raise Unauthenticated
    if row.client_token is not None:
        client = session.get(ApiTokenRow, row.client_token)
        if client is None or not is_valid(client, now):
            raise Unauthenticated
    return row


def is_valid(row: ApiTokenRow, now: dt.datetime) -> bool:
    """Tell whether a token may be used: not revoked, not expired."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def caller_behind(session: Session, row: ApiTokenRow, source: Source = Source.API) -> Caller:
    """The caller that a token stands for, with the rights of its user or team as they are now."""
    scopes = tuple(Scope(scope) for scope in row.scopes)
    seen = TokenSeen(row.token, row.description, row.created_at, scopes)
    owner = owner_of(session, row)
    if isinstance(owner, UserRow):
        return caller_for(session, owner, seen, source)
    return _service(session, owner, Role(str(row.role)), seen, source)


def owner_of(session: Session, row: ApiTokenRow) -> UserRow | TeamRow:
    """The person or team that a valid token acts for; the tokens of a team are revoked with it."""
    if row.user_token is not None:
        return session.get_one(UserRow, row.user_token)
    return session.get_one(TeamRow, row.team_token)


def caller_for(
    session: Session, user: UserRow, seen: TokenSeen | None = None, source: Source = Source.API
) -> Caller:
    """The caller that a user is, with or without a token."""
    role = Role(user.role)
    mine = sa.and_(SeatRow.team_token == TeamRow.token, SeatRow.user_token == user.token)
    joined = (
        sa.select(TeamRow.token, SeatRow.role, _has_grants())
        .outerjoin(SeatRow, mine)
        .where(
            TeamRow.account_token == user.account_token,
            sa.or_(TeamRow.is_everyone, SeatRow.user_token.is_not(None)),
        )
        .order_by(TeamRow.is_everyone.desc(), SeatRow.joined_at, TeamRow.token)
    )
    seats = [
        (team, Role(role) if role else Role(user.role), has_grants)
        for team, role, has_grants in session.execute(joined)
    ]
    return _seated(
        session,
        Caller(
            account=user.account_token,
            name=user.name or user.email,
            user=user.token,
            role=role,
            workspaces={},
            token=seen,
            default_workspace=user.default_workspace_token,
            source=source,
        ),
        seats,
    )


def _service(session: Session, team: TeamRow, role: Role, seen: TokenSeen, source: Source) -> Caller:
    """The caller that a team's own token is: in the account it is somebody only for the team of everybody."""
    has_grants = bool(session.scalar(sa.select(_has_grants()).where(TeamRow.token == team.token)))
    caller = Caller(
        account=team.account_token,
        name=team.name,
        user=None,
        team=team.token,
        role=role if team.is_everyone else Role.VIEWER,
        workspaces={},
        token=seen,
        source=source,
    )
    return _seated(session, caller, [(team.token, role, has_grants)])


def _has_grants() -> sa.ColumnElement[bool]:
    return sa.exists().where(GrantRow.team_token == TeamRow.token)


def _seated(session: Session, caller: Caller, seats: Sequence[tuple[str, Role, bool]]) -> Caller:
    """Give a caller the workspaces that their teams give; an Owner has all of them."""
    given = sa.and_(
        TeamWorkspaceRow.workspace_token == WorkspaceRow.token,
        TeamWorkspaceRow.team_token.in_([team for team, _, _ in seats]),
    )
    found = session.execute(
        sa.select(WorkspaceRow.token, TeamWorkspaceRow.team_token, TeamWorkspaceRow.access)
        .outerjoin(TeamWorkspaceRow, given)
        .where(WorkspaceRow.account_token == caller.account)
        .order_by(WorkspaceRow.created_at, WorkspaceRow.token)
    )
    access: dict[str, dict[str, Access]] = {team: {} for team, _, _ in seats}
    roles = {team: role for team, role, _ in seats}
    workspaces: dict[str, Role] = {}
    for workspace, team, way in found:
        if caller.role is Role.OWNER:
            workspaces[workspace] = Role.OWNER
        elif team is not None:
            role = roles[team] if way == Access.EDIT else Role.VIEWER
            workspaces[workspace] = max(workspaces.get(workspace, role), role, key=_RANK.index)
        if team is not None:
            access[team][workspace] = Access(way)
    told = tuple(Seat(team, role, access[team], has_grants) for team, role, has_grants in seats)
    return replace(caller, workspaces=workspaces, seats=told)


_RANK = (Role.VIEWER, Role.EDITOR, Role.INTEGRATION_OWNER, Role.OWNER)


def note_use(session: Session, token: str, now: dt.datetime) -> None:
    """Note when a token, and the person behind it, was last seen."""
    row = session.get(ApiTokenRow, token)
    if row is not None:
        row.last_used_at = now
        if row.user_token is not None:
            session.get_one(UserRow, row.user_token).last_seen_at = now
