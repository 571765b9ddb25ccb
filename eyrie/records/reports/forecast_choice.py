"""Which forecast a report shows, and what it is made of: read by records, answers and jobs."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa

from eyrie.basics.errors import NotFound, Refused
from eyrie.basics.period import Bin, Period, shifted
from eyrie.costs.insights.forecasts.scenarios import MetricDays, Plan
from eyrie.operations.call import Call
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.records.metrics.values import sums
from eyrie.records.reports.forecast_rows import ReportForecastRow, ScenarioModelRow
from eyrie.records.reports.scenario_models import scenario_of

SCENARIOS, METRIC = "scenario_model_tokens", "business_metric_token"
# Of the values of a metric: what a forecast can look back and ahead.
MONTHS_BACK, MONTHS_AHEAD = 12, 12


def default_forecast_of(call: Call, report: str) -> ReportForecastRow | None:
    """The forecast that a report shows; None is the baseline."""
    row = ReportForecastRow
    return call.session.scalar(sa.select(row).where(row.cost_report_token == report, row.is_default))


def choose_forecast(call: Call, report: str, forecast: ReportForecastRow | None) -> None:
    """Let a report show this forecast, or the baseline."""
    row = ReportForecastRow
    shown = sa.update(row).where(row.cost_report_token == report, row.is_default)
    call.session.execute(shown.values(is_default=False))
    if forecast is not None:
        forecast.is_default = True
    call.session.flush()


def forget_forecasts(call: Call, report: str) -> None:
    """Delete the forecasts of a report."""
    row = ReportForecastRow
    for token in call.session.scalars(sa.select(row.token).where(row.cost_report_token == report)).all():
        call.rows.detach(token)
    call.session.execute(sa.delete(row).where(row.cost_report_token == report))


def metric_of(call: Call, forecast: ReportForecastRow) -> str | None:
    """The token of the business metric that a forecast grows with."""
    return next(iter(call.rows.links(forecast.token, METRIC)), None)


def plan_of(call: Call, forecast: ReportForecastRow | None) -> Plan:
    """What a forecast does to the baseline; models by priority, then in the order in which they were made."""
    if forecast is None:
        return Plan()
    tokens = call.rows.links(forecast.token, SCENARIOS)
    found = call.session.scalars(sa.select(ScenarioModelRow).where(ScenarioModelRow.token.in_(tokens)))
    metric = metric_of(call, forecast)
    return Plan(
        scenarios=tuple(scenario_of(row) for row in _in_order(found)),
        metric=metric_days(call, metric) if metric else None,
    )


def _in_order(rows: Iterable[ScenarioModelRow]) -> list[ScenarioModelRow]:
    return sorted(rows, key=lambda row: (row.priority is None, row.priority or 0, row.created_at, row.token))


def metric_days(call: Call, token: str) -> MetricDays:
    """What a business metric was and is expected to be, by day: the one way from forecasts to metrics."""
    if call.rows.find(BusinessMetricRow, token) is None:
        raise NotFound(f"Business metric not found: {token}")
    around = Period(shifted(call.today, -MONTHS_BACK), shifted(call.today, MONTHS_AHEAD + 1))

    def by_day(*, forecasted: bool) -> tuple[tuple[dt.date, Decimal], ...]:
        found = sums(call.session, token, around, Bin.DAY, forecasted=forecasted)
        return tuple(sorted((_day(at), amount) for at, amount in found.items()))

    return MetricDays(historical=by_day(forecasted=False), forecasted=by_day(forecasted=True))


def _day(at: dt.date) -> dt.date:
    return at.date() if isinstance(at, dt.datetime) else at


def check_metric(call: Call, token: str) -> None:
    """A forecast can only grow with a metric that was measured and is expected."""
    days = metric_days(call, token)
    if not days.historical or not days.forecasted:
        raise Refused("business_metric_token: this BusinessMetric needs historical and forecasted values")
