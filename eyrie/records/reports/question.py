"""From a saved thing to a question: the only way from a report to what it asks of costs.

A report's filters are its own, its saved filters, and those of its folder and of all folders around that.
They are merged by provider; see `vql/merge.py`. A segment's report has none: what it counts is what the tree
of segments gives it. Records, answers and jobs all come through here.
"""

import datetime as dt
from dataclasses import dataclass

from eyrie.basics.errors import NotFound
from eyrie.basics.period import Bin, Period, first_of_month
from eyrie.operations.call import Call
from eyrie.operations.shapes import Json
from eyrie.records.reports.cost_report_shapes import ReportBin
from eyrie.records.reports.cost_reports import period_of
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


def question_of(call: Call, report: CostReportRow) -> Question:
    """What a report asks today."""
    width = Bin.DAY if report.date_bin == ReportBin.CUMULATIVE else Bin(report.date_bin)
    period = period_of(report, call.today)
    division = division_of(call, report) if is_of_segment(report) else None
    if report.settings["complete_period"]:
        period = completed(period, width, call.now)
    return Question(
        workspace=report.workspace_token,
        filters=() if division else tuple(text for text in _filters(call, report) if text),
        period=period,
        bin=width,
        settings=report.settings,
        division=division,
    )


def _filters(call: Call, report: CostReportRow) -> list[str | None]:
    """All filters that act on a report, each saved one once."""
    tokens = [*call.rows.links(report.token, "saved_filter_tokens")]
    folder = call.session.get(FolderRow, report.folder_token) if report.folder_token else None
    while folder is not None:
        tokens += call.rows.links(folder.token, "saved_filter_tokens")
        above = folder.parent_folder_token
        folder = call.session.get(FolderRow, above) if above else None
    saved = [call.session.get(SavedFilterRow, token) for token in dict.fromkeys(tokens)]
    return [report.filter, *(row.filter for row in saved if row is not None)]


def default_period(today: dt.date) -> Period:
    """What is asked about when nothing is said: this month, up to today."""
    return Period.through(first_of_month(today), today)
