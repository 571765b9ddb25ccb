"""`GET /costs`: what things cost, for a filter, in groups and bins, exactly.

Settings come from the request, then from the report, then from the workspace's defaults. The answer of one
question at one version of the ledger is worked out once; every page is a slice of it, and the links carry the
version, so that a bill arriving between two pages cannot mix two truths. Pages that were sent are kept as
they were printed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.cost_rows import rows_shown
from eyrie.answers.cost_shapes import Cost, CostCount, CostPartial, UsagePartial, shown_bin
from eyrie.answers.currency import currency_of
from eyrie.answers.filters import filtered
from eyrie.answers.segments import check, segments_of
from eyrie.answers.sight import of_workspace
from eyrie.answers.slow import noticed
from eyrie.basics.errors import Forbidden, Malformed
from eyrie.basics.money import shown_total
from eyrie.basics.period import Bin, Period, read_moment
from eyrie.costs.ledger.parts import Snapshot
from eyrie.costs.query.answer import Answer as Found
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import (
    DEFAULT_GROUPINGS,
    AggregateBy,
    Ask,
    CostSettings,
    Dimension,
    Order,
    read_groupings,
)
from eyrie.engine.port import Cancel
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Later, Page, Printed
from eyrie.operations.paging import limit_of
from eyrie.operations.shapes import Day, PagedQuery, Token, Truth
from eyrie.operations.workspace import the_workspace
from eyrie.records.reports.cost_report_shapes import SETTINGS
from eyrie.records.reports.question import (
    Question,
    default_period,
    find_dashboard,
    find_report,
    question_of,
)
from eyrie.records.reports.segment_reports import Division
from eyrie.store.people import WorkspaceRow

DEFAULT_LIMIT, MAXIMUM_LIMIT = 1000, 5000
VERSION_HEADER = "Eyrie-Ledger-Version"


def _setting(what: str, name: str) -> Any:  # Any: as Pydantic types `Field`
    return Field(None, alias=f"settings[{name}]", description=what)


class CostsQuery(PagedQuery):
    """The question; either `filter` or `cost_report_token` is needed."""

    cost_report_token: Token | None = Field(None, description="The CostReport, or Segment, to ask as.")
    filter: str | None = Field(None, description="A VQL filter; replaces that of the report.")
    workspace_token: Token | None = Field(
        None, description="Required if the token can use several Workspaces."
    )
    start_date: Day | None = Field(None, description="The first day; default is the first of this month.")
    end_date: Day | None = Field(None, description="The last day; default is today.")
    groupings: list[str] | None = Field(
        None,
        description="Comma-separated: account_id, billing_account_id, charge_type, cost_category, "
        "cost_subcategory, provider, region, resource_id, service, tagged, usage_unit, tag:<key>; segment on "
        "the reports of segments. Default is provider,service,account_id, there segment; empty gives one row "
        "per bin.",
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
    dashboard_token: Token | None = Field(
        None, description="Eyrie's own: ask the CostReport as this Dashboard shows it."
    )
    as_of: str | None = Field(
        None, description="Eyrie's own: answer as of a past moment (ISO 8601) or version of the ledger."
    )


def posed(call: Call, query: CostsQuery) -> "Posed":
    """The question that the parameters mean, at the version that they mean."""
    question = _question(call, query)
    if query.filter is not None and question.workspace not in call.caller.workspaces:
        raise Forbidden("filter: of this Workspace only the CostReport is shared with you; ask it as it is")
    selected = filtered(call.house, [query.filter] if query.filter is not None else question.filters)
    settings = {name: question.settings[name] for name in CostSettings.__dataclass_fields__}
    settings |= {
        name: value
        for name in CostSettings.__dataclass_fields__
        if (value := getattr(query, name)) is not None
    }
    settings["aggregate_by"] = AggregateBy(settings["aggregate_by"])
    chosen = CostSettings(**settings)
    default = DEFAULT_GROUPINGS if question.division is None else (Dimension.SEGMENT,)
    groupings = default if query.groupings is None else read_groupings(query.groupings[0])
    check(groupings, chosen, question.division)
    snapshot = of_workspace(call, question.workspace, as_of(query))
    ask = Ask(
        period=_period(query, question),
        today=call.today,
        groupings=groupings,
        bin=Bin(query.date_bin or question.bin),
        order=Order(query.order),
        settings=chosen,
        filter=selected.condition,
        shares=selected.shares,
        providers_named=selected.providers_named,
        currency=currency_of(call, question.workspace, snapshot),
        segments=segments_of(call.house, question.division, chosen),
    )
    return Posed(question.workspace, snapshot, ask, selected.bytes, question.division)


def _question(call: Call, query: CostsQuery) -> Question:
    """What the report asks, or what is asked without one: this month, by day, all as the workspace has it."""
    if query.cost_report_token is not None:
        report = find_report(call, query.cost_report_token)
        if query.dashboard_token is None:
            return question_of(call, report)
        return question_of(call, report, find_dashboard(call, query.dashboard_token, report))
    if query.dashboard_token is not None:
        raise Malformed("cost_report_token is missing: dashboard_token says how a CostReport is shown")
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
        return rows_shown(self.found, self.currency, start, stop)

    def totals(self) -> dict[str, object]:
        """What holds for all rows together."""
        return _totals(self.found, self.currency)


@dataclass(frozen=True)
class Posed:
    """A question with all that its answer depends on; equal ones have equal answers."""

    workspace: str
    snapshot: Snapshot
    ask: Ask
    bytes: int  # of memory, about
    division: Division | None = None  # whose the segments of the ask are

    @property
    def key(self) -> tuple[int, str, Ask]:
        """What tells it from other questions."""
        return self.snapshot.version, self.workspace, self.ask

    def answered(self, house: House, cancel: Cancel | None = None) -> Found:
        """Work it out and remember it."""
        found = self.worked_out(house, cancel)
        house.answers.keep(self.key, found, found.bytes + self.bytes)
        return found

    def worked_out(self, house: House, cancel: Cancel | None = None) -> Found:
        """Work it out for once: what is read from end to end is not asked for again soon."""
        with noticed(house, "getCosts", self.workspace, self.snapshot, self.ask) as watch:
            found = answer(house.engine, self.snapshot, self.ask, cancel)
            watch.rows = len(found)
        return found

    def told(self, call: Call, found: Found) -> Told:
        """An answer without rows is in the currency of the workspace."""
        return Told(found, found.currency or call.session.get_one(WorkspaceRow, self.workspace).currency)


def told(call: Call, query: CostsQuery) -> Told:
    """Answer a question here and now; without a filter it is about everything."""
    question = posed(call, query)
    return question.told(call, call.house.answers.find(question.key) or question.answered(call.house))


def _answered(call: Call) -> Page | Later:
    query = call.query
    assert isinstance(query, CostsQuery)
    if query.filter is None and query.cost_report_token is None:
        raise Malformed("cost_report_token or filter is missing")
    question = posed(call, query)
    known = call.house.answers.find(question.key)
    if known is not None:
        return _page(call.house, query, question, question.told(call, known))
    currency = call.session.get_one(WorkspaceRow, question.workspace).currency
    return Later(
        question.key,
        lambda cancel: question.answered(call.house, cancel),
        lambda found: _page(call.house, query, question, Told(found, found.currency or currency)),
    )


def _page(house: House, query: CostsQuery, question: Posed, answered: Told) -> Page:
    limit = limit_of(query, DEFAULT_LIMIT, MAXIMUM_LIMIT)
    begin = (query.page - 1) * limit
    version = str(answered.found.version)
    key = (question.key, answered.currency, begin, limit)
    printed = house.pages.find(key)
    if printed is None:
        printed = msgspec.json.encode(answered.rows(begin, begin + limit))
        house.pages.keep(key, printed, len(printed) + question.bytes)
    return Page(
        key="costs",
        items=Printed(printed),
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
