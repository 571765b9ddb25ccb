"""Calls in the name of the house itself: what jobs ask and keep, with the rights of an owner of one account.

Whoever asked for a job was checked then; the job sees the one workspace that it is about, or all of them.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller, Role
from eyrie.operations.call import Address, Call
from eyrie.operations.house import House
from eyrie.store.people import WorkspaceRow

EYRIE = "Eyrie"


def acting(
    house: House, session: Session, account: str, workspace: str | None = None, *, name: str = EYRIE
) -> Call:
    """A call in a transaction that is open already."""
    there = sa.select(WorkspaceRow.token).where(WorkspaceRow.account_token == account)
    if workspace is not None:
        there = there.where(WorkspaceRow.token == workspace)
    tokens = session.scalars(there.order_by(WorkspaceRow.created_at, WorkspaceRow.token))
    caller = Caller(
        account=account,
        name=name,
        user=None,
        role=Role.OWNER,
        workspaces=dict.fromkeys(tokens, Role.OWNER),
    )
    return Call(house, house.now(), Address("", "")).with_session(session, caller)
