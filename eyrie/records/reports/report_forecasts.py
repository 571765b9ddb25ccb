"""Report forecasts: what a report will cost if plans come true, each made of scenarios, a metric, or both."""

from typing import Annotated

from pydantic import Field

from eyrie.access.caller import Scope
from eyrie.access.rights import Action, may
from eyrie.basics.errors import Forbidden, Refused
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Answer, Operation, Work
from eyrie.operations.outcome import Page
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.record import ALL_VERBS, Record, Refers, Values, Verbs
from eyrie.operations.shapes import (
    Change,
    Clears,
    Draft,
    Moment,
    PagedQuery,
    Title,
    Token,
    Tokens,
    Truth,
    View,
)
from eyrie.records.reports.forecast_choice import (
    METRIC,
    SCENARIOS,
    check_metric,
    choose_forecast,
    metric_of,
)
from eyrie.records.reports.forecast_rows import ReportForecastRow, ScenarioModelRow
from eyrie.records.reports.question import find_report


class ReportForecast(View):
    """What a report will cost if plans come true."""

    token: Token
    title: str = Field(description="The title of the ReportForecast.")
    cost_report_token: Token = Field(description="The CostReport that it is about.")
    scenario_model_tokens: list[Token] = Field(description="The ScenarioModels that change the baseline.")
    business_metric_token: Token | None = Field(description="The BusinessMetric that costs grow with.")
    is_default: bool = Field(description="Whether it is the forecast that the CostReport shows.")
    created_by_token: Token | None = Field(description="The token of its creator.")
    created_at: Moment
    updated_at: Moment


class CreateReportForecast(Draft):
    """What makes a ReportForecast: scenario models, a business metric, or both."""

    cost_report_token: Token = Field(description="The CostReport that it is about.")
    title: Title = Field(description="The title of the ReportForecast.")
    scenario_model_tokens: Tokens = Field([], description="ScenarioModels that change the baseline.")
    business_metric_token: Token | None = Field(None, description="The BusinessMetric that costs grow with.")
    set_as_default: Truth | None = Field(None, description="Whether the CostReport is to show it.")


class UpdateReportForecast(Change):
    """What changes a ReportForecast; at least one field."""

    title: Title | None = Field(None, description="The title of the ReportForecast.")
    scenario_model_tokens: Tokens | None = Field(None, description="Replaces the whole list.")
    business_metric_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="Null and empty clear."
    )
    set_as_default: Truth | None = Field(None, description="False lets the CostReport show the baseline.")


class ListReportForecasts(PagedQuery):
    """Which ReportForecasts to list."""

    cost_report_token: Token = Field(description="Those of this CostReport.")


report_forecasts = Record(
    name="report_forecast",
    thing="Report forecast",
    tag="ReportForecasts",
    path="/report_forecasts",
    token_prefix="rprt_frcst",
    row=ReportForecastRow,
    view=ReportForecast,
    create=CreateReportForecast,
    update=UpdateReportForecast,
    verbs=ALL_VERBS & ~Verbs.LIST,  # the list is of one report, which must be there
    lists={SCENARIOS: Refers(ScenarioModelRow, "Scenario model")},
    refuses={
        Verbs.CREATE: frozenset({403, 404, 422}),
        Verbs.UPDATE: frozenset({403, 404, 422}),
        Verbs.DELETE: frozenset({403, 404}),
    },
)


@report_forecasts.shows
def business_metric_token(call: Call, row: ReportForecastRow) -> str | None:
    """Kept as a link, so that a metric that goes leaves nothing behind."""
    return metric_of(call, row)


def _written(call: Call, values: Values, row: ReportForecastRow | None) -> Values:
    """Hold what was sent against the report and what the forecast is made of; bring it into the columns."""
    chosen = values.pop("set_as_default", None)
    if row is None:
        return _new(call, values)
    if not values and chosen is None:
        raise Refused(f"at least one of {', '.join(UpdateReportForecast.model_fields)} must be sent")
    made_of = call.rows.links(row.token, SCENARIOS), metric_of(call, row)
    scenarios = values.get(SCENARIOS, made_of[0])
    metric = values.pop(METRIC, made_of[1])
    if (scenarios, metric) != made_of:
        _check_made_of(call, scenarios, metric)
        call.rows.set_links(row.token, METRIC, [metric] if metric else [])
    if chosen or (chosen is False and row.is_default):
        choose_forecast(call, row.cost_report_token, row if chosen else None)
    return values


def _new(call: Call, values: Values) -> Values:
    report = find_report(call, values["cost_report_token"])
    if not may(call.caller, report_forecasts.needs, report.workspace_token):
        raise Forbidden
    _check_made_of(call, values[SCENARIOS], values.pop(METRIC))
    return {
        **values,
        "cost_report_token": report.token,
        "workspace_token": report.workspace_token,
        "is_default": False,
        "created_by_token": call.caller.created_by,
    }


def _check_made_of(call: Call, scenarios: list[str], metric: str | None) -> None:
    if not scenarios and not metric:
        raise Refused("scenario_model_tokens or business_metric_token is required")
    if metric:
        check_metric(call, metric)


def _made(call: Call, row: ReportForecastRow) -> None:
    """Link the metric and become the default, which only a forecast that is there can."""
    if call.body.business_metric_token:
        call.rows.set_links(row.token, METRIC, [call.body.business_metric_token])
    if call.body.set_as_default:
        choose_forecast(call, row.cost_report_token, row)


def _listed(call: Call) -> Page:
    query = call.query
    assert isinstance(query, ListReportForecasts)
    report = find_report(call, query.cost_report_token)
    row = ReportForecastRow
    found = one_page(
        call.session, call.rows.query(row).where(row.cost_report_token == report.token), row, query
    )
    shown = [report_forecasts.show(call, each) for each in found.rows]
    return page_of(report_forecasts.plural, found, shown)


report_forecasts.before_write = _written
report_forecasts.after_create = _made


def operations() -> list[Operation]:
    """The operations of report forecasts."""
    return [
        Operation(
            name="getReportForecasts",
            tag=report_forecasts.tag,
            method="GET",
            path=report_forecasts.path,
            summary="List the Report forecasts of a report",
            description="All forecasts of one CostReport, page by page.",
            scope=Scope.READ,
            needs=Action.LOOK,
            query=ListReportForecasts,
            answers=Answer(200, ReportForecast, key=report_forecasts.plural),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_listed,
        ),
        *operations_of(report_forecasts),
    ]
