"""What a report notification says: a report over some days against the days before, by its largest groups.

Whoever gets it sees the other reports of the workspace that they may see, each with its figure of now.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from eyrie.answers.costs import CostsQuery, told
from eyrie.answers.notifications.due import BINS, periods
from eyrie.answers.notifications.texts import change_shown, laid_out, money
from eyrie.answers.sums import Group, Sums, compared, sums, total_of
from eyrie.basics.errors import UserFault
from eyrie.basics.money import WIDE
from eyrie.basics.period import Period
from eyrie.operations.call import Call
from eyrie.records.alerts.report_notifications import Frequency
from eyrie.records.alerts.rows import ReportNotificationRow
from eyrie.records.reports.rows import CostReportRow

MOST_GROUPS = 5
UNGROUPED = "service"


@dataclass(frozen=True)
class Written:
    """A message for all who are told; what each may see of other reports comes below it."""

    subject: str
    text: str
    through: dt.date  # the last day that it tells of


def written(
    call: Call, notification: ReportNotificationRow, report: CostReportRow, day: dt.date, arrived: dt.date
) -> Written:
    """Write what is told on a day, as far as costs have arrived."""
    now, before = periods(notification.frequency, day, arrived)
    lines = [report.title, f"{_days(now)}, against {_days(before)}"]
    if arrived < now.last:
        lines.append(f"Data through {arrived}; costs of the days after it are still to come.")
    try:
        this, last = (_sums(call, notification, report, each) for each in (now, before))
    except UserFault as fault:  # a missing exchange rate, say; that is told as well
        subject, figures = "no figures", ["The costs could not be told:", *fault.problems]
    else:
        change = change_shown(this.total, last.total, notification.change, this.currency)
        subject = f"{money(this.total)} {this.currency}, {change}"
        figures = _figures(this, last, notification)
    lines += ["", *figures]
    if call.house.post.address is not None:
        lines += ["", f"{call.house.post.address}/v2/cost_reports/{report.token}"]
    return Written(f"{notification.title}: {subject}", "\n".join(lines), min(now.last, arrived))


def _sums(call: Call, notification: ReportNotificationRow, report: CostReportRow, period: Period) -> Sums:
    asked = {
        "cost_report_token": report.token,
        "groupings": [report.groupings or UNGROUPED],
        "date_bin": BINS[Frequency(notification.frequency)].value,
        "start_date": period.start,
        "end_date": period.last,
    }
    return sums(call, CostsQuery.model_validate(asked))


def _figures(now: Sums, before: Sums, notification: ReportNotificationRow) -> list[str]:
    """The total, the largest groups, and the others together, each with its change."""
    groups = compared(now, before)
    total = Group(("Total",), now.total, before.total)
    rows = [total, *groups[:MOST_GROUPS], *_together(groups[MOST_GROUPS:])]
    lines = [
        (
            _name(each),
            money(each.amount),
            money(each.before),
            change_shown(each.amount, each.before, notification.change, now.currency),
        )
        for each in rows
    ]
    return laid_out([("", now.currency, "Before", "Change"), *lines])


def _together(groups: Sequence[Group]) -> list[Group]:
    """What is left over, in one line, if anything is."""
    with localcontext(WIDE):
        amount = sum((each.amount for each in groups), Decimal(0))
        before = sum((each.before for each in groups), Decimal(0))
    return [Group(("Other",), amount, before)] if groups else []


def _name(group: Group) -> str:
    return " / ".join(each or "-" for each in group.label)


def _days(period: Period) -> str:
    return f"{period.start}" if period.days == 1 else f"{period.start} to {period.last}"


def figures_of_all(call: Call, workspace: str) -> Mapping[str, str]:
    """Each report of a workspace, by its token, with what it comes to over its own days."""
    rows = call.rows.query(CostReportRow).where(CostReportRow.workspace_token == workspace)
    listed = call.rows.all(rows.order_by(CostReportRow.title, CostReportRow.token))
    return {row.token: f"{row.title}: {_figure(call, row.token)}" for row in listed}


def _figure(call: Call, report: str) -> str:
    asked = {"cost_report_token": report, "groupings": [""]}
    try:
        answered = told(call, CostsQuery.model_validate(asked))
    except UserFault as fault:
        return fault.problems[0]
    return f"{money(total_of(answered))} {answered.currency}"


def for_recipient(recipient: Call, message: Written, figures: Mapping[str, str]) -> str:
    """The text for one who is told: below it the reports that they may see."""
    seen = {row.token for row in recipient.rows.all(recipient.rows.query(CostReportRow))}
    lines = [figure for token, figure in figures.items() if token in seen]
    return "\n".join(
        [message.text, *(["", "All reports, each over its own days:", *lines] if lines else []), ""]
    )
