"""Unit costs as a file: what is wanted is settled when it is asked for, the figures when it is written."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from eyrie.answers.unit_costs import UnitCostsQuery, asked
from eyrie.basics.money import plain
from eyrie.basics.period import Bin
from eyrie.operations.call import Call
from eyrie.operations.shapes import Day, Draft, Token

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


@dataclass(frozen=True)
class UnitCostsWanted:
    """An export that was asked for, with the report's own days and bin where none were given."""

    report: str
    start: dt.date
    end: dt.date
    bin: Bin


def settled(call: Call, body: CreateUnitCostsExport) -> UnitCostsWanted:
    """Refuse what `GET /unit_costs` would refuse, and settle what was not given."""
    question = asked(call, _query(body.cost_report_token, body.start_date, body.end_date, body.date_bin))
    period = question.period
    return UnitCostsWanted(body.cost_report_token, period.start, period.last, question.bin)


def rows(call: Call, wanted: UnitCostsWanted) -> Iterator[tuple[str, ...]]:
    """The rows of the file, the oldest first, as they are now."""
    if wanted.end < wanted.start:
        return  # finished bins only, and none is
    question = asked(call, _query(wanted.report, wanted.start, wanted.end, wanted.bin))
    for row in question.rows(question.answered(call.house), descending=False):
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
