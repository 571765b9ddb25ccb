"""`GET /cost_reports/{token}/forecasted_costs`, and our own answer with ranges.

Both tell of the saved report, as its default forecast has it. The contract's has a row for each day and
service and one for all together; ours has one series, with the range that it will be in on four of five days.
"""

import sqlalchemy as sa

from eyrie.access.caller import Scope
from eyrie.answers.costs import CostsQuery
from eyrie.answers.forecast_ranges import Run, ranged
from eyrie.answers.forecast_shapes import ForecastedCost, ForecastQuery, ForecastTold, ListForecastQuery
from eyrie.answers.forecasting import Forecasted, ForecastPosed, pose_forecast
from eyrie.basics.money import plain
from eyrie.basics.period import ONE_DAY
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Door, Operation, Work
from eyrie.operations.outcome import Later, Page, Shown
from eyrie.operations.paging import limit_of, one_slice
from eyrie.records.reports.cost_reports import READ_BY_PATH, cost_reports
from eyrie.records.reports.forecast_choice import default_forecast_of, plan_of
from eyrie.records.reports.forecast_rows import ForecastRunRow

RUNS_HELD_DAYS = 90


def posed_for(call: Call, report: str, query: ForecastQuery) -> ForecastPosed:
    """The forecast that a report shows, for the days that are asked for."""
    plan = plan_of(call, default_forecast_of(call, report))
    return pose_forecast(call, CostsQuery(cost_report_token=report), plan, query)


def _costs(call: Call) -> Page | Later:
    query = call.query
    assert isinstance(query, ListForecastQuery)
    question = posed_for(call, cost_reports.found(call).token, query)
    return Later(
        question.key,
        lambda cancel: question.answered(call.house, cancel),
        lambda found: page_of_forecast(found, query),
    )


def page_of_forecast(found: Forecasted, query: ListForecastQuery) -> Page:
    """The rows of one page: of each day the series that were asked for, in their order."""
    series = found.series(query.provider, query.service)
    days = list(found.forecast.period)

    def place_of(number: int) -> tuple[str, ...]:
        day, (leaf, _) = days[number // len(series)], series[number % len(series)]
        return day.isoformat(), str(number % len(series) > 0), leaf.provider, leaf.service

    def row(number: int) -> dict[str, str]:
        place = number // len(series)
        leaf, amounts = series[number % len(series)]
        return {
            "date": f"{days[place]}T00:00:00Z",
            "amount": plain(amounts[place]),
            "provider": leaf.provider,
            "service": leaf.service,
        }

    page = one_slice(range(len(days) * len(series)), query, limit_of(query), place_of)
    return Page(
        "forecasted_costs",
        [row(number) for number in page.rows],
        page.number,
        page.last,
        page.next_after,
        has_next=page.next_after is not None,
        more={"currency": found.currency},
    )


def _told(call: Call) -> Later:
    query = call.query
    assert isinstance(query, ForecastQuery)
    report = cost_reports.found(call).token
    question, runs = posed_for(call, report, query), runs_of(call, report)
    return Later(
        ("ranges", question.key, query.provider, query.service, call.today),
        lambda cancel: ranged(question.answered(call.house, cancel), query.provider, query.service, runs),
        Shown,
    )


def runs_of(call: Call, report: str) -> list[Run]:
    """What the report's forecasts said lately."""
    row = ForecastRunRow
    since = call.today - RUNS_HELD_DAYS * ONE_DAY
    kept = sa.select(row).where(row.report == report, row.made_on >= since).order_by(row.made_on)
    return [Run(each.begins, each.amounts) for each in call.session.scalars(kept)]


def operations() -> list[Operation]:
    """The operations of forecasts."""
    return [
        Operation(
            name="getForecastedCosts",
            tag="Costs",
            method="GET",
            path=f"{cost_reports.path_of_one}/forecasted_costs",
            summary="Get what a Cost report is expected to cost",
            description="A row for each coming day and service, and one for their sum.",
            scope=Scope.READ,
            finds=(READ_BY_PATH,),
            query=ListForecastQuery,
            answers=Answer(200, ForecastedCost, key="forecasted_costs", more={"currency": str}),
            work=Work.READS,
            run=_costs,
        ),
        Operation(
            name="getReportForecastRanges",
            tag="Costs",
            door=Door.API,
            method="GET",
            path=f"{cost_reports.path_of_one}/forecast",
            summary="Get a Cost report's forecast with ranges",
            description="What each coming day is expected to cost, between what it will be on four of five "
            "days, and how far off earlier forecasts were.",
            scope=Scope.READ,
            finds=(READ_BY_PATH,),
            query=ForecastQuery,
            answers=Answer(200, ForecastTold),
            refuses=frozenset({400, 404}),
            work=Work.READS,
            run=_told,
        ),
    ]
