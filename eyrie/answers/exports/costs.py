"""Exports of costs: the question of `GET /costs`, written out whole.

What the question means is settled when it is asked for: its days, bins, groupings and settings. What it
finds is settled when it is written: the facts of one version of the ledger, and the filters of a report as
they are then. The three schemas are told in `cost_lines.py`, `focus_lines.py` and `comparison.py`.
"""

import csv
import datetime as dt
import io
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from eyrie.access.caller import Scope
from eyrie.answers.costs import CostsQuery, Posed, posed
from eyrie.answers.exports.comparison import comparison_of
from eyrie.answers.exports.cost_lines import cost_lines, focus_sums
from eyrie.answers.exports.focus_lines import focus_rows
from eyrie.answers.exports.kind import ExportKind, Frozen, Lines, submitted
from eyrie.basics.errors import Malformed
from eyrie.basics.period import Bin, Period
from eyrie.costs.query.ask import Grouping, TagKey
from eyrie.costs.query.plan import planned, rows_asked
from eyrie.engine.port import SheetFormat
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Accepted
from eyrie.operations.shapes import Day, Draft, Json, Query, Token
from eyrie.records.exports import DataExport
from eyrie.records.reports.cost_report_shapes import SETTINGS, QuestionSettings
from eyrie.records.reports.intervals import previous
from eyrie.records.reports.question import find_report, question_of

_SHOWN_SETTINGS = tuple(QuestionSettings.model_fields)


class ExportSchema(StrEnum):
    """What the columns of an export of costs are."""

    VNTG = "vntg"
    FOCUS = "focus"
    COMPARISON = "comparison"


def _as_line(sent: Any) -> Any:  # Any: whatever a client sent
    """A list of groupings, each by itself or several with commas between, as the one line that costs take."""
    if isinstance(sent, str):
        return [sent]
    if not isinstance(sent, list) or not all(isinstance(each, str) for each in sent):
        return sent
    return [",".join(_quoted(each) if each.startswith("tag:") else each for each in sent)]


def _quoted(name: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([name])
    return line.getvalue()


class CostExportQuery(Query):
    """What one client sends in the address instead of the body."""

    groupings: list[str] | None = Field(
        None, description="As in the body, which comes first.", json_schema_extra={"x-csv-line": True}
    )


class CreateCostExport(Draft):
    """What is to be exported; either `filter` or `cost_report_token` is needed."""

    cost_report_token: Token | None = Field(None, description="The CostReport to ask as.")
    filter: str | None = Field(None, description="A VQL filter; replaces that of the report.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    start_date: Day | None = Field(None, description="The first day; default is the first of this month.")
    end_date: Day | None = Field(None, description="The last day; default is today.")
    groupings: Annotated[list[str], BeforeValidator(_as_line)] | None = Field(
        None,
        description="account_id, billing_account_id, charge_type, cost_category, cost_subcategory, provider, "
        "region, resource_id, service, tagged, usage_unit, tag:<key>. Default is provider, service, "
        "account_id; for the schema focus it is every stored row by itself.",
    )
    date_bin: Bin | None = Field(None, description="The width of the bins; default is the report's, or day.")
    schema_: ExportSchema = Field(ExportSchema.VNTG, alias="schema", description="What the columns are.")
    settings: QuestionSettings | None = Field(None, description="Which costs count, and how.")
    file_format: SheetFormat = Field(SheetFormat.CSV, description="Eyrie's own: csv or parquet.")


def _submit(call: Call) -> Accepted:
    body, query = call.body, call.query
    assert isinstance(body, CreateCostExport)
    assert isinstance(query, CostExportQuery)
    if body.filter is None and body.cost_report_token is None:
        raise Malformed("cost_report_token or filter is missing")
    groupings = body.groupings if body.groupings is not None else query.groupings
    return submitted(call, KIND, _frozen(call, body, groupings), SheetFormat(body.file_format))


def _frozen(call: Call, body: CreateCostExport, groupings: list[str] | None) -> Frozen:
    """Settle what is asked; what cannot be asked is refused here, as `GET /costs` would."""
    sent = body.settings.sent() if body.settings else {}
    report = find_report(call, body.cost_report_token) if body.cost_report_token else None
    settings = {
        **(question_of(call, report).settings if report else SETTINGS),
        **{name: value for name, value in sent.items() if value is not None},
    }
    asked = {
        "cost_report_token": body.cost_report_token,
        "filter": body.filter,
        "workspace_token": body.workspace_token,
        "groupings": groupings,
        "date_bin": body.date_bin,
        "order": "asc",
        **{f"settings[{name}]": settings[name] for name in _SHOWN_SETTINGS},
    }
    question = posed(call, _query(asked | _days(body.start_date, body.end_date)))
    schema = ExportSchema(body.schema_)
    in_groups = schema is not ExportSchema.FOCUS or bool(groupings and question.ask.groupings)
    (planned if in_groups else rows_asked)(question.ask, question.snapshot)
    period = question.ask.period
    asked |= {"workspace_token": question.workspace, "date_bin": question.ask.bin.value}
    before = None
    if schema is ExportSchema.COMPARISON and settings["show_previous_period"]:
        own = report is not None and body.start_date is None and body.end_date is None
        before = _before(period, report if own else None)
    return Frozen(
        workspace=question.workspace,
        request={
            "schema": schema.value,
            "in_groups": in_groups,
            "asked": asked | (_days(period.start, period.last) if period.days else {}),
            "before": before,
        },
        attributes={
            "report_token": body.cost_report_token,
            **_days(period.start, period.last),
            "groupings": [_named(each) for each in question.ask.groupings] if in_groups else [],
            "vql": body.filter,
            "settings": {name: settings[name] for name in _SHOWN_SETTINGS},
            "date_bin": question.ask.bin.value,
            "schema": schema.value,
        },
    )


def _days(first: dt.date | None, last: dt.date | None) -> Json:
    return {
        "start_date": first.isoformat() if first else None,
        "end_date": last.isoformat() if last else None,
    }


def _before(period: Period, report: Any) -> Json | None:  # Any: the row of a report, or none
    """The days to compare with: the report's own choice, or the period before."""
    if not period.days:
        return None
    if report is not None and report.previous_period_start_date:
        return _days(report.previous_period_start_date, report.previous_period_end_date)
    try:
        found = previous(period)
    except (ValueError, OverflowError):
        raise Malformed("start_date is invalid: there is no period before it") from None
    return _days(found.start, found.last)


def _named(grouping: Grouping) -> str:
    return f"tag:{grouping.key}" if isinstance(grouping, TagKey) else grouping.value


def _query(asked: Json) -> CostsQuery:
    """The question as `GET /costs` reads it."""
    return CostsQuery.model_validate({name: value for name, value in asked.items() if value is not None})


def _lines(call: Call, request: Json) -> Lines:
    """What the job writes."""

    def question(**changed: str) -> Posed:
        return posed(call, _query({**request["asked"], **changed}))

    match ExportSchema(request["schema"]), request["in_groups"]:
        case ExportSchema.COMPARISON, _:
            before = question(**request["before"]) if request["before"] else None
            return comparison_of(call, question(), before)
        case ExportSchema.FOCUS, True:
            return focus_sums(call, question())
        case ExportSchema.FOCUS, False:
            return focus_rows(call, question())
        case _:
            return cost_lines(call, question())


def lines_of(call: Call, body: CreateCostExport) -> Lines:
    """What such an export would hold now."""
    return _lines(call, _frozen(call, body, body.groupings).request)


KIND = ExportKind("cost_report", _lines)


def operations() -> list[Operation]:
    """The one operation of exporting costs."""
    return [
        Operation(
            name="createCostExport",
            tag="Costs",
            method="POST",
            path="/costs/data_exports",
            summary="Export costs",
            description="Takes what `GET /costs` takes and answers at once; `Location` says where the "
            "DataExport with its files will be. Reading scope is enough.",
            scope=Scope.READ,
            query=CostExportQuery,
            body=JsonBody(CreateCostExport),
            answers=Answer(202, DataExport),
            refuses=frozenset({400, 402, 404}),
            work=Work.WRITES,
            run=_submit,
        )
    ]
