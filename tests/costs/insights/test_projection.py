"""How a series goes on: each step of the method by a series that a reader can carry on in the head."""

import datetime as dt

import pytest

from eyrie.costs.insights.forecasts.projection import projected
from eyrie.costs.insights.forecasts.shape import Calendar
from tests.costs.insights.series import FIRST, days_of


def carried_on(values, count=14, first=FIRST):
    ahead = days_of(count, first + dt.timedelta(days=len(values)))
    days = Calendar.of(days_of(len(values), first))
    return projected([float(value) for value in values], days, Calendar.of(ahead))


def by_weekday(count, usual, weekend):
    return [usual if day.weekday() < 5 else weekend for day in days_of(count)]


def test_what_was_the_same_stays_the_same():
    assert carried_on([10] * 60) == [10.0] * 14


def test_weeks_go_on_as_weeks():
    assert carried_on(by_weekday(84, 10, 2)) == pytest.approx(by_weekday(98, 10, 2)[84:])


def test_a_service_that_never_costs_at_weekends_still_does_not():
    assert carried_on(by_weekday(84, 10, 0)) == pytest.approx(by_weekday(98, 10, 0)[84:])


def test_the_first_of_a_month_stands_out_if_it_always_did():
    series = [80 if day.day == 1 else 10 for day in days_of(85)]  # to 26 March
    assert carried_on(series, 8) == pytest.approx([10, 10, 10, 10, 10, 10 * 8, 10, 10], rel=0.01)


def test_the_first_of_a_month_that_stood_out_once_was_a_spike():
    series = [80 if day == dt.date(2025, 2, 1) else 10 for day in days_of(85)]
    assert carried_on(series, 8) == [10.0] * 8


def test_single_spikes_leave_nothing_behind():
    series = [10.0] * 80
    series[30] = series[60] = series[-3] = 500.0
    assert carried_on(series) == [10.0] * 14


@pytest.mark.parametrize("after", [14, 30])
def test_after_a_jump_only_the_new_level_counts(after):
    assert carried_on([10] * (90 - after) + [25] * after) == [25.0] * 14


def test_what_was_switched_off_stays_off():
    assert carried_on([10] * 80 + [0] * 10) == [0.0] * 14


def test_growth_goes_on_and_dies_down():
    forecast = carried_on([100 + day for day in range(60)], 100)
    first, second = forecast[0], forecast[1]
    assert first == pytest.approx(159 + 0.98)
    assert second == pytest.approx(159 + 0.98 + 0.98**2)
    assert forecast[-1] < 159 + 0.98 / 0.02  # however long it lasts


def test_a_fall_ends_at_nothing():
    forecast = carried_on([60 - day for day in range(55)], 30)
    assert min(forecast) == forecast[-1] == 0.0


def test_what_costs_on_few_days_goes_on_at_its_mean():
    assert carried_on([90 if place % 10 == 0 else 0 for place in range(90)]) == [9.0] * 14


def test_what_is_younger_than_a_fortnight_goes_on_at_the_mean_of_what_there_is():
    assert carried_on([0] * 78 + [4, 8] * 6) == [6.0] * 14


def test_without_history_there_is_nothing():
    assert carried_on([]) == [0.0] * 14
    assert carried_on([0] * 90) == [0.0] * 14


def test_what_comes_back_is_never_forecast_to_be_less_than_nothing():
    assert carried_on([-5] * 60) == [0.0] * 14
