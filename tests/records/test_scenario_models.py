"""Scenario models: what may be planned, for whom, and how it comes back."""

import pytest

from tests.operations.table_of_tests import is_refusal

QUARTER = {"start_at": "2026-01-01", "end_at": "2026-03-31", "amount": 1250.75, "amount_type": "dollar"}
OPEN = {"start_at": "2026-04-01", "amount": "9876.54321", "amount_type": "percent"}


def make(world, **fields):
    answer = world.owner.post("/v2/scenario_models", json={"title": "Hiring", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(world, model, client=None, **fields):
    return (client or world.owner).put(f"/v2/scenario_models/{model['token']}", json=fields)


def refused(answer, *texts):
    return is_refusal(answer, 422) and answer.json()["errors"] == list(texts)


def test_a_model_comes_back_as_it_was_made(world):
    model = make(world, priority=2, periods=[QUARTER, OPEN])
    assert model["token"].startswith("frcst_mdl_")
    assert (model["priority"], model["workspace_token"], model["provider"]) == (2, None, None)
    assert model["periods"] == [
        {**QUARTER, "amount": "1250.75"},
        {**OPEN, "end_at": None},
    ]
    assert model["created_by_token"] == world.user("owner")
    assert world.owner.get(f"/v2/scenario_models/{model['token']}").json() == model


def test_nothing_but_a_title_is_needed(world):
    assert make(world)["periods"] == []
    assert refused(world.owner.post("/v2/scenario_models", json={}), "title is missing")


def test_periods_are_replaced_as_a_whole_and_null_keeps_them(world):
    model = make(world, periods=[QUARTER, OPEN])
    assert change(world, model, title="Later", periods=None).json()["periods"] == model["periods"]
    assert len(change(world, model, periods=[OPEN]).json()["periods"]) == 1
    assert change(world, model, periods=[]).json()["periods"] == []


def test_all_that_is_wrong_with_periods_is_told_at_once(world):
    backwards = {**QUARTER, "end_at": "2025-12-31"}
    answer = world.owner.post(
        "/v2/scenario_models", json={"title": "T", "periods": [backwards, OPEN, backwards]}
    )
    assert refused(
        answer,
        "periods[0].end_at must not be before start_at",
        "periods[2].end_at must not be before start_at",
    )
    wrong = [{**QUARTER, "amount_type": "euro"}, {"start_at": "someday"}]
    assert refused(
        world.owner.post("/v2/scenario_models", json={"title": "T", "periods": wrong}),
        "periods[0].amount_type does not have a valid value",
        "periods[1].start_at is invalid",
        "periods[1].amount is missing",
        "periods[1].amount_type is missing",
    )


@pytest.mark.parametrize("amount", ["1e30", "0.1234567890123456789", "NaN", "much", True])
def test_an_amount_is_a_decimal_that_can_be_kept(world, amount):
    body = {"title": "T", "periods": [{**QUARTER, "amount": amount}]}
    assert refused(world.owner.post("/v2/scenario_models", json=body), "periods[0].amount is invalid")


@pytest.mark.parametrize("end", [None, "", "0001-01-01", "0001-01-01T00:00:00Z"])
def test_a_period_without_an_end_is_for_ever(world, end):
    assert make(world, periods=[{**QUARTER, "end_at": end}])["periods"][0]["end_at"] is None


def test_who_plans_for_a_service_says_in_which_workspace(world):
    for scope in ({"provider": "aws"}, {"service": "AmazonEC2"}):
        named = next(iter(scope))
        asked = world.owner.post("/v2/scenario_models", json={"title": "T", **scope})
        assert refused(asked, f"workspace_token is required when {named} is set or cleared")
        assert make(world, workspace_token=world.main, **scope)[named] == scope[named]


@pytest.mark.parametrize("cleared", [None, ""])
def test_null_and_empty_clear_a_provider_where_the_workspace_is_said(world, cleared):
    model = make(world, workspace_token=world.main, provider="aws", service="AmazonEC2")
    asked = change(world, model, provider=cleared)
    assert refused(asked, "workspace_token is required when provider is set or cleared")
    changed = change(world, model, provider=cleared, workspace_token=world.main).json()
    assert (changed["provider"], changed["service"]) == (None, "AmazonEC2")


def test_a_priority_is_cleared_by_null_and_kept_when_absent(world):
    model = make(world, priority=0)
    assert change(world, model, title="Other").json()["priority"] == 0
    assert change(world, model, priority=None).json()["priority"] is None


@pytest.mark.parametrize("priority", [True, 1.5, "high", 2**31])
def test_a_priority_is_a_whole_number(world, priority):
    assert refused(change(world, make(world), priority=priority), "priority is invalid")


def test_an_update_without_a_field_is_refused(world):
    model = make(world)
    for nothing in ({}, {"color": "red"}, {"title": None, "periods": None}):
        assert is_refusal(change(world, model, **nothing), 422)


def test_a_model_of_a_workspace_is_seen_there_and_one_of_none_everywhere(world):
    here, everywhere = make(world, workspace_token=world.main), make(world)
    listed = [each["token"] for each in world.stranger.get("/v2/scenario_models").json()["scenario_models"]]
    assert listed == [everywhere["token"]]
    assert is_refusal(world.stranger.get(f"/v2/scenario_models/{here['token']}"), 404)
    assert is_refusal(change(world, everywhere, world.viewer, title="Mine"), 403)


def test_a_model_stays_in_its_workspace(world):
    model = make(world, workspace_token=world.main)
    assert is_refusal(change(world, model, workspace_token=world.other), 422)
    unknown = {"title": "T", "workspace_token": "wrkspc_0000000000000000"}
    assert is_refusal(world.owner.post("/v2/scenario_models", json=unknown), 422)
    assert is_refusal(change(world, model, workspace_token="wrkspc_0000000000000000"), 404)
    theirs = {"title": "T", "workspace_token": world.other}
    assert is_refusal(world.editor.post("/v2/scenario_models", json=theirs), 422)


def test_deleting_a_workspace_takes_its_models_and_no_others(world):
    inside, outside = make(world, workspace_token=world.other), make(world)
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    left = [each["token"] for each in world.owner.get("/v2/scenario_models").json()["scenario_models"]]
    assert (inside["token"] in left, outside["token"] in left) == (False, True)
