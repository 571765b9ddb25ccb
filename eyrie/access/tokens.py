"""API tokens: made once, recognised by a hash, and turned into the caller they stand for."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Access, Caller, Role, Scope, Seat, Source, TokenSeen
from eyrie.basics.errors import Unauthenticated
from eyrie.basics.token import new_token
from eyrie.store.people import ApiTokenRow, UserRow, WorkspaceRow
from eyrie.store.sign_in import SessionRow
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
    # With its user, who is asked for next: a question less for each request.
    owned = sa.select(ApiTokenRow, UserRow).outerjoin(UserRow, UserRow.token == ApiTokenRow.user_token)
    found = session.execute(owned.where(ApiTokenRow.secret_hash == hash_of(secret))).first()
    if found is None or not is_valid(found[0], now):
        raise Unauthenticated
    row: ApiTokenRow = found[0]
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
    found = session.execute(_OF_USER, {"account": user.account_token, "user": user.token})
    seats = _seats((*place, Role(own or role)) for *place, own in found)
    return Caller(
        account=user.account_token,
        name=user.name or user.email,
        user=user.token,
        role=role,
        workspaces=_workspaces(session, user.account_token, role, seats),
        token=seen,
        default_workspace=user.default_workspace_token,
        source=source,
        seats=seats,
    )


def _service(session: Session, team: TeamRow, role: Role, seen: TokenSeen, source: Source) -> Caller:
    """The caller that a team's own token is; in the account it is somebody for the team of everybody only."""
    account_role = role if team.is_everyone else Role.VIEWER
    found = session.execute(_OF_TEAM, {"team": team.token})
    seats = _seats((*place, role) for place in found)
    return Caller(
        account=team.account_token,
        name=team.name,
        user=None,
        team=team.token,
        role=account_role,
        workspaces=_workspaces(session, team.account_token, account_role, seats),
        token=seen,
        source=source,
        seats=seats,
    )


# Teams with whether they have grants, each with its workspaces and its access there. These are asked by every
# request, so they are put together once.
_PLACES = sa.select(
    TeamRow.token,
    sa.exists().where(GrantRow.team_token == TeamRow.token),
    TeamWorkspaceRow.workspace_token,
    TeamWorkspaceRow.access,
).outerjoin(TeamWorkspaceRow, TeamWorkspaceRow.team_token == TeamRow.token)
_OF_TEAM = _PLACES.where(TeamRow.token == sa.bindparam("team"))
_MINE = sa.and_(SeatRow.team_token == TeamRow.token, SeatRow.user_token == sa.bindparam("user"))
_OF_USER = (
    _PLACES.add_columns(SeatRow.role)
    .outerjoin(SeatRow, _MINE)
    .where(
        TeamRow.account_token == sa.bindparam("account"),
        sa.or_(TeamRow.is_everyone, SeatRow.user_token.is_not(None)),
    )
    .order_by(TeamRow.is_everyone.desc(), SeatRow.joined_at, TeamRow.token)
)
_WORKSPACES = (
    sa.select(WorkspaceRow.token)
    .where(WorkspaceRow.account_token == sa.bindparam("account"))
    .order_by(WorkspaceRow.created_at, WorkspaceRow.token)
)


def _seats(places: Iterable[tuple[Any, ...]]) -> tuple[Seat, ...]:  # Any: columns of a question
    """A seat for each team, of its rows."""
    seats: dict[str, Seat] = {}
    access: dict[str, dict[str, Access]] = defaultdict(dict)
    for team, has_grants, workspace, way, role in places:
        if workspace is not None:
            access[team][workspace] = Access(way)
        seats[team] = Seat(team, role, access[team], bool(has_grants))
    return tuple(seats.values())


def _workspaces(session: Session, account: str, role: Role, seats: Sequence[Seat]) -> Mapping[str, Role]:
    """The workspaces that a caller sees, oldest first, with the highest role there; an Owner's are all."""
    roles: dict[str, Role] = {}
    for seat in seats:
        for token, access in seat.workspaces.items():
            given = seat.role if access is Access.EDIT else Role.VIEWER
            roles[token] = max(roles.get(token, given), given, key=_RANK.index)
    if len(roles) < 2 and role is not Role.OWNER:
        return roles
    found = session.scalars(_WORKSPACES, {"account": account})
    if role is Role.OWNER:
        return dict.fromkeys(found, Role.OWNER)
    return {token: roles[token] for token in found if token in roles}


_RANK = (Role.VIEWER, Role.EDITOR, Role.INTEGRATION_OWNER, Role.OWNER)


def note_use(session: Session, token: str, now: dt.datetime) -> None:
    """Note when a token or session, and the person behind it, was last seen."""
    row = session.get(ApiTokenRow, token) or session.get(SessionRow, token)
    if row is None:
        return
    if isinstance(row, ApiTokenRow):
        row.last_used_at = now
    if row.user_token is not None:
        session.get_one(UserRow, row.user_token).last_seen_at = now
