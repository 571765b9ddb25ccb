"""Messages on their way out: written in the transaction of what they tell, carried by a job afterwards.

    pending ──carried──► sent
       │ ▲
       │ └── later ── could not be carried ──► failed, after the last try

The table is the history as well: what was sent, through what, and what could not be. Two messages with one
key are one message, so whoever is not sure whether it was posted may post it again.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from eyrie.basics.token import new_token
from eyrie.store.database import inserting
from eyrie.store.outbox import enqueue
from eyrie.store.rows import Kept

DELIVER = "deliver message"
EMAIL = "email"


class MessageState(StrEnum):
    """Where a message is in its life."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class MessageRow(Kept):
    """One message to one recipient."""

    __tablename__ = "messages"
    kind: Mapped[str]  # what it is about, such as `report_notification`
    subject_token: Mapped[str] = mapped_column(String(64))  # what asked for it
    channel: Mapped[str]
    recipient: Mapped[str]  # the token of a user
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: `subject` and `text`
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    next_try_at: Mapped[dt.datetime | None]  # None once it is over
    sent_at: Mapped[dt.datetime | None]
    sink: Mapped[str | None]  # what carried it
    last_error: Mapped[str | None]
    idempotency_key: Mapped[str] = mapped_column(String(255), unique=True)
    __table_args__ = (Index("ix_messages_state_created", "state", "created_at"),)


def post(
    session: Session,
    *,
    account: str,
    kind: str,
    subject_token: str,
    recipient: str,
    subject: str,
    text: str,
    key: str,
    now: dt.datetime,
) -> bool:
    """Post an e-mail to a user in the caller's transaction; False if one with this key was posted before."""
    token = new_token("msg")
    row = {
        "token": token,
        "account_token": account,
        "created_at": now,
        "updated_at": now,
        "kind": kind,
        "subject_token": subject_token,
        "channel": EMAIL,
        "recipient": recipient,
        "payload": {"subject": subject, "text": text},
        "state": MessageState.PENDING.value,
        "attempts": 0,
        "next_try_at": now,
        "idempotency_key": key,
    }
    insert = inserting(session, MessageRow).values(row)
    once = insert.on_conflict_do_nothing(index_elements=["idempotency_key"])
    if session.scalar(once.returning(MessageRow.token)) is None:
        return False
    enqueue(session, DELIVER, {"message": token}, run_at=now)
    return True
