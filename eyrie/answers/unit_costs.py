"""`GET /unit_costs`: what one request, customer or order costs, for the metrics on a report.

Costs are asked for as `GET /costs` asks for them, of the same report and days, in one group: so both always
agree. What the metrics counted is read in the same view of the store. The links carry the ledger's version,
as those of costs do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.answers.cost_shapes import CostLinks, shown_bin
from eyrie.answers.costs import VERSION_HEADER, CostsQuery, Posed, Told, posed
from eyrie.answers.unit_cost_rows import SCALES, Counted, Spent, UnitCostRow, unit_cost_rows
from eyrie.basics.money import plain
from eyrie.basics.period import Bin, Period
from eyrie.costs.query.answer import Answer as Found
from eyrie.costs.query.ask import AggregateBy, Order
from eyrie.engine.port import Cancel
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Later, Page
from eyrie.operations.paging import limit_of
from eyrie.operations.shapes import Day, PagedQuery, Token, View, Whole
from eyrie.records.metrics import attachments
from eyrie.records.metrics.attachment_shapes import Calculation
from eyrie.records.metrics.rows import AttachmentRow, BusinessMetricRow
from eyrie.records.metrics.values import Chosen, sums
from eyrie.records.reports.question import find_report
from eyrie.store.people import WorkspaceRow

LONGEST_PAGE = 1000


class UnitCostsQuery(PagedQuery):
    """The question; what is not given is as the report has it."""

    cost_report_token: Token = Field(description="The CostReport.")
    start_date: Day | None = Field(None, description="The first day; default is the report's.")
    end_date: Day | None = Field(None, description="The last day; default is the report's.")
    date_bin: Bin | None = Field(None, description="The width of the bins; default is the report's, or day.")
    order: Order = Field(Order.DESCENDING, description="The order of the bins.")
    limit: Whole | None = Field(
        None, ge=1, le=LONGEST_PAGE, description="The amount of results to return, 1000 at most."
    )


class UnitCost(View):
    """A metric of a report in one bin, and what one of it costs."""

    business_metric_token: Token
    business_metric_title: str = Field(description="The title of the BusinessMetric.")
    calculation_type: Calculation | None = Field(description="What was calculated.")
    unit_cost_amount: str = Field(description="What was calculated, to ten decimals.")
    business_metric_amount: str = Field(description="What the BusinessMetric counted, not scaled.")
    scale: float = Field(description="How many of it are one unit.")
    date: str = Field(description="The first day of the bin.")
    links: CostLinks | None = Field(
        None, description="Never sent; the contract knows it.", exclude_if=lambda _: True
    )


@dataclass(frozen=True)
class Asked:
    """A question about unit costs: what the metrics counted, and what is yet to be asked of the ledger."""

    series: Sequence[Counted]
    costs: Posed | None  # None if no metric needs them
    usage: Posed | None
    period: Period
    bin: Bin
    currency: str  # of the workspace

    @property
    def questions(self) -> tuple[Posed, ...]:
        """What is asked of the ledger."""
        return tuple(question for question in (self.costs, self.usage) if question)

    def known(self, house: House) -> list[Found] | None:
        """The answers, if all of them are remembered."""
        found = [house.answers.find(question.key) for question in self.questions]
        known = [answer for answer in found if answer is not None]
        return known if len(known) == len(found) else None

    def answered(self, house: House, cancel: Cancel | None = None) -> list[Found]:
        """The answers, worked out if need be."""
        return [
            house.answers.find(question.key) or question.answered(house, cancel)
            for question in self.questions
        ]

    def rows(self, answers: Sequence[Found], *, descending: bool) -> list[UnitCostRow]:
        """Set the answers against what the metrics counted."""
        told = {
            question.key: self._told(found) for question, found in zip(self.questions, answers, strict=True)
        }
        costs = told[self.costs.key] if self.costs else []
        usage = told[self.usage.key] if self.usage else []
        spent = Spent(costs=_costs_by_bin(costs), usage=_usage_by_bin(usage))
        return unit_cost_rows(spent, self.series, descending=descending)

    def _told(self, found: Found) -> list[dict[str, Any]]:  # Any: JSON values
        return Told(found, found.currency or self.currency).rows(0, len(found))


def asked(call: Call, query: UnitCostsQuery) -> Asked:
    """What the parameters mean, with all that the store knows of it."""
    report = find_report(call, query.cost_report_token)
    costs, usage = (_question(call, query, aggregate) for aggregate in (AggregateBy.COST, AggregateBy.USAGE))
    period, width = costs.ask.period, costs.ask.bin
    attached = attachments.of_report(call.session, report.token)
    kinds = {each.calculation_type for each in attached}
    return Asked(
        series=[_counted(call, each, period, width) for each in attached],
        costs=costs if kinds & {"unit_cost", "gross_margin"} else None,
        usage=usage if "usage_unit_cost" in kinds else None,
        period=period,
        bin=width,
        currency=call.session.get_one(WorkspaceRow, costs.workspace).currency,
    )


def _question(call: Call, query: UnitCostsQuery, aggregate: AggregateBy) -> Posed:
    """The report's costs in one group for each bin."""
    parameters = CostsQuery(
        cost_report_token=query.cost_report_token,
        start_date=query.start_date,
        end_date=query.end_date,
        date_bin=query.date_bin,
        groupings=[""],
        aggregate_by=aggregate,
        after=query.after,
    )
    return posed(call, parameters)


def _counted(call: Call, each: AttachmentRow, period: Period, width: Bin) -> Counted:
    chosen = Chosen(label_filter=each.label_filter or (), label_filters=each.label_filters or {})
    found = sums(call.session, each.metric_token, period, width, chosen)
    return Counted(
        token=each.metric_token,
        title=call.session.get_one(BusinessMetricRow, each.metric_token).title,
        label=each.label,
        calculation=each.calculation_type,
        scale=SCALES[each.unit_scale],
        amounts={shown_bin(begins): amount for begins, amount in found.items()},
    )


def _costs_by_bin(rows: Sequence[dict[str, Any]]) -> dict[str, Decimal]:
    return {row["accrued_at"]: Decimal(row["amount"]) for row in rows}


def _usage_by_bin(rows: Sequence[dict[str, Any]]) -> dict[str, Decimal | None]:
    """The usage of each bin; two units do not add up."""
    by_bin: dict[str, Decimal | None] = {}
    for row in rows:
        if row["usage"] is not None:
            begins = row["accrued_at"]
            by_bin[begins] = None if begins in by_bin else Decimal(row["usage"]["amount"])
    return by_bin


def _answered(call: Call) -> Page | Later:
    query = call.query
    assert isinstance(query, UnitCostsQuery)
    question, house = asked(call, query), call.house
    known = question.known(house)
    if known is not None:
        return _page(query, question, known)
    key = ("unit costs", *(each.key for each in question.questions))
    return Later(
        key,
        lambda cancel: question.answered(house, cancel),
        lambda answers: _page(query, question, answers),
    )


def _page(query: UnitCostsQuery, question: Asked, answers: Sequence[Found]) -> Page:
    limit = limit_of(query, maximum=LONGEST_PAGE)
    begin = (query.page - 1) * limit
    rows = question.rows(answers, descending=query.order == Order.DESCENDING)
    versions = [str(found.version) for found in answers]
    return Page(
        key="unit_costs",
        items=[shown(row) for row in rows[begin : begin + limit]],
        number=query.page,
        next_after=versions[0] if versions else None,
        has_next=begin + limit < len(rows),
        headers={VERSION_HEADER: versions[0]} if versions else {},
    )


def shown(row: UnitCostRow) -> UnitCost:
    """A row as the API writes it."""
    return UnitCost(
        business_metric_token=row.counted.token,
        business_metric_title=row.counted.title,
        calculation_type=row.counted.calculation,
        unit_cost_amount=plain(row.unit_cost),
        business_metric_amount=plain(row.metric),
        scale=float(row.counted.scale),
        date=row.date,
    )


def operations() -> list[Operation]:
    """The operations of unit costs."""
    return [
        Operation(
            name="getUnitCosts",
            tag="UnitCosts",
            method="GET",
            path="/unit_costs",
            summary="Ask what one of something costs",
            description="For each BusinessMetric on a CostReport and each bin in which it counted anything.",
            scope=Scope.READ,
            query=UnitCostsQuery,
            answers=Answer(200, UnitCost, key="unit_costs"),
            refuses=frozenset({400, 402, 404}),
            work=Work.READS,
            run=_answered,
        )
    ]
