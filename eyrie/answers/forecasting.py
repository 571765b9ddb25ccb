"""Works out the forecast that a report shows: its baseline, with the plans that were made for it.

Everything that the store has to say is asked first; what then takes long needs no store.
"""

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eyrie.answers.costs import CostsQuery
from eyrie.answers.forecast_basis import Basis, BasisPosed, last_day_ahead, pose_basis
from eyrie.answers.forecast_shapes import ALL, ForecastQuery
from eyrie.basics.errors import Malformed
from eyrie.basics.period import ONE_DAY, Period, next_month
from eyrie.costs.insights.forecasts.forecast import Forecast, forecast
from eyrie.costs.insights.forecasts.history import Leaf
from eyrie.costs.insights.forecasts.scenarios import Plan, planned
from eyrie.engine.port import Cancel
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.store.people import WorkspaceRow


@dataclass(frozen=True)
class ForecastPosed:
    """A forecast that somebody wants, with all that it depends on."""

    basis: BasisPosed
    plan: Plan
    asked: Period | None  # the days that were asked for; None is the default
    today: dt.date
    currency: str  # of the workspace

    @property
    def key(self) -> Hashable:
        """What tells it from others; equal ones have equal answers."""
        return "forecast", self.basis.key, self.plan, self.asked, self.currency

    def answered(self, house: House, cancel: Cancel | None = None) -> "Forecasted":
        """Work it out and remember it."""
        found = house.insights.find(self.key)
        if found is None:
            found = self._worked_out(house, cancel)
            house.insights.keep(self.key, found, found.forecast.bytes)
        assert isinstance(found, Forecasted)
        return found

    def _worked_out(self, house: House, cancel: Cancel | None) -> "Forecasted":
        basis = self.basis.answered(house, cancel)
        if basis is None:
            return Forecasted(Forecast(Period(self.today, self.today), {}), None, self.currency)
        begins = basis.complete_through + ONE_DAY
        wanted = self.asked or Period(begins, next_month(max(begins, self.today)))
        shown = Period(max(wanted.start, begins), min(wanted.end, last_day_ahead(self.today) + ONE_DAY))
        whole = planned(forecast(basis.histories, Period(begins, max(begins, shown.end))), self.plan)
        return Forecasted(_cut(whole, shown), basis, basis.currency or self.currency)


@dataclass(frozen=True)
class Forecasted:
    """A forecast, and what it rests on; None without any cost."""

    forecast: Forecast
    basis: Basis | None
    currency: str

    def leaves(self, provider: str | None, service: str | None) -> list[Leaf]:
        """The leaves of a provider, of a service, or of both; `all` and nothing are any."""
        return [
            leaf
            for leaf in self.forecast.amounts
            if provider in (None, ALL, leaf.provider) and service in (None, ALL, leaf.service)
        ]

    def series(self, provider: str | None, service: str | None) -> Sequence[tuple[Leaf, Sequence[Decimal]]]:
        """The series that were asked for, the overall one first: together where `all` is said, else each."""
        if not self.forecast.amounts:
            return []
        leaves = self.leaves(provider, service)
        overall = (Leaf(ALL, ALL), self.forecast.overall)
        if ALL not in (provider, service):
            each = [(leaf, self.forecast.amounts[leaf]) for leaf in leaves]
            return [overall, *each] if provider is None and service is None else each
        if {provider, service} <= {None, ALL}:
            return [overall]
        return [(Leaf(provider or ALL, service or ALL), self.forecast.together(leaves))] if leaves else []


def pose_forecast(call: Call, costs: CostsQuery, plan: Plan, query: ForecastQuery) -> ForecastPosed:
    """The forecast of a report, or of a filter in a workspace, for the days that are asked for."""
    basis = pose_basis(call, costs)
    currency = call.session.get_one(WorkspaceRow, basis.question.workspace).currency
    return ForecastPosed(basis, plan, _asked(query, call.today), call.today, currency)


def _asked(query: ForecastQuery, today: dt.date) -> Period | None:
    """The days asked for; the end that is not given is that of the month."""
    start, end = query.start_date, query.end_date
    if start is None and end is None:
        return None
    if start is not None and end is not None and end < start:
        raise Malformed("end_date must not be before start_date")
    latest = last_day_ahead(today)
    if start is not None and start > latest:
        return Period(latest + ONE_DAY, latest + ONE_DAY)
    if end is None:
        assert start is not None
        return Period(start, next_month(max(start, today)))
    return Period(start or dt.date.min, min(end, latest) + ONE_DAY)


def _cut(whole: Forecast, shown: Period) -> Forecast:
    """The days of a forecast that are shown."""
    if shown.days == 0:
        return Forecast(Period(whole.period.start, whole.period.start), dict.fromkeys(whole.amounts, ()))
    first = (shown.start - whole.period.start).days
    return Forecast(
        shown, {leaf: series[first : first + shown.days] for leaf, series in whole.amounts.items()}
    )
