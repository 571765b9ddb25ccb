"""Feedback: what people say of this installation. It stays here, and Owners read it."""

from typing import ClassVar

from pydantic import Field
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.basics.errors import Refused
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, JsonBody, Operation, Work
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import NEWEST_FIRST, one_page, page_of
from eyrie.operations.shapes import Draft, Moment, PagedQuery, Token, View
from eyrie.store.rows import Kept

LONGEST_MESSAGE = 100_000


class UserFeedbackRow(Kept):
    """What somebody said."""

    __tablename__ = "user_feedback"
    message: Mapped[str]
    created_by_token: Mapped[str | None] = mapped_column(String(64))


class UserFeedback(View):
    """What somebody said."""

    token: Token
    message: str = Field(description="What was said.")
    created_by_token: Token | None = Field(description="The token of who said it.")
    created_at: Moment


class CreateUserFeedback(Draft):
    """What somebody says."""

    blanks: ClassVar[frozenset[str]] = frozenset({"message"})

    message: str = Field(max_length=LONGEST_MESSAGE, description="What you want to say.")


def _created(call: Call) -> Shown:
    body: CreateUserFeedback = call.body
    if not body.message.strip():
        raise Refused("message can't be blank")
    row = call.rows.add(
        UserFeedbackRow, "usr_fdbck", message=body.message, created_by_token=call.caller.created_by
    )
    return Shown(UserFeedback.model_validate(row))


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    question = call.rows.query(UserFeedbackRow)
    found = one_page(call.session, question, UserFeedbackRow, call.query, NEWEST_FIRST)
    return page_of("user_feedback", found, [UserFeedback.model_validate(row) for row in found.rows])


def operations() -> list[Operation]:
    """The operations of feedback: the contract's sends it, ours reads it."""
    return [
        Operation(
            name="createUserFeedback",
            tag="UserFeedback",
            method="POST",
            path="/user_feedback",
            summary="Send feedback",
            description="Kept here for the Owners of this installation, and never sent anywhere.",
            scope=Scope.READ,
            body=JsonBody(CreateUserFeedback),
            answers=Answer(201, UserFeedback),
            refuses=frozenset({400, 422}),
            work=Work.WRITES,
            run=_created,
        ),
        Operation(
            name="getUserFeedback",
            tag="UserFeedback",
            door=Door.API,
            method="GET",
            path="/user_feedback",
            summary="List feedback",
            description="What people said, newest first; for Owners.",
            scope=Scope.READ,
            needs=Action.MANAGE_ACCOUNT,
            query=PagedQuery,
            answers=Answer(200, UserFeedback, key="user_feedback"),
            work=Work.READS,
            run=_listed,
        ),
    ]
