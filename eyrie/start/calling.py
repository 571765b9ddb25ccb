"""Calls in the name of whoever sits at the machine: an owner who sees every workspace."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.caller import Caller, Role, Source
from eyrie.operations.call import Address, Call
from eyrie.operations.house import House
from eyrie.store.people import UserRow, WorkspaceRow

COMMAND_LINE = "command line"


def calling(house: House, session: Session) -> Call:
    """A call in a transaction that is open already."""
    return Call(house, house.now(), Address("", "")).with_session(session, _caller(session))


@contextmanager
def asking(house: House) -> Iterator[Call]:
    """A call that reads."""
    with house.database.reading() as session:
        yield calling(house, session)


@contextmanager
def changing(house: House) -> Iterator[Call]:
    """A call that writes, in one transaction."""
    with house.database.writing() as session:
        yield calling(house, session)


def _caller(session: Session) -> Caller:
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
