"""Cost reports: a question about costs, kept under a title."""

import datetime as dt
from dataclasses import replace

from eyrie.basics.errors import Malformed, NotFound
from eyrie.basics.period import Period
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.paging import NEWEST_FIRST
from eyrie.operations.record import Record, Refers, Values, Verbs
from eyrie.operations.shapes import Json, Part
from eyrie.records.metrics import attachments
from eyrie.records.metrics.attachment_shapes import MetricOnReport
from eyrie.records.reports.cost_report_shapes import (
    CHART_SETTINGS,
    SETTINGS,
    CostReport,
    CreateCostReport,
    DefaultForecast,
    ForecastChoice,
    ListCostReports,
    UpdateCostReport,
)
from eyrie.records.reports.forecast_choice import choose_forecast, default_forecast_of, forget_forecasts
from eyrie.records.reports.forecast_rows import ReportForecastRow
from eyrie.records.reports.intervals import Interval, resolved
from eyrie.records.reports.rows import CostReportRow, FolderRow, SavedFilterRow
from eyrie.records.reports.segment_reports import segment_report

cost_reports = Record(
    name="cost_report",
    thing="Cost report",
    tag="Costs",
    path="/cost_reports",
    token_prefix="rprt",
    row=CostReportRow,
    view=CostReport,
    create=CreateCostReport,
    update=UpdateCostReport,
    listed_by=ListCostReports,
    order=NEWEST_FIRST,
    lists={"saved_filter_tokens": Refers(SavedFilterRow, "Saved filter")},
    refuses={Verbs.CREATE: frozenset({400, 422}), Verbs.UPDATE: frozenset({400, 404})},
)


@cost_reports.shows
def business_metric_tokens_with_metadata(call: Call, row: CostReportRow) -> list[MetricOnReport]:
    """In the order of the report."""
    return attachments.shown_on_report(call.session, row.token)


@cost_reports.shows
def default_forecast(call: Call, row: CostReportRow) -> DefaultForecast:
    """The baseline, unless one of its own forecasts was chosen."""
    chosen = default_forecast_of(call, row.token)
    if chosen is None:
        return DefaultForecast(kind="baseline")
    return DefaultForecast(kind="report_forecast", report_forecast_token=chosen.token)


@cost_reports.shows
def start_date(call: Call, row: CostReportRow) -> str:
    """As the interval resolves now."""
    return period_of(row, call.today).start.isoformat()


@cost_reports.shows
def end_date(call: Call, row: CostReportRow) -> str:
    """As the interval resolves now."""
    return period_of(row, call.today).last.isoformat()


@cost_reports.shows
def previous_period_start_date(_call: Call, row: CostReportRow) -> str | None:
    """A period of its own choice only."""
    return row.previous_period_start_date.isoformat() if row.previous_period_start_date else None


@cost_reports.shows
def previous_period_end_date(_call: Call, row: CostReportRow) -> str | None:
    """A period of its own choice only."""
    return row.previous_period_end_date.isoformat() if row.previous_period_end_date else None


def period_of(row: CostReportRow, today: dt.date) -> Period:
    """The days that a report is about, today."""
    interval = Interval(row.date_interval)
    if interval is Interval.CUSTOM and row.start_date and row.end_date:
        return Period.through(row.start_date, row.end_date)
    return resolved(interval, today)


def _written(call: Call, values: Values, row: CostReportRow | None) -> Values:
    """Bring what was sent into the columns: settings merged, dates agreed, the folder's workspace."""
    metrics = values.pop("business_metric_tokens_with_metadata", None)
    if row is not None and metrics is not None:
        attachments.put_on_report(call, row.token, metrics)
    values |= _axes(values, row)
    values |= _dates(values, row, call.today)
    _check_previous(values, row)
    choice = values.pop("default_forecast", None)
    if row is not None and choice is not None:
        _choose(call, row, choice)
    stays = row is not None and values.get("folder_token") == row.folder_token
    if values.get("folder_token") is not None and not stays:
        folder = call.rows.find(FolderRow, values["folder_token"])
        if folder is None:
            raise NotFound("Folder not found")
        if row is not None and folder.workspace_token != row.workspace_token:
            raise Malformed("folder_token: a CostReport cannot move to another Workspace")
        values["workspace_token"] = folder.workspace_token
    return values


def _choose(call: Call, row: CostReportRow, choice: ForecastChoice) -> None:
    """Show another forecast, which must be one of this report."""
    if choice.kind == "baseline":
        choose_forecast(call, row.token, None)
        return
    token = choice.report_forecast_token
    if not token:
        raise Malformed("default_forecast.report_forecast_token is missing")
    forecast = call.rows.find(ReportForecastRow, token)
    if forecast is None or forecast.cost_report_token != row.token:
        raise Malformed(f"Report forecast not found: {token}")
    choose_forecast(call, row.token, forecast)


def _axes(values: Values, row: CostReportRow | None) -> Values:
    """Merge settings; where one of `aggregate_by` and the y axis is sent, the other follows."""
    settings = _sent(values.pop("settings", None))
    chart = _sent(values.pop("chart_settings", None))
    if "aggregate_by" in settings and "y_axis_dimension" not in chart:
        chart["y_axis_dimension"] = settings["aggregate_by"]
    elif "y_axis_dimension" in chart and "aggregate_by" not in settings:
        settings["aggregate_by"] = chart["y_axis_dimension"]
    return {
        "settings": {**(row.settings if row else SETTINGS), **settings},
        "chart_settings": {**(row.chart_settings if row else CHART_SETTINGS), **chart},
    }


def _sent(part: Part | None) -> Json:
    return part.sent() if part is not None else {}


def _dates(values: Values, row: CostReportRow | None, today: dt.date) -> Values:
    """Agree on interval and dates, which may be sent together only if they mean the same."""
    asked = values.pop("date_interval", None)
    start, end = values.pop("start_date", None), values.pop("end_date", None)
    interval = Interval(asked) if asked else None
    if start is None and end is None:
        if interval is Interval.CUSTOM and not (row and row.start_date):
            raise Malformed("start_date is missing", "end_date is missing")
        if interval is None:
            return {} if row else {"date_interval": Interval.THIS_MONTH.value}
        kept = row and interval is Interval.CUSTOM
        return {"date_interval": interval.value} | ({} if kept else {"start_date": None, "end_date": None})
    if row is not None and interval in (None, Interval.CUSTOM):
        start, end = start or row.start_date, end or row.end_date
    if start is None or end is None:
        raise Malformed("end_date is missing" if end is None else "start_date is missing")
    if end < start:
        raise Malformed("end_date must not be before start_date")
    if interval is None or interval is Interval.CUSTOM:
        return {"date_interval": Interval.CUSTOM.value, "start_date": start, "end_date": end}
    if resolved(interval, today) == Period.through(start, end):
        return {"date_interval": interval.value, "start_date": None, "end_date": None}
    raise Malformed("date_interval cannot be combined with start_date and end_date unless it is custom")


def _check_previous(values: Values, row: CostReportRow | None) -> None:
    first = values.get("previous_period_start_date", row.previous_period_start_date if row else None)
    last = values.get("previous_period_end_date", row.previous_period_end_date if row else None)
    if (first is None) != (last is None):
        raise Malformed(f"previous_period_{'start' if first is None else 'end'}_date is missing")
    if first is not None and last is not None and last < first:
        raise Malformed("previous_period_end_date must not be before previous_period_start_date")


def _emptied(call: Call, row: CostReportRow) -> None:
    """Its forecasts go with it."""
    forget_forecasts(call, row.token)


def _with_metrics(call: Call, row: CostReportRow) -> None:
    """Put the metrics on a report that is there only now."""
    attachments.put_on_report(call, row.token, call.body.business_metric_tokens_with_metadata)


def _off_metrics(call: Call, row: CostReportRow) -> None:
    attachments.forget_reports(call.session, [row.token])


cost_reports.before_write = _written
cost_reports.after_create = _with_metrics
cost_reports.before_delete = _emptied
cost_reports.going_too.append(_off_metrics)


# Who only reads a report by its path reads that of a segment as well.
READ_BY_PATH = replace(cost_reports.finds(), also=segment_report)


def operations() -> list[Operation]:
    """The operations of cost reports."""
    return [
        replace(each, finds=(READ_BY_PATH,)) if each.name == "getCostReport" else each
        for each in operations_of(cost_reports)
    ]
