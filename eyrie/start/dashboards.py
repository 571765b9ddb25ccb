"""Dashboards at the terminal: what there is, and the figures of each widget."""

import os
from collections.abc import Sequence
from dataclasses import replace

from eyrie.answers.costs import CostsQuery, told
from eyrie.answers.sums import total_of
from eyrie.basics.errors import NotFound
from eyrie.basics.period import Period
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.reports.dashboard_dates import period_of
from eyrie.records.reports.dashboard_rows import DashboardRow
from eyrie.records.reports.dashboards import dashboards as dashboard_record
from eyrie.records.reports.intervals import previous
from eyrie.records.reports.question import find_report, question_of
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.cli.company_shapes import DashboardLine, DashboardTold, Figures, WidgetLine
from eyrie.surfaces.cli.work import Flags


def dashboards(flags: Flags) -> Sequence[DashboardLine]:
    """List the dashboards."""
    with opened(read_settings(os.environ, flags)) as house:
        return dashboards_of(house)


def dashboard(flags: Flags, token: str) -> DashboardTold:
    """Show one with its figures."""
    with opened(read_settings(os.environ, flags)) as house:
        return dashboard_of(house, token)


def dashboards_of(house: House) -> Sequence[DashboardLine]:
    """The dashboards of all workspaces, by workspace and title."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        listed = [
            DashboardLine(
                title=row.title,
                token=row.token,
                widgets=len(dashboard_record.values(call, row)["widgets"]),
                days=_days(period_of(row, call.today)),
                bin=row.date_bin or "",
                workspace=names[row.workspace_token],
            )
            for row in call.rows.all(call.rows.query(DashboardRow))
        ]
        return sorted(listed, key=lambda line: (line.workspace, line.title, line.token))


def dashboard_of(house: House, token: str) -> DashboardTold:
    """A dashboard with what each widget comes to."""
    with asking(house) as call:
        row = call.rows.find(DashboardRow, token)
        if row is None:
            raise NotFound(
                f"There is no dashboard {token!r}; `eyrie dashboard list` lists those that there are"
            )
        workspace = call.session.get_one(WorkspaceRow, row.workspace_token).name
        days = _days(period_of(row, call.today)) or "each report over its own days"
        widgets = dashboard_record.values(call, row)["widgets"]
        return DashboardTold(
            about=f"{row.title}, {workspace}, {days}",
            widgets=[_widget(call, row, each["title"], each["widgetable_token"]) for each in widgets],
        )


def _widget(call: Call, row: DashboardRow, title: str, target: str) -> WidgetLine:
    line = WidgetLine(title, target, "", None)
    try:
        report = find_report(call, target)
    except NotFound:  # what has no costs is shown by its name alone
        return line
    period = question_of(call, report, row).period
    shown = {"cost_report_token": target, "dashboard_token": row.token, "groupings": [""]}
    now = told(call, CostsQuery.model_validate(shown))
    if not period.days:  # finished bins only, and none is
        return replace(line, figures=Figures(total_of(now), total_of(now), now.currency))
    before = previous(period)
    then = CostsQuery.model_validate({**shown, "start_date": before.start, "end_date": before.last})
    figures = Figures(total_of(now), total_of(told(call, then)), now.currency)
    return replace(line, days=_days(period), figures=figures)


def _days(period: Period | None) -> str:
    return f"{period.start} to {period.last}" if period else ""
