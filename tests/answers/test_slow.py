"""Slow questions are logged with what was asked."""

import logging
from dataclasses import replace

import pytest

from tests.in_process import Client, app_over

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-01,100,Seats\nUsage,2025-01-02,8,it's\n"
ASKED = {
    "filter": "costs.provider = 'custom_provider' AND costs.service = 'it''s'",
    "start_date": "2025-01-01",
    "end_date": "2025-01-31",
}


@pytest.fixture
def ask(world, caplog):
    """Ask in a house that finds everything slow that takes so many seconds; give the lines that tell of it."""
    world.imported(world.custom_provider(), BILL)

    def asked(seconds, path="/v2/costs", **more):
        house = replace(world.house, slow_question_seconds=seconds)
        secret = world.owner._client.headers["Authorization"].removeprefix("Bearer ")
        caplog.clear()
        with (
            Client(app_over(house), secret) as client,
            caplog.at_level(logging.INFO),
        ):
            status = client.get(path, params={"workspace_token": world.main, **ASKED, **more}).status_code
        return status, [record for record in caplog.records if record.message == "slow question"]

    return asked


def test_a_slow_question_is_logged_with_its_plan(ask, world):
    status, [line] = ask(0)
    assert (status, line.levelname, line.operation, line.workspace, line.rows) == (
        200,
        "WARNING",
        "getCosts",
        world.main,
        1,
    )
    assert line.seconds >= 0
    assert "read_parquet(['" in line.plan
    assert "'it''s'" in line.plan
    assert "?" not in line.plan


def test_a_quick_question_is_not(ask):
    assert ask(1000) == (200, [])


def test_a_question_answered_from_memory_is_not(ask):
    assert len(ask(0)[1]) == 1
    assert ask(0) == (200, [])


def test_a_slow_explanation_is_logged_too(ask):
    status, [line] = ask(0, "/api/costs/explain")
    assert (status, line.operation) == (200, "explainCosts")


def test_a_slow_question_that_fails_is_logged(ask, world):
    euros = BILL.replace("ServiceName", "ServiceName,BillingCurrency").replace("s\n", "s,EUR\n")
    world.imported(world.custom_provider("Q"), euros)
    status, [line] = ask(0, filter="costs.provider = 'custom_provider'")
    assert (status, line.rows) == (400, "none: it was given up")


def test_of_many_files_the_first_is_named(ask, world):
    for month in (2, 3):
        world.imported(world.custom_provider(f"Q{month}"), BILL.replace("2025-01", f"2025-0{month}"))
    _, [line] = ask(0, end_date="2025-12-31")
    assert ", and 2 more]" in line.plan
