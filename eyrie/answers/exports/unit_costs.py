"""Unit costs as a file: what is wanted is settled when it is asked for, the figures when it is written."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.exports.kind import ExportKind, Frozen, Lines, TextLines, submitted
from eyrie.answers.unit_costs import Asked, UnitCostsQuery, asked
from eyrie.basics.money import plain
from eyrie.basics.period import Bin
from eyrie.engine.port import SheetFormat
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Accepted
from eyrie.operations.shapes import Day, Draft, Json, Token
from eyrie.records.exports import DataExport
from eyrie.records.reports.question import find_report

HEADER = (
    "Date",
    "Business Metric",
    "Calculation Type",
    "Scale",
    "Business Metric Amount",
    "Unit Cost Amount",
)


class CreateUnitCostsExport(Draft):
    """What to export; what is not given is as the report has it."""

    cost_report_token: Token = Field(description="The CostReport.")
    workspace_token: Token | None = Field(None, description="Ignored: a CostReport lies in one Workspace.")
    start_date: Day | None = Field(None, description="The first day; default is the report's.")
    end_date: Day | None = Field(None, description="The last day; default is the report's.")
    date_bin: Bin | None = Field(None, description="The width of the bins; default is the report's, or day.")
    file_format: SheetFormat = Field(SheetFormat.CSV, description="Eyrie's own: csv or parquet.")


def settled(call: Call, body: CreateUnitCostsExport) -> Json:
    """Refuse what `GET /unit_costs` would refuse, and settle what was not given; it waits as JSON."""
    question = asked(call, _query(body.cost_report_token, body.start_date, body.end_date, body.date_bin))
    return {
        "cost_report_token": body.cost_report_token,
        "start_date": question.period.start.isoformat(),
        "end_date": question.period.last.isoformat(),
        "date_bin": question.bin.value,
    }


def rows(call: Call, request: Json) -> Iterator[tuple[str, ...]]:
    """The rows of the file, the oldest first, as they are now; walking them reads nothing but the ledger."""
    start, end = (dt.date.fromisoformat(request[name]) for name in ("start_date", "end_date"))
    if end < start:
        return iter(())  # only bins that are over were asked for, and none is
    query = _query(request["cost_report_token"], start, end, Bin(request["date_bin"]))
    return _walked(call.house, asked(call, query))


def _walked(house: House, question: Asked) -> Iterator[tuple[str, ...]]:
    for row in question.rows(question.answered(house), descending=False):
        yield (
            row.date,
            row.counted.label or row.counted.title,
            row.counted.calculation,
            plain(Decimal(row.counted.scale)),
            plain(row.metric),
            plain(row.unit_cost),
        )


def _query(report: str, start: dt.date | None, end: dt.date | None, width: Bin | None) -> UnitCostsQuery:
    return UnitCostsQuery(cost_report_token=report, start_date=start, end_date=end, date_bin=width)


def _submit(call: Call) -> Accepted:
    body = call.body
    assert isinstance(body, CreateUnitCostsExport)
    request = settled(call, body)
    report = find_report(call, body.cost_report_token)
    shown: Json = {"report_token": body.cost_report_token, "groupings": [], "vql": None, "settings": {}}
    attributes = {**shown, **{name: request[name] for name in ("start_date", "end_date", "date_bin")}}
    frozen = Frozen(report.workspace_token, request, attributes)
    return submitted(call, KIND, frozen, SheetFormat(body.file_format))


def _lines(call: Call, request: Json) -> Lines:
    return TextLines(HEADER, rows(call, request))


KIND = ExportKind("unit_costs", _lines)


def operations() -> list[Operation]:
    """The one operation of exporting unit costs."""
    return [
        Operation(
            name="createUnitCostsExport",
            tag="UnitCosts",
            method="POST",
            path="/unit_costs/data_exports",
            summary="Export unit costs",
            description="Takes what `GET /unit_costs` takes and answers at once; `Location` says where the "
            "DataExport with its files will be. Reading scope is enough.",
            scope=Scope.READ,
            body=JsonBody(CreateUnitCostsExport),
            answers=Answer(202, DataExport),
            refuses=frozenset({400, 402, 404}),
            work=Work.WRITES,
            run=_submit,
        )
    ]
