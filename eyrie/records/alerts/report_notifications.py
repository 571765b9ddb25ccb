"""Report notifications: who is told daily, weekly or monthly what a report comes to, and how it changed."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from pydantic import Field

from eyrie.basics.errors import Malformed, NotFound, Refused
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Refers, Values, Verbs
from eyrie.operations.shapes import Change, Draft, PagedQuery, Title, Token, Tokens, View
from eyrie.operations.workspace import the_workspace
from eyrie.records.alerts.rows import ReportNotificationRow
from eyrie.records.reports import segments
from eyrie.records.reports.cost_reports import cost_reports
from eyrie.records.reports.question import find_report
from eyrie.store.people import UserRow

NO_CHAT = "No Slack or Microsoft Teams integration is connected."
REPORT = "The CostReport that it tells about."
USERS = "The Users that are told by e-mail."
CHANNELS = "Channels of a chat; none can be named while no chat is connected."


class Frequency(StrEnum):
    """How often people are told."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class ChangeUnit(StrEnum):
    """How a change is told."""

    PERCENTAGE = "percentage"
    DOLLARS = "dollars"


class ReportNotification(View):
    """Who is told regularly what a report comes to."""

    token: Token
    title: str = Field(description="The title of the ReportNotification.")
    cost_report_token: Token = Field(description=REPORT)
    user_tokens: list[Token] = Field(description=USERS)
    recipient_channels: list[str] = Field(description=CHANNELS)
    frequency: Frequency = Field(description="How often people are told.")
    change: ChangeUnit = Field(description="How changes are told.")


class CreateReportNotification(Draft):
    """What makes a ReportNotification."""

    title: Title = Field(description="The title of the ReportNotification.")
    cost_report_token: Token = Field(description=REPORT)
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    user_tokens: Tokens = Field([], description=USERS)
    recipient_channels: Tokens = Field([], description=CHANNELS)
    frequency: Frequency = Field(description="How often people are told.")
    change: ChangeUnit = Field(description="How changes are told.")


class UpdateReportNotification(Change):
    """What changes a ReportNotification."""

    title: Title | None = Field(None, description="The title of the ReportNotification.")
    cost_report_token: Token | None = Field(None, description=REPORT)
    user_tokens: Tokens | None = Field(None, description=USERS)
    recipient_channels: Tokens | None = Field(None, description=CHANNELS)
    frequency: Frequency | None = Field(None, description="How often people are told.")
    change: ChangeUnit | None = Field(None, description="How changes are told.")


class ListReportNotifications(PagedQuery):
    """Which ReportNotifications to list."""

    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")
    q: str | None = Field(None, description="A part of the title.")


report_notifications = Record(
    name="report_notification",
    thing="Report notification",
    tag="ReportNotifications",
    path="/report_notifications",
    token_prefix="rprt_ntfctn",
    row=ReportNotificationRow,
    view=ReportNotification,
    create=CreateReportNotification,
    update=UpdateReportNotification,
    listed_by=ListReportNotifications,
    lists={"user_tokens": Refers(UserRow, "User")},
    refuses={Verbs.CREATE: frozenset({400, 422}), Verbs.UPDATE: frozenset({400, 404})},
)


def _checked(call: Call, values: Values, row: ReportNotificationRow | None) -> Values:
    """Report, users and channels must be there; what is wrong with them is told together."""
    if row is None:
        workspace = the_workspace(call, values["workspace_token"], creating=True)
    else:
        workspace = row.workspace_token
    problems = _unknown_users(call, values.get("user_tokens") or ())
    problems += [NO_CHAT] if values.get("recipient_channels") else []
    elsewhere = []
    if values.get("cost_report_token"):
        try:
            report = find_report(call, values["cost_report_token"])
        except NotFound as unknown:
            problems += unknown.problems
        else:
            if report.workspace_token != workspace:
                elsewhere = ["cost_report_token: the CostReport belongs to another Workspace"]
    if problems:
        raise Malformed(*problems, *elsewhere)
    if elsewhere:
        raise Refused(*elsewhere)
    return values


def _unknown_users(call: Call, tokens: Sequence[str]) -> list[str]:
    return [f"User not found: {token}" for token in tokens if call.rows.find(UserRow, token) is None]


def forget_notifications(call: Call, report: str) -> None:
    """Nobody is told about a report that is gone."""
    row = ReportNotificationRow
    for told in call.session.scalars(sa.select(row).where(row.cost_report_token == report)).all():
        call.rows.detach(told.token)
        call.rows.remove(told)


report_notifications.before_write = _checked
cost_reports.going_too.append(lambda call, row: forget_notifications(call, row.token))
segments.forgetting.append(forget_notifications)


def operations() -> list[Operation]:
    """The operations of report notifications."""
    return operations_of(report_notifications)
