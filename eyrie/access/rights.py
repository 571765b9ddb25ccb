"""What a caller may see and do: the questions that every operation and list asks here, nowhere else.

A caller has what the best of their teams gives. A team has workspaces to look at or to edit; a grant gives it
one resource more, or takes one away. A grant on a folder reaches what is inside, and the nearest one counts:
the resource's own, then that of the folder around it, and so on outwards.

    the team may, in the workspace →   nothing, but      look                 edit
                                       the resource
                                       is granted
    viewer                             looks             looks                looks
    editor                             looks, changes    looks; changes what  looks, changes, creates
                                                         is granted
    owner of the team                  looks, changes    the same, and says   the same, and says
                                                         who else may         who else may

An Owner of the account may everything, whatever teams and grants say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access import reach
from eyrie.access.caller import EDITORS, Access, Caller, Role, Seat
from eyrie.store.people import WorkspaceRow
from eyrie.store.rows import KeptInWorkspace, KeptPerhapsInWorkspace, OfAccount
from eyrie.store.teams import GrantRow, TeamRow

R = TypeVar("R", bound=OfAccount)


class Action(StrEnum):
    """What an operation does, as far as rights are concerned."""

    LOOK = "look"  # see what is visible
    EDIT_REPORTS = "edit_reports"  # reports, folders, filters and the like, in a workspace
    EDIT_METRICS = "edit_metrics"  # business metrics, which are the account's
    MANAGE_INTEGRATIONS = "manage_integrations"  # integrations, uploads, tags
    MANAGE_ACCOUNT = "manage_account"  # workspaces, users, teams, billing
    MANAGE_TEAM = "manage_team"  # one team's name, members, default dashboard and workspaces
    GRANT = "grant"  # who else may see a resource
    EDIT_SELF = "edit_self"  # one's own preferences


def may(caller: Caller, action: Action, workspace: str | None = None) -> bool:
    """Tell whether the caller may do this in a workspace, or anywhere if none is named."""
    match action:
        case Action.LOOK | Action.EDIT_SELF:
            return True
        case Action.MANAGE_ACCOUNT:
            return caller.role is Role.OWNER
        case Action.MANAGE_INTEGRATIONS:
            seated = any(seat.role is Role.INTEGRATION_OWNER for seat in caller.seats)
            return seated or caller.role in (Role.OWNER, Role.INTEGRATION_OWNER)
        case Action.MANAGE_TEAM | Action.GRANT:
            return caller.role is Role.OWNER or any(seat.role is Role.OWNER for seat in caller.seats)
        case Action.EDIT_METRICS:
            return caller.role in EDITORS
        case Action.EDIT_REPORTS:
            if workspace is not None:
                return caller.workspaces.get(workspace) in EDITORS
            return any(role in EDITORS for role in caller.workspaces.values())


def may_with(session: Session, caller: Caller, action: Action, row: OfAccount) -> bool:
    """Tell whether the caller, who sees a row, may do this with it."""
    match action, row:
        case Action.MANAGE_TEAM, TeamRow():
            return caller.role is Role.OWNER or leads(caller, row.token)
        case Action.GRANT, GrantRow():
            return caller.role is Role.OWNER or any(
                _holds(session, caller, kind, row.resource_token, GRANTING) for kind in granted_kinds()
            )
        case Action.GRANT, KeptInWorkspace():
            return _holds(session, caller, type(row), row.token, GRANTING)
        case Action.EDIT_REPORTS, KeptInWorkspace() if row.granted is not None:
            return _holds(session, caller, type(row), row.token, EDITING)
        case _:
            return may(caller, action, row.workspace_token if isinstance(row, KeptInWorkspace) else None)


def visible(caller: Caller, row: type[R]) -> sa.ColumnElement[bool]:
    """The condition that leaves the caller's rows of a table; the others do not exist for them."""
    of_account = row.account_token == caller.account
    if issubclass(row, KeptInWorkspace):
        return sa.and_(of_account, _by(caller, row, LOOKING))
    if issubclass(row, KeptPerhapsInWorkspace):
        here = sa.or_(row.workspace_token.is_(None), row.workspace_token.in_(caller.workspaces))
        return sa.and_(of_account, here)
    if row is WorkspaceRow:
        return sa.and_(of_account, row.token.in_(caller.workspaces))
    if row is GrantRow and caller.role is not Role.OWNER:
        return sa.and_(of_account, _grants_seen(caller))
    return of_account


def leads(caller: Caller, team: str) -> bool:
    """Tell whether the caller is an owner of this team."""
    return any(seat.team == team and seat.role is Role.OWNER for seat in caller.seats)


def may_pass_on(caller: Caller, workspace: str, access: Access) -> bool:
    """Tell whether the caller may give a team this much of a workspace: who owns a team that has as much."""
    enough = (access, Access.EDIT)
    owned = [seat for seat in caller.seats if seat.role is Role.OWNER]
    return caller.role is Role.OWNER or any(seat.workspaces.get(workspace) in enough for seat in owned)


@dataclass(frozen=True)
class _Rule:
    """What takes a role in a team that was granted the resource, or that has the workspace."""

    granted: frozenset[Role]
    access: Mapping[Access, frozenset[Role]]

    def workspaces(self, seat: Seat) -> list[str]:
        """Where a team gives this, unless a grant takes it away."""
        return [token for token, access in seat.workspaces.items() if seat.role in self.access[access]]


_ALL, _NOBODY, _LEADERS = frozenset(Role), frozenset[Role](), frozenset({Role.OWNER})
LOOKING = _Rule(_ALL, {Access.VIEW: _ALL, Access.EDIT: _ALL})
EDITING = _Rule(EDITORS, {Access.VIEW: _NOBODY, Access.EDIT: EDITORS})
GRANTING = _Rule(_NOBODY, {Access.VIEW: _LEADERS, Access.EDIT: _LEADERS})


def granted_kinds() -> list[type[KeptInWorkspace]]:
    """The kinds of rows that can be granted by themselves."""
    kinds = [mapper.class_ for mapper in KeptInWorkspace.registry.mappers]
    granted = [kind for kind in kinds if issubclass(kind, KeptInWorkspace) and kind.granted is not None]
    return sorted(granted, key=lambda kind: kind.__tablename__)


def _by(caller: Caller, row: type[KeptInWorkspace], rule: _Rule) -> sa.ColumnElement[bool]:
    """The condition that a rule makes of the caller's teams."""
    if caller.role is Role.OWNER or row.granted is None:
        return row.workspace_token.in_(caller.workspaces)
    plain = {token for seat in caller.seats if not seat.has_grants for token in rule.workspaces(seat)}
    telling = [seat for seat in caller.seats if seat.has_grants]
    conditions: list[sa.ColumnElement[bool]] = [row.workspace_token.in_(plain)]
    if telling:
        grants = reach.Grants(row, [seat.team for seat in telling])
        conditions.append(grants.allow([seat.team for seat in telling if seat.role in rule.granted]))
        conditions += [
            sa.and_(row.workspace_token.in_(rule.workspaces(seat)), ~grants.deny([seat.team]))
            for seat in telling
        ]
    return sa.or_(*conditions)


def _holds(session: Session, caller: Caller, kind: type[KeptInWorkspace], token: str, rule: _Rule) -> bool:
    found = sa.select(kind.token).where(
        kind.token == token, kind.account_token == caller.account, _by(caller, kind, rule)
    )
    return session.scalar(found) is not None


def _grants_seen(caller: Caller) -> sa.ColumnElement[bool]:
    """Those of one's own teams, and those on what one may grant."""
    conditions = [GrantRow.team_token.in_([seat.team for seat in caller.seats])]
    if may(caller, Action.GRANT):
        conditions += [
            GrantRow.resource_token.in_(sa.select(kind.token).where(_by(caller, kind, GRANTING)))
            for kind in granted_kinds()
        ]
    return sa.or_(*conditions)
