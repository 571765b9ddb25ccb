"""The forecast of everything by service and day, for the rest of a month, never asked before.

By hand are only the sums of ninety days that it rests on, by plain SQL: nobody forecasts by hand. What the
forecast rests on is compared with them, digit for digit, and its services with its total.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import duckdb

from bench import by_hand
from bench.asking import PAGE, Asker
from bench.figures import Figure, Section, Wrong, at_most
from bench.place import Clock, Place, open_house
from bench.shapes import AT_SIZE, LAST_QUARTER
from bench.timing import RUNS, in_turn
from eyrie.answers.costs import CostsQuery
from eyrie.answers.forecast_ranges import ranged
from eyrie.answers.forecast_shapes import ListForecastQuery
from eyrie.answers.forecasting import Forecasted, pose_forecast
from eyrie.answers.forecasts import page_of_forecast
from eyrie.costs.insights.forecasts.history import ZERO, Leaf
from eyrie.costs.insights.forecasts.scenarios import Plan
from eyrie.start.calling import asking

TODAY = dt.datetime(2026, 1, 1, 9)  # noqa: DTZ001  times are UTC without zone; the bill ends the day before
WITHIN = at_most(200, "ms", AT_SIZE)


def measure(place: Place) -> Section:
    """Compare what a forecast rests on, and time it with and without its ranges."""
    place.need_home()
    clock = Clock()
    clock.now = TODAY
    with open_house(place.home, clock) as house, by_hand.connected(place.spill) as connection:
        asker = Asker(house, clock)
        text = by_hand.over(LAST_QUARTER.by_hand, asker.snapshot(), LAST_QUARTER.period)
        found = forecast_of(asker)
        _compare(found, connection.execute(PAGE.format(text, "NULL", 0)).fetchall())
        ours, theirs = in_turn(lambda: _afresh(asker), lambda: _all(connection, text))
        told, _ = in_turn(lambda: ranged(found, None, None), lambda: None)
    work = f"the rest of a month, {len(found.forecast.amounts)} services"
    return Section(
        "Forecasts",
        place.rows,
        "In process: the first page of a forecast of everything, asked for the first time. By hand are only the "
        f"sums of 90 days by provider, service and day. Medians of {RUNS} runs, in turn. What the forecast rests "
        "on was the same as by hand, digit for digit, and services added up to the total.",
        [Figure(work, ours, "ms", theirs, WITHIN), Figure("its ranges, besides", told, "ms")],
    )


def forecast_of(asker: Asker) -> Forecasted:
    """Work out a forecast of everything and show its first page."""
    query = ListForecastQuery()
    with asking(asker.house) as call:
        question = pose_forecast(call, CostsQuery(), Plan(), query)
    found = question.answered(asker.house)
    page_of_forecast(found, query)
    return found


def _afresh(asker: Asker) -> Forecasted:
    asker.clock.next_day()
    return forecast_of(asker)


def _all(connection: duckdb.DuckDBPyConnection, text: str) -> list[tuple[object, ...]]:
    return connection.execute(text).fetchall()


def _compare(found: Forecasted, rows: Iterable[tuple[dt.date, str, str, Decimal]]) -> None:
    """Hold the history against sums by hand, and the services against the total."""
    assert found.basis is not None
    (history,) = found.basis.histories
    theirs = {(Leaf(provider, service), day): amount for day, provider, service, amount in rows}
    for leaf in history.leaves:
        known = history.known.get(leaf, {})
        for place, day in enumerate(history.period):
            usual = history.costs[leaf][place] if leaf in history.costs else ZERO
            if usual + known.get(day, ZERO) != theirs.pop((leaf, day), ZERO):
                raise Wrong(f"forecast: {leaf} on {day} is not what it is by hand")
    left = [amount for (_, day), amount in theirs.items() if day in history.period and amount]
    if left:
        raise Wrong(f"forecast: {len(left)} sums by hand are not in the history")
    for place, total in enumerate(found.forecast.overall):
        if sum(amounts[place] for amounts in found.forecast.amounts.values()) != total:
            raise Wrong("forecast: services do not add up to the total")
