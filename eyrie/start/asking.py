"""Questions from the terminal, without a server: the API's own answers, asked by whoever sits at the machine.

What HTTP reads from an address is given here by options, and goes through the same shapes, the same functions
and the same sentences when something is wrong.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller, Role, Source
from eyrie.store.people import UserRow, WorkspaceRow

COMMAND_LINE = "command line"


def caller_of(session: Session) -> Caller:
    """Whoever sits at the machine: an owner who sees every workspace."""
    user = session.scalars(sa.select(UserRow).order_by(UserRow.created_at, UserRow.token)).first()
    assert user is not None, "an opened home has an owner"
    there = sa.select(WorkspaceRow.token).where(WorkspaceRow.account_token == user.account_token)
    tokens = session.scalars(there.order_by(WorkspaceRow.created_at, WorkspaceRow.token))
    return Caller(
        account=user.account_token,
        name=COMMAND_LINE,
        user=None,
        role=Role.OWNER,
        workspaces=dict.fromkeys(tokens, Role.OWNER),
        default_workspace=user.default_workspace_token,
        source=Source.API,
    )
