"""Calls in the name of whoever sits at the machine: an owner who sees every workspace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import JsonBody
from eyrie.operations.outcome import Shown
from eyrie.operations.shapes import View
from eyrie.store.people import UserRow
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.table import table

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


def made(call: Call, operation: str, **sent: object) -> str:
    """Make something as a client would, by its operation; give its token."""
    [making] = [each for each in table() if each.name == operation]
    assert isinstance(making.body, JsonBody), operation
    outcome = making.run(replace(call, maybe_body=checked(making.body.model, sent)))
    assert isinstance(outcome, Shown), operation
    shown: Mapping[str, Any] = (  # Any: values as the view shows them
        outcome.value.model_dump() if isinstance(outcome.value, View) else outcome.value
    )
    return str(shown["token"])
