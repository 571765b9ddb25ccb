"""Sends report notifications: looks each hour who is to be told, and tells them once the costs have arrived.

What is due waits for costs hour by hour, for a day at most, and then goes with a note of how far they have
come. The day is noted in the transaction that posts the messages, so it is told of once.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.tokens import caller_for
from eyrie.answers.notifications.arrived import arrived_through
from eyrie.answers.notifications.due import due_days, waits
from eyrie.answers.notifications.message import Written, figures_of_all, for_recipient, written
from eyrie.basics.errors import NotFound
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Every, Schedule
from eyrie.operations.acting import acting
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.alerts.rows import ReportNotificationRow
from eyrie.records.reports.question import find_report
from eyrie.store.messages import post
from eyrie.store.outbox import enqueue
from eyrie.store.people import UserRow

LOOK, TELL = "look at report notifications", "send report notification"
ABOUT = "report_notification"
SCHEDULE = Schedule(LOOK, LOOK, Every(3600))
Texts = Sequence[tuple[str, str]]  # a user, and what they are told


def run_look(job: Job, house: House) -> None:
    """Ask for a job for each notification that is due."""
    now = house.now()
    with house.database.writing() as session:
        for row in session.scalars(sa.select(ReportNotificationRow)):
            for day in due_days(row, now, house.post.hour):
                asked = {"notification": row.token, "day": day.isoformat()}
                enqueue(session, TELL, asked, run_at=now, key=f"{TELL} {row.token} {day}")
        job.done(session)


def run_tell(job: Job, house: House) -> None:
    """Tell of the day that the job names, unless it is better to wait for costs."""
    day = dt.date.fromisoformat(job.payload["day"])
    with house.database.reading() as session:
        row = session.get(ReportNotificationRow, job.payload["notification"])
        if row is None:
            return
        call = acting(house, session, row.account_token, row.workspace_token)
        try:
            report = find_report(call, row.cost_report_token)
        except NotFound:  # deleted since
            return
        arrived = arrived_through(call, report)
        if waits(row, day, arrived, house.now(), house.post.hour):
            return
        message = written(call, row, report, day, arrived)
        texts = texts_of(call, row, message)
    with house.database.writing() as session:
        _post(session, house, row.token, day, message, texts)
        job.done(session)


def texts_of(call: Call, row: ReportNotificationRow, message: Written) -> Texts:
    """What each is told; those who are gone, or may not see the report any more, are told nothing."""
    users = [call.session.get(UserRow, token) for token in call.rows.links(row.token, "user_tokens")]
    figures = figures_of_all(call, row.workspace_token) if users else {}
    texts = []
    for user in users:
        if user is not None:
            recipient = call.with_session(call.session, caller_for(call.session, user))
            if _sees(recipient, row.cost_report_token):
                texts.append((user.token, for_recipient(recipient, message, figures)))
    return texts


def _sees(recipient: Call, report: str) -> bool:
    try:
        find_report(recipient, report)
    except NotFound:
        return False
    return True


def _post(
    session: Session, house: House, notification: str, day: dt.date, message: Written, texts: Texts
) -> None:
    """Post the messages and note the day as done with, unless it is already."""
    row = session.get(ReportNotificationRow, notification, with_for_update=True)
    if row is None or (row.handled_on is not None and row.handled_on >= day):
        return
    for user, text in texts:
        post(
            session,
            account=row.account_token,
            kind=ABOUT,
            subject_token=row.token,
            recipient=user,
            subject=message.subject,
            text=text,
            key=f"{row.token} {day} {user}",
            now=house.now(),
        )
    row.handled_on, row.told_through = day, message.through


KINDS: tuple[Kind[House], ...] = (Kind(LOOK, run_look), Kind(TELL, run_tell))
