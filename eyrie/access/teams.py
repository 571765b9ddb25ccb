"""Teams as rights know them: the one of everybody, who sits in which, and what a team may do where."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Access, Role
from eyrie.basics.token import new_token
from eyrie.store.people import UserRow
from eyrie.store.teams import GrantRow, SeatRow, TeamRow, TeamWorkspaceRow

EVERYONE = "Everyone"
PREFIX = "team"


def add_team(
    session: Session,
    account: str,
    name: str,
    now: dt.datetime,
    *,
    description: str = "",
    is_everyone: bool = False,
) -> TeamRow:
    """Make a team without members and workspaces."""
    team = TeamRow(
        token=new_token(PREFIX),
        account_token=account,
        created_at=now,
        updated_at=now,
        name=name,
        description=description,
        is_everyone=is_everyone,
    )
    session.add(team)
    session.flush()
    return team


def everyone(session: Session, account: str) -> TeamRow:
    """The team of everybody."""
    ours = sa.select(TeamRow).where(TeamRow.account_token == account, TeamRow.is_everyone)
    return session.scalars(ours).one()


def members(session: Session, team: TeamRow) -> Sequence[tuple[UserRow, Role]]:
    """Who sits in a team and as what, in the order of the list; in that of everybody, all people."""
    if team.is_everyone:
        people = sa.select(UserRow).where(UserRow.account_token == team.account_token)
        found = session.scalars(people.order_by(UserRow.created_at, UserRow.token))
        return [(user, Role(user.role)) for user in found]
    seated = sa.select(UserRow, SeatRow.role).join(SeatRow, SeatRow.user_token == UserRow.token)
    ordered = seated.where(SeatRow.team_token == team.token).order_by(SeatRow.position)
    return [(user, Role(role)) for user, role in session.execute(ordered)]


def set_members(session: Session, team: TeamRow, roles: Mapping[str, Role], now: dt.datetime) -> None:
    """Let exactly these people sit in a team, in this order; who stays has joined when they did."""
    there = session.scalars(sa.select(SeatRow).where(SeatRow.team_token == team.token))
    joined = {row.user_token: row.joined_at for row in there}
    session.execute(sa.delete(SeatRow).where(SeatRow.team_token == team.token))
    for position, (user, role) in enumerate(roles.items()):
        values = {"position": position, "joined_at": joined.get(user, now), "role": role.value}
        session.execute(sa.insert(SeatRow).values(team_token=team.token, user_token=user, **values))


def workspaces(session: Session, team: TeamRow) -> Mapping[str, Access]:
    """What a team may do in which workspace, in the order of the list."""
    given = sa.select(TeamWorkspaceRow.workspace_token, TeamWorkspaceRow.access)
    ordered = given.where(TeamWorkspaceRow.team_token == team.token).order_by(TeamWorkspaceRow.position)
    return {token: Access(access) for token, access in session.execute(ordered)}


def set_workspaces(session: Session, team: TeamRow, access: Mapping[str, Access]) -> None:
    """Let a team do exactly this, in the order of the list."""
    session.execute(sa.delete(TeamWorkspaceRow).where(TeamWorkspaceRow.team_token == team.token))
    for position, (token, way) in enumerate(access.items()):
        values = {"workspace_token": token, "access": way.value, "position": position}
        session.execute(sa.insert(TeamWorkspaceRow).values(team_token=team.token, **values))


def let_go(session: Session, tokens: Sequence[str] | sa.Select[str]) -> None:
    """Forget things that go, listed or asked for: grants on them, and whose default dashboard they are."""
    session.execute(sa.delete(GrantRow).where(GrantRow.resource_token.in_(tokens)))
    for row in (UserRow, TeamRow):
        pointing = sa.update(row).where(row.default_dashboard_token.in_(tokens))
        session.execute(pointing.values(default_dashboard_token=None))
