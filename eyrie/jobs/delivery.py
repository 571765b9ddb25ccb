"""Carries messages: one job for each try, later and later, until it is sent or given up.

A message leaves at least once. If the house dies between handing it over and noting that, it goes again under
the same Message-ID.
"""

import datetime as dt

from sqlalchemy.orm import Session

from eyrie.basics.errors import Undelivered
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.operations.house import House
from eyrie.operations.mail import Mail
from eyrie.store.messages import DELIVER, MessageRow, MessageState
from eyrie.store.outbox import enqueue
from eyrie.store.people import UserRow

# After each try that fails; after the last one there is no other.
PAUSES = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=12),
)


def deliver(job: Job, house: House) -> None:
    """Try to carry the message that the job names."""
    with house.database.reading() as session:
        message = session.get(MessageRow, job.payload["message"])
        user = session.get(UserRow, message.recipient) if message else None
    if message is None or message.state != MessageState.PENDING:
        return
    error = None
    if user is not None:  # whoever is gone is told nothing
        try:
            house.post.sink.carry(
                Mail(user.email, message.payload["subject"], message.payload["text"], message.token)
            )
        except Undelivered as undelivered:
            error = str(undelivered)
    with house.database.writing() as session:
        row = session.get(MessageRow, message.token, with_for_update=True)
        if row is not None and user is None:
            session.delete(row)
        elif row is not None:
            _note(session, row, error, house)
        job.done(session)


def _note(session: Session, row: MessageRow, error: str | None, house: House) -> None:
    """Note how a try went, and ask for the next if there is one."""
    now = house.now()
    row.attempts += 1
    row.updated_at, row.last_error, row.next_try_at = now, error, None
    if error is None:
        row.state, row.sent_at, row.sink = MessageState.SENT, now, house.post.sink.name
    elif row.attempts > len(PAUSES):
        row.state = MessageState.FAILED
    else:
        row.next_try_at = now + PAUSES[row.attempts - 1]
        enqueue(session, DELIVER, {"message": row.token}, run_at=row.next_try_at)


def _failed(session: Session, job: Job) -> None:
    """What fails in another way than by not being delivered is a fault of ours; it is not tried for ever."""
    row = session.get(MessageRow, job.payload["message"])
    if row is not None and row.state == MessageState.PENDING:
        row.state, row.next_try_at = MessageState.FAILED, None


KIND: Kind[House] = Kind(DELIVER, deliver, on_failed=_failed)
