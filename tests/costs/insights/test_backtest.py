"""How good forecasts are, on made-up costs of eleven kinds: better than what people do instead, and honest."""

from decimal import Decimal

import pytest

from eyrie.costs.insights.forecasts.backtest import backtest, wape
from eyrie.costs.insights.forecasts.forecast import ranges
from eyrie.costs.insights.forecasts.ranges import Range, Ranges, ranges_of
from tests.costs.insights.series import history, shapes

DAYS = 300


@pytest.fixture(scope="module")
def found():
    """What a year of all kinds of series together gives."""
    return backtest([history(shapes(DAYS))])


def test_forecasts_are_nearer_than_the_mean_and_than_last_week(found):
    ours, *others = found.ways.values()
    assert ours.wape < min(other.wape for other in others)
    assert ours.total_wape < min(other.total_wape for other in others)
    assert ours.month < max(other.month for other in others)
    assert found.tries > 30


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_of_five_days_come_inside_the_range(seed):
    assert 0.7 <= backtest([history(shapes(DAYS, seed))]).coverage <= 0.9


@pytest.mark.parametrize("kind", ["working days", "growth", "month starts", "growing weeks"])
def test_where_there_is_a_shape_it_is_found(kind):
    ways = backtest([history({kind: shapes(DAYS)[kind]})]).ways
    ours, *others = ways.values()
    assert ours.wape < 0.8 * min(other.wape for other in others)


def test_a_history_without_a_month_to_spare_is_held_against_nothing():
    short = backtest([history({"EC2": [1] * 57})])
    assert (short.tries, short.coverage) == (0, None)
    assert {way.wape for way in short.ways.values()} == {None}


def test_wape_is_what_was_off_by_what_came():
    assert wape([([8.0, 12.0], [10.0, 10.0]), ([5.0], [20.0])]) == (2 + 2 + 15) / 40
    assert wape([([5.0], [0.0])]) is None


def test_a_range_is_what_forecasts_were_off_by_how_far_ahead():
    near, far = ([100.0] * 7, [110.0] * 7), ([100.0] * 30, [110.0] * 7 + [50.0] * 23)
    found = ranges_of([near, near, far])
    assert found.at(1) == found.at(7) == Range(0.0, pytest.approx(1.15 * 0.1))
    # The days further ahead were never above the forecast, but they are not surer than the first week.
    assert found.at(8) == found.at(60) == Range(pytest.approx(1.15 * -0.5), pytest.approx(1.15 * 0.1))
    assert found.at(360) == Range(pytest.approx(2 * 1.15 * -0.5), pytest.approx(2 * 1.15 * 0.1))


def test_without_tries_there_is_no_range():
    assert Ranges((None, None, None), ()).at(1) is None
    assert ranges([history({"EC2": [1] * 20})]).at(1) is None


def test_a_total_is_surer_than_its_services():
    """What one service costs more the other costs less, so together they are known exactly."""
    saw = [10 + (place * 7919) % 11 for place in range(90)]
    both = history({"EC2": saw, "S3": [31 - cost for cost in saw]})
    (ec2, _) = both.leaves
    one, total = ranges([both], [ec2]).at(1), ranges([both]).at(1)
    assert total.above - total.below < (one.above - one.below) / 10


def test_costs_do_not_turn_into_income():
    assert Range(-3.0, 1.0).around(10.0) == (0.0, 20.0)


def test_what_is_known_beforehand_is_no_error():
    usual = history({"EC2": [10] * 90})
    (leaf,) = usual.leaves
    fee = {day: Decimal(place) for place, day in enumerate(usual.period)}
    known = ranges([history({"EC2": [10] * 90}, known={leaf: fee})]).at(5)
    assert known == Range(0.0, 0.0)
