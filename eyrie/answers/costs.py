"""`GET /costs`: what things cost, for a filter, in groups and bins, exactly.

Settings come from the request, then from the report, then from the workspace's defaults. The answer of one
question at one version of the ledger is worked out once; every page is a slice of it, and the links carry the
version, so that a bill arriving between two pages cannot mix two truths.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.cost_shapes import Cost, CostCount, CostPartial, UsagePartial, row_of, shown_bin
from eyrie.answers.filters import filtered
from eyrie.answers.sight import of_workspace
from eyrie.basics.errors import Malformed, NotFound
from eyrie.basics.money import shown_total
from eyrie.basics.period import Bin, Period, read_moment
from eyrie.costs.query.answer import Answer as Found
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import DEFAULT_GROUPINGS, AggregateBy, Ask, CostSettings, Order, read_groupings
from eyrie.costs.query.plan import shows_usage
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Page
from eyrie.operations.paging import limit_of
from eyrie.operations.shapes import Day, PagedQuery, Token, Truth
from eyrie.operations.workspace import the_workspace
from eyrie.records.reports.cost_report_shapes import SETTINGS
from eyrie.records.reports.question import Question, default_period, question_of
from eyrie.records.reports.rows import CostReportRow
from eyrie.store.people import WorkspaceRow

DEFAULT_LIMIT, MAXIMUM_LIMIT = 1000, 5000
VERSION_HEADER = "Eyrie-Ledger-Version"


def _setting(what: str, name: str) -> Any:  # Any: as Pydantic types `Field`
    return Field(None, alias=f"settings[{name}]", description=what)


class CostsQuery(PagedQuery):
    """The question; either `filter` or `cost_report_token` is needed."""

    cost_report_token: Token | None = Field(None, description="The CostReport to ask as.")
    filter: str | None = Field(None, description="A VQL filter; replaces that of the report.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    start_date: Day | None = Field(None, description="The first day; default is the first of this month.")
    end_date: Day | None = Field(None, description="The last day; default is today.")
    groupings: list[str] | None = Field(
        None,
        description="Comma-separated: account_id, billing_account_id, charge_type, cost_category, "
        "cost_subcategory, provider, region, resource_id, service, tagged, usage_unit, tag:<key>. "
        "Default is provider,service,account_id; empty gives one row per bin.",
        json_schema_extra={"x-csv-line": True},
    )
    order: Order = Field(Order.DESCENDING, description="The order of the bins.")
    date_bin: Bin | None = Field(None, description="The width of the bins; default is the report's, or day.")
    include_credits: Truth | None = _setting("Count credits.", "include_credits")
    include_refunds: Truth | None = _setting("Count refunds.", "include_refunds")
    include_discounts: Truth | None = _setting("Count discounts.", "include_discounts")
    include_tax: Truth | None = _setting("Count taxes.", "include_tax")
    amortize: Truth | None = _setting("Spread charges over the days that they are for.", "amortize")
    unallocated: Truth | None = _setting("Show what no segment claims.", "unallocated")
    aggregate_by: AggregateBy | None = Field(
        None, alias="settings[aggregate_by]", description="Add up cost or usage, or count groups."
    )
    show_previous_period: Truth | None = _setting("Accepted; used by exports.", "show_previous_period")
    as_of: str | None = Field(
        None, description="Eyrie's own: answer as of a past moment (ISO 8601) or version of the ledger."
    )


def asked(call: Call, query: CostsQuery) -> tuple[str, Ask]:
    """The workspace and the ask that the parameters mean."""
    question = _question(call, query)
    selected = filtered([query.filter] if query.filter is not None else question.filters)
    settings = {name: question.settings[name] for name in CostSettings.__dataclass_fields__}
    settings |= {
        name: value
        for name in CostSettings.__dataclass_fields__
        if (value := getattr(query, name)) is not None
    }
    settings["aggregate_by"] = AggregateBy(settings["aggregate_by"])
    groupings = DEFAULT_GROUPINGS if query.groupings is None else read_groupings(query.groupings[0])
    return question.workspace, Ask(
        period=_period(query, question),
        today=call.today,
        groupings=groupings,
        bin=Bin(query.date_bin or question.bin),
        order=Order(query.order),
        settings=CostSettings(**settings),
        filter=selected.condition,
        shares=selected.shares,
        providers_named=selected.providers_named,
    )


def _question(call: Call, query: CostsQuery) -> Question:
    """What the report asks, or what is asked without one: this month, by day, all as the workspace has it."""
    if query.cost_report_token is not None:
        report = call.rows.find(CostReportRow, query.cost_report_token)
        if report is None:
            raise NotFound("Cost report not found")
        return question_of(call, report)
    workspace = the_workspace(call, query.workspace_token)
    return Question(workspace, (), default_period(call.today), Bin.DAY, SETTINGS)


def _period(query: CostsQuery, question: Question) -> Period:
    """The days asked for; each end that is not given is the report's."""
    if query.start_date is None and query.end_date is None:
        return question.period
    start = query.start_date or question.period.start
    end = query.end_date or question.period.last
    if start > end:
        raise Malformed("start_date must not be after end_date")
    if end == dt.date.max:
        raise Malformed("end_date is invalid")
    return Period.through(start, end)


def as_of(query: CostsQuery) -> int | dt.datetime | None:
    """The version or moment to answer for; a link's own word, the version of its first page, comes first."""
    if query.after is not None:
        if not query.after.isascii() or not query.after.isdigit() or len(query.after) > 18:
            raise Malformed("after is invalid")
        return int(query.after)
    if query.as_of is None:
        return None
    if query.as_of.isascii() and query.as_of.isdigit() and len(query.as_of) <= 18:
        return int(query.as_of)
    moment = read_moment(query.as_of)
    if moment is None:
        raise Malformed("as_of is invalid: it is a version of the ledger or an ISO 8601 moment")
    return moment


@dataclass(frozen=True)
class Told:
    """What a question gave, and the currency that its amounts are shown in."""

    found: Found
    currency: str

    def rows(self, start: int, stop: int) -> list[dict[str, Any]]:  # Any: JSON values
        """Show the rows from `start` up to, not including, `stop`."""
        ask = self.found.ask
        with_usage = shows_usage(ask)
        shown = self.found.page(start, stop)
        return [row_of(row, ask, self.currency, with_usage=with_usage) for row in shown]

    def totals(self) -> dict[str, object]:
        """What holds for all rows together."""
        return _totals(self.found, self.currency)


def told(call: Call, query: CostsQuery) -> Told:
    """Answer a question, whichever door it came through; without a filter it is about everything."""
    workspace, ask = asked(call, query)
    snapshot = of_workspace(call, workspace, as_of(query))
    found = call.house.answers.get(
        (snapshot.version, workspace, ask), lambda: answer(call.house.engine, snapshot, ask)
    )
    return Told(found, found.currency or call.session.get_one(WorkspaceRow, workspace).currency)


def _answered(call: Call) -> Page:
    query = call.query
    assert isinstance(query, CostsQuery)
    if query.filter is None and query.cost_report_token is None:
        raise Malformed("cost_report_token or filter is missing")
    answered = told(call, query)
    limit = limit_of(query, DEFAULT_LIMIT, MAXIMUM_LIMIT)
    begin = (query.page - 1) * limit
    version = str(answered.found.version)
    return Page(
        key="costs",
        items=answered.rows(begin, begin + limit),
        number=query.page,
        next_after=version,
        has_next=begin + limit < len(answered.found),
        more=answered.totals(),
        headers={VERSION_HEADER: version},
    )


def _totals(found: Found, currency: str) -> dict[str, object]:
    totals: dict[str, object] = {
        "total_cost": {"amount": shown_total(found.total_cost), "currency": currency}
    }
    if found.total_usage is not None:
        totals["total_usage"] = [
            {"amount": shown_total(usage.amount), "unit": usage.unit} for usage in found.total_usage
        ]
    if found.counts is not None:
        totals["total_count"] = found.total_count
        totals["counts"] = [
            {"accrued_at": shown_bin(counted.accrued_at), "count": counted.count} for counted in found.counts
        ]
    return totals


def operations() -> list[Operation]:
    """The operations of costs."""
    return [
        Operation(
            name="getCosts",
            tag="Costs",
            method="GET",
            path="/costs",
            summary="Ask what things cost",
            description="Costs for a filter, in groups and bins. Rows are exact, totals rounded to cents.",
            scope=Scope.READ,
            query=CostsQuery,
            answers=Answer(
                200,
                Cost,
                key="costs",
                more={
                    "total_cost": CostPartial,
                    "total_usage": list[UsagePartial],
                    "total_count": int,
                    "counts": list[CostCount],
                },
                optional=frozenset({"total_usage", "total_count", "counts"}),
            ),
            refuses=frozenset({400, 402, 404}),
            work=Work.READS,
            run=_answered,
        )
    ]
