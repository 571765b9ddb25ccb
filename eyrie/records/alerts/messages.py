"""Messages over our own door: what was sent to whom, what waits, and what could not be delivered."""

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Page
from eyrie.operations.paging import NEWEST_FIRST, one_page, page_of
from eyrie.operations.shapes import Moment, PagedQuery, Token, View
from eyrie.store.messages import MessageRow, MessageState


class Message(View):
    """One message to one recipient."""

    token: Token
    kind: str = Field(description="What it is about.")
    subject_token: Token = Field(description="What asked for it.")
    channel: str
    recipient: Token = Field(description="The User it goes to.")
    subject: str
    state: MessageState
    attempts: int = Field(description="How often it was tried.")
    next_try_at: Moment | None = Field(description="When it is tried next; null once it is over.")
    created_at: Moment
    sent_at: Moment | None
    sink: str | None = Field(description="What carried it: `smtp`, or `log` where no mail server is set.")
    last_error: str | None = Field(description="Why the last try failed.")


class ListMessages(PagedQuery):
    """Which messages to list."""

    state: MessageState | None = Field(None, description="Only those in this state.")
    subject_token: Token | None = Field(None, description="Only those that this asked for.")


def shown(row: MessageRow) -> Message:
    """A message without its text."""
    values = {name: getattr(row, name) for name in Message.model_fields if name != "subject"}
    return Message.model_validate({**values, "subject": row.payload["subject"]})


def _listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, ListMessages)
    asked = call.rows.query(MessageRow)
    if query.state is not None:
        asked = asked.where(MessageRow.state == query.state)
    if query.subject_token is not None:
        asked = asked.where(MessageRow.subject_token == query.subject_token)
    found = one_page(call.session, asked, MessageRow, query, NEWEST_FIRST)
    return page_of("messages", found, [shown(row) for row in found.rows])


def operations() -> list[Operation]:
    """The operations of messages."""
    return [
        Operation(
            name="getMessages",
            tag="Messages",
            door=Door.API,
            method="GET",
            path="/messages",
            summary="List messages",
            description="What was sent to whom, newest first, and what waits or failed; for Owners.",
            scope=Scope.READ,
            needs=Action.MANAGE_ACCOUNT,
            query=ListMessages,
            answers=Answer(200, Message, key="messages"),
            work=Work.READS,
            run=_listed,
        ),
    ]
