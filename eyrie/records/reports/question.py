"""From a saved thing to a question: the only way from a report to what it asks of costs.

A report's filters are its own, its saved filters, and those of its folder and of all folders around that.
They are merged by provider; see `vql/merge.py`. A segment's report has none: what it counts is what the tree
of segments gives it. Records, answers and jobs all come through here.

A dashboard shows a report with filters of its own beside these, and perhaps with its own days and bin.
"""

import datetime as dt
from dataclasses import dataclass

from eyrie.basics.errors import Malformed, NotFound
from eyrie.basics.period import Bin, Period, first_of_month
from eyrie.operations.call import Call
from eyrie.operations.shapes import Json
from eyrie.records.reports.cost_report_shapes import ReportBin
from eyrie.records.reports.cost_reports import period_of
from eyrie.records.reports.dashboard_dates import period_of as period_of_dashboard
from eyrie.records.reports.dashboard_rows import DashboardRow
from eyrie.records.reports.intervals import completed
from eyrie.records.reports.rows import CostReportRow, FolderRow, SavedFilterRow
from eyrie.records.reports.segment_reports import Division, division_of, is_of_segment, segment_report


@dataclass(frozen=True)
class Question:
    """What a report asks. Its filters are texts that were checked when they were saved."""

    workspace: str
    filters: tuple[str, ...]
    period: Period  # without a day, if the report wants finished bins only and none is
    bin: Bin
    settings: Json
    division: Division | None = None  # how a tree of segments divides the costs: of their reports alone


def find_report(call: Call, token: str) -> CostReportRow:
    """What a report token names, if the caller sees it; whoever is handed one asks here.

    The token of a segment names its report.
    """
    report = call.rows.find(CostReportRow, token) or segment_report(call, token)
    if report is None:
        raise NotFound("Cost report not found")
    return report


def find_dashboard(call: Call, token: str, report: CostReportRow) -> DashboardRow:
    """What a dashboard token names, if the caller sees it and it can show the report."""
    dashboard = call.rows.find(DashboardRow, token)
    if dashboard is None:
        raise NotFound("Dashboard not found")
    if dashboard.workspace_token != report.workspace_token:
        raise Malformed("dashboard_token: the Dashboard belongs to another Workspace than the CostReport")
    return dashboard


def question_of(call: Call, report: CostReportRow, dashboard: DashboardRow | None = None) -> Question:
    """What a report asks today, by itself or as a dashboard shows it."""
    chosen = dashboard.date_bin if dashboard and dashboard.date_bin else report.date_bin
    width = Bin.DAY if chosen == ReportBin.CUMULATIVE else Bin(chosen)
    of_dashboard = period_of_dashboard(dashboard, call.today) if dashboard else None
    period = of_dashboard or period_of(report, call.today)
    division = division_of(call, report) if is_of_segment(report) else None
    if report.settings["complete_period"]:
        period = completed(period, width, call.now)
    return Question(
        workspace=report.workspace_token,
        filters=tuple(text for text in _filters(call, report, dashboard) if text),
        period=period,
        bin=width,
        settings=report.settings,
        division=division,
    )


def _filters(call: Call, report: CostReportRow, dashboard: DashboardRow | None) -> list[str | None]:
    """All filters that act on a report, each saved one once."""
    tokens = [*call.rows.links(report.token, "saved_filter_tokens")]
    if dashboard is not None:
        tokens += call.rows.links(dashboard.token, "saved_filter_tokens")
    folder = call.session.get(FolderRow, report.folder_token) if report.folder_token else None
    while folder is not None:
        tokens += call.rows.links(folder.token, "saved_filter_tokens")
        above = folder.parent_folder_token
        folder = call.session.get(FolderRow, above) if above else None
    saved = [call.session.get(SavedFilterRow, token) for token in dict.fromkeys(tokens)]
    own = None if is_of_segment(report) else report.filter
    return [own, *(row.filter for row in saved if row is not None)]


def default_period(today: dt.date) -> Period:
    """What is asked about when nothing is said: this month, up to today."""
    return Period.through(first_of_month(today), today)
