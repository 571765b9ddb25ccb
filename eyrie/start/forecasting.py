"""Forecasts at the terminal: the API's figures without a server, and how far off they were before."""

import os
from collections.abc import Mapping
from decimal import Decimal, localcontext

from eyrie.answers.costs import CostsQuery
from eyrie.answers.forecast_basis import pose_basis
from eyrie.answers.forecast_ranges import ranged
from eyrie.answers.forecast_shapes import ForecastQuery
from eyrie.answers.forecasting import Forecasted, pose_forecast
from eyrie.answers.forecasts import runs_of
from eyrie.basics.errors import Refused
from eyrie.basics.money import WIDE
from eyrie.costs.insights.forecasts import backtest as tests
from eyrie.costs.insights.forecasts.scenarios import Plan
from eyrie.operations.house import House
from eyrie.records.reports.forecast_choice import default_forecast_of, plan_of
from eyrie.records.reports.question import find_report
from eyrie.start.asking import in_options_words, parameters, workspace_of
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.work import BacktestTold, CostsWish, Flags, ForecastTold

PAST_DAYS = 396  # thirteen months


def forecast(flags: Flags, wish: CostsWish) -> ForecastTold:
    """Tell what is expected."""
    with opened(read_settings(os.environ, flags)) as house:
        return forecast_of(house, wish)


def forecast_of(house: House, wish: CostsWish) -> ForecastTold:
    """Tell what is expected, as the API does; without a report or filter, of everything in the workspace."""
    with asking(house) as call, in_options_words():
        given = dict(parameters(wish, workspace_of(call, wish)))
        query = read_values(ForecastQuery, given)
        costs = _costs(given)
        report = find_report(call, wish.report).token if wish.report else None
        plan = plan_of(call, default_forecast_of(call, report)) if report else Plan()
        question = pose_forecast(call, costs, plan, query)
        runs = runs_of(call, report) if report else []
        name = call.session.get_one(WorkspaceRow, question.basis.question.workspace).name
    found = question.answered(house)
    told = ranged(found, None, None, runs)
    period = found.forecast.period
    about = f"{name}, {period.start} to {period.last}, from costs to {told.complete_through}"
    return ForecastTold(
        about=about if found.forecast.amounts and period.days else name,
        currency=found.currency,
        services=_services(found),
        days=[(day.date, day.median, day.min, day.max) for day in told.days]
        if found.forecast.amounts
        else [],
        total=(told.total.median, told.total.min, told.total.max),
        months=[(each.month, each.spent, each.expected, each.together) for each in told.months],
        rows=_rows(found),
        body=told.model_dump(mode="json"),
    )


def _services(found: Forecasted) -> list[tuple[str, str, Decimal]]:
    """What each service comes to, the largest first."""
    with localcontext(WIDE):
        sums = [
            (leaf.provider, leaf.service, sum(amounts, Decimal(0)))
            for leaf, amounts in found.forecast.amounts.items()
        ]
    return sorted(sums, key=lambda each: each[2], reverse=True)


def _rows(found: Forecasted) -> list[tuple[str, str, str, Decimal]]:
    """What the API lists, day by day."""
    series = found.series(None, None)
    return [
        (day.isoformat(), leaf.provider, leaf.service, amounts[place])
        for place, day in enumerate(found.forecast.period)
        for leaf, amounts in series
    ]


def backtest(flags: Flags, wish: CostsWish, horizon: int) -> BacktestTold:
    """Hold forecasts against what came."""
    with opened(read_settings(os.environ, flags)) as house:
        return backtest_of(house, wish, horizon)


def backtest_of(house: House, wish: CostsWish, horizon: int) -> BacktestTold:
    """Hold forecasts of a report, of a filter or of everything in the workspace against what came."""
    with asking(house) as call, in_options_words():
        costs = _costs(parameters(wish, workspace_of(call, wish)))
        question = pose_basis(call, costs, PAST_DAYS)
        name = call.session.get_one(WorkspaceRow, question.question.workspace).name
    basis = question.answered(house)
    if basis is None:
        raise Refused("There are no costs here to hold forecasts against")
    found = tests.backtest(basis.histories, horizon)
    if not found.tries:
        least = tests.LEAST_HISTORY + horizon
        raise Refused(f"A backtest of {horizon} days needs {least} days of costs; try a smaller --horizon")
    first = min(history.period.start for history in basis.histories)
    return BacktestTold(
        about=f"{name}, costs of {first} to {basis.complete_through}, "
        f"{found.tries} forecasts of {horizon} days",
        ways=[(way, each.wape, each.total_wape, each.month) for way, each in found.ways.items()],
        coverage=found.coverage,
    )


def _costs(given: Mapping[str, list[str]]) -> CostsQuery:
    """The costs that are forecast; the days that are asked for are not theirs."""
    names = ("cost_report_token", "filter", "workspace_token")
    return read_values(CostsQuery, {name: given[name] for name in names if name in given})
