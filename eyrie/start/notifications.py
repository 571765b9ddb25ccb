"""Report notifications and mail at the terminal: what is told, and whether it arrives."""

import os
from collections.abc import Sequence

from eyrie.answers.notifications.arrived import arrived_through
from eyrie.answers.notifications.due import is_due_on
from eyrie.answers.notifications.message import figures_of_all, for_recipient, written
from eyrie.basics.errors import Malformed, NotFound, Refused, Undelivered
from eyrie.basics.period import ONE_DAY, iso_seconds
from eyrie.basics.token import new_token
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.mail import Mail
from eyrie.records.alerts.rows import ReportNotificationRow
from eyrie.records.reports.question import find_report
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.messages import MessageRow, MessageState
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.surfaces.cli.company_shapes import MailLine, NotificationLine
from eyrie.surfaces.cli.work import Flags

MAIL_LISTED = 1000


def notifications(flags: Flags) -> Sequence[NotificationLine]:
    """List the report notifications."""
    with opened(read_settings(os.environ, flags)) as house:
        return notifications_of(house)


def preview_notification(flags: Flags, token: str) -> str:
    """Write a message without sending it."""
    with opened(read_settings(os.environ, flags)) as house:
        return previewed(house, token)


def mail(flags: Flags, state: str | None) -> Sequence[MailLine]:
    """List the messages."""
    with opened(read_settings(os.environ, flags)) as house:
        return mail_of(house, state)


def test_mail(flags: Flags, address: str) -> str:
    """Send a mail at once."""
    with opened(read_settings(os.environ, flags)) as house:
        return mail_tried(house, address)


def notifications_of(house: House) -> Sequence[NotificationLine]:
    """The notifications of all workspaces, by workspace and title."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        listed = [_line(call, row, names) for row in call.rows.all(call.rows.query(ReportNotificationRow))]
        return sorted(listed, key=lambda line: (line.workspace, line.title, line.token))


def _line(call: Call, row: ReportNotificationRow, names: dict[str, str]) -> NotificationLine:
    users = [call.session.get(UserRow, token) for token in call.rows.links(row.token, "user_tokens")]
    return NotificationLine(
        title=row.title,
        token=row.token,
        report=find_report(call, row.cost_report_token).title,
        frequency=row.frequency,
        users=tuple(user.email for user in users if user is not None),
        told=row.handled_on.isoformat() if row.handled_on else "",
        workspace=names[row.workspace_token],
    )


def previewed(house: House, token: str) -> str:
    """What was to be told the last time it was due, with the figures of now, as an owner sees it."""
    with asking(house) as call:
        row = call.rows.find(ReportNotificationRow, token)
        if row is None:
            raise NotFound(
                f"There is no notification {token!r}; `eyrie notification list` lists those that there are"
            )
        report = find_report(call, row.cost_report_token)
        day = call.today
        while not is_due_on(row.frequency, day):
            day -= ONE_DAY
        message = written(call, row, report, day, arrived_through(call, report))
        text = for_recipient(call, message, figures_of_all(call, row.workspace_token))
        return f"Subject: {message.subject}\n\n{text.rstrip()}"


def mail_of(house: House, state: str | None) -> Sequence[MailLine]:
    """The newest messages first, a thousand at most."""
    if state is not None and state not in tuple(MessageState):
        raise Malformed(f"--state {state!r} must be one of {', '.join(MessageState)}")
    with asking(house) as call:
        asked = call.rows.query(MessageRow).order_by(MessageRow.created_at.desc(), MessageRow.token.desc())
        if state is not None:
            asked = asked.where(MessageRow.state == state)
        return [_mail_line(call, row) for row in call.rows.all(asked.limit(MAIL_LISTED))]


def _mail_line(call: Call, row: MessageRow) -> MailLine:
    user = call.session.get(UserRow, row.recipient)
    return MailLine(
        subject=row.payload["subject"],
        to=user.email if user else row.recipient,
        state=row.state,
        tries=row.attempts,
        sent=iso_seconds(row.sent_at) if row.sent_at else "",
        next_try=iso_seconds(row.next_try_at) if row.next_try_at else "",
        error=row.last_error or "",
    )


def mail_tried(house: House, address: str) -> str:
    """Hand a mail over, and say to what."""
    text = "This is a test. Whoever reads it knows that Eyrie's mail arrives.\n"
    try:
        house.post.sink.carry(Mail(address, "A test of Eyrie", text, new_token("msg")))
    except Undelivered as error:
        raise Refused(
            f"The mail could not be sent: {error}; look at EYRIE_SMTP_URL and EYRIE_MAIL_FROM"
        ) from error
    if house.post.sink.name == "log":
        return "No mail server is set (EYRIE_SMTP_URL), so mail is written to the log and reaches nobody."
    return f"The mail server took the mail to {address}."
