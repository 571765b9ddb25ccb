"""What a caller may see and do: two questions that every operation and list asks here, nowhere else."""

from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa

from eyrie.access.caller import Caller, Role
from eyrie.store.people import WorkspaceRow
from eyrie.store.rows import Kept, KeptInWorkspace

R = TypeVar("R", bound=Kept)

EDITORS = frozenset({Role.OWNER, Role.INTEGRATION_OWNER, Role.EDITOR})


class Action(StrEnum):
    """What an operation does, as far as rights are concerned."""

    LOOK = "look"  # see what is visible
    EDIT_REPORTS = "edit_reports"  # reports, folders, filters and the like, in a workspace
    EDIT_METRICS = "edit_metrics"  # business metrics, which are the account's
    MANAGE_INTEGRATIONS = "manage_integrations"  # integrations, uploads, tags
    MANAGE_ACCOUNT = "manage_account"  # workspaces, users, teams, billing
    EDIT_SELF = "edit_self"  # one's own preferences


def may(caller: Caller, action: Action, workspace: str | None = None) -> bool:
    """Tell whether the caller may do this in a workspace, or anywhere if none is named."""
    match action:
        case Action.LOOK | Action.EDIT_SELF:
            return True
        case Action.MANAGE_ACCOUNT:
            return caller.role is Role.OWNER
        case Action.MANAGE_INTEGRATIONS:
            return caller.role in (Role.OWNER, Role.INTEGRATION_OWNER)
        case Action.EDIT_METRICS:
            return caller.role in EDITORS
        case Action.EDIT_REPORTS:
            roles = caller.workspaces.values() if workspace is None else [caller.workspaces.get(workspace)]
            return any(role in EDITORS for role in roles)


def visible(caller: Caller, row: type[R]) -> sa.ColumnElement[bool]:
    """The condition that leaves the caller's rows of a table; the others do not exist for them."""
    of_account = row.account_token == caller.account
    if issubclass(row, KeptInWorkspace):
        return sa.and_(of_account, row.workspace_token.in_(caller.workspaces))
    if row is WorkspaceRow:
        return sa.and_(of_account, row.token.in_(caller.workspaces))
    return of_account
