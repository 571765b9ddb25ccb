"""Calls in the name of whoever sits at the machine: an owner who sees every workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.store.people import UserRow

COMMAND_LINE = "command line"


def calling(house: House, session: Session) -> Call:
    """A call in a transaction that is open already."""
    user = session.scalars(sa.select(UserRow).order_by(UserRow.created_at, UserRow.token)).first()
    assert user is not None, "an opened home has an owner"
    call = acting(house, session, user.account_token, name=COMMAND_LINE)
    return replace(call, maybe_caller=replace(call.caller, default_workspace=user.default_workspace_token))


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
