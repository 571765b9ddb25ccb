"""Report forecasts: what they are made of, which one a report shows, and what goes with what."""

import pytest
import sqlalchemy as sa

from eyrie.records.reports.forecast_rows import ReportForecastRow
from eyrie.store.rows import LinkRow
from tests.operations.table_of_tests import is_refusal

NOBODY = {
    "report": "rprt_0000000000000000",
    "model": "frcst_mdl_0000000000000000",
    "metric": "bsnss_mtrc_0000000000000000",
    "forecast": "rprt_frcst_0000000000000000",
}
BASELINE = {"kind": "baseline"}


def made(world, kind, **body):
    answer = world.owner.post(f"/v2/{kind}", json={"title": "T", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def report(world):
    return made(world, "cost_reports", workspace_token=world.main)["token"]


@pytest.fixture
def model(world):
    return made(world, "scenario_models")["token"]


def make(world, report, *models, **fields):
    return made(world, "report_forecasts", cost_report_token=report, scenario_model_tokens=models, **fields)


def change(world, forecast, **fields):
    return world.owner.put(f"/v2/report_forecasts/{forecast['token']}", json=fields)


def default_of(world, report):
    return world.owner.get(f"/v2/cost_reports/{report}").json()["default_forecast"]


def choose(world, report, token):
    choice = {"kind": "report_forecast", "report_forecast_token": token} if token else BASELINE
    return world.owner.put(f"/v2/cost_reports/{report}", json={"default_forecast": choice})


def test_a_forecast_comes_back_as_it_was_made(world, report, model):
    other = made(world, "scenario_models")["token"]
    forecast = make(world, report, other, model)
    assert forecast["token"].startswith("rprt_frcst_")
    assert forecast["scenario_model_tokens"] == [other, model]
    assert (forecast["cost_report_token"], forecast["business_metric_token"]) == (report, None)
    assert (forecast["is_default"], forecast["created_by_token"]) == (False, world.user("owner"))
    assert world.owner.get(f"/v2/report_forecasts/{forecast['token']}").json() == forecast


@pytest.mark.parametrize("nothing", [{}, {"scenario_model_tokens": []}, {"business_metric_token": ""}])
def test_a_forecast_is_made_of_something(world, report, nothing):
    body = {"title": "T", "cost_report_token": report, **nothing}
    answer = world.owner.post("/v2/report_forecasts", json=body)
    assert is_refusal(answer, 422)
    assert answer.json()["errors"] == ["scenario_model_tokens or business_metric_token is required"]


def test_what_is_missing_is_422_and_what_is_unknown_is_404(world, report, model):
    def sent(**body):
        return world.owner.post("/v2/report_forecasts", json=body)

    assert is_refusal(sent(), 422)
    assert is_refusal(sent(title="T", cost_report_token=report), 422)
    assert is_refusal(sent(title="T", cost_report_token=NOBODY["report"], scenario_model_tokens=[model]), 404)
    assert is_refusal(sent(title="T", cost_report_token=report, scenario_model_tokens=[NOBODY["model"]]), 404)
    metric = {"business_metric_token": NOBODY["metric"]}
    assert is_refusal(sent(title="T", cost_report_token=report, **metric), 404)


def test_a_model_of_another_workspace_cannot_be_used(world, report):
    elsewhere = made(world, "scenario_models", workspace_token=world.other)["token"]
    body = {"title": "T", "cost_report_token": report, "scenario_model_tokens": [elsewhere]}
    assert is_refusal(world.owner.post("/v2/report_forecasts", json=body), 422)


def test_a_model_that_is_used_here_cannot_become_one_of_another_workspace(world, report, model):
    make(world, report, model)
    path = f"/v2/scenario_models/{model}"
    assert is_refusal(world.owner.put(path, json={"workspace_token": world.other}), 422)
    assert world.owner.put(path, json={"workspace_token": world.main}).status_code == 200


def test_lists_are_replaced_and_something_is_left(world, report, model):
    forecast, other = make(world, report, model), made(world, "scenario_models")["token"]
    assert change(world, forecast, scenario_model_tokens=[other]).json()["scenario_model_tokens"] == [other]
    assert is_refusal(change(world, forecast, scenario_model_tokens=[]), 422)
    assert change(world, forecast, business_metric_token="").json()["business_metric_token"] is None
    assert is_refusal(change(world, forecast, business_metric_token=NOBODY["metric"]), 404)
    for nothing in ({}, {"title": None, "scenario_model_tokens": None, "set_as_default": None}):
        assert is_refusal(change(world, forecast, **nothing), 422)


def test_the_default_is_chosen_on_the_forecast(world, report, model):
    assert default_of(world, report) == BASELINE
    first = make(world, report, model, set_as_default=True)
    assert first["is_default"] is True
    assert default_of(world, report) == {"kind": "report_forecast", "report_forecast_token": first["token"]}
    second = make(world, report, model)
    assert change(world, second, set_as_default=True).json()["is_default"] is True
    assert world.owner.get(f"/v2/report_forecasts/{first['token']}").json()["is_default"] is False
    change(world, first, set_as_default=False)  # it is not the default, so nothing happens
    assert default_of(world, report)["report_forecast_token"] == second["token"]
    change(world, second, set_as_default=False)
    assert default_of(world, report) == BASELINE


def test_the_default_is_chosen_on_the_report(world, report, model):
    forecast = make(world, report, model)["token"]
    assert choose(world, report, forecast).json()["default_forecast"]["report_forecast_token"] == forecast
    assert world.owner.get(f"/v2/report_forecasts/{forecast}").json()["is_default"] is True
    assert choose(world, report, None).json()["default_forecast"] == BASELINE
    (entry,) = [
        entry for entry in world.audit() if entry.changed_values.get("default_forecast", [0])[0] == BASELINE
    ]
    assert entry.object_token == report


def test_a_report_shows_its_own_forecasts_only(world, report, model):
    other = made(world, "cost_reports", workspace_token=world.main)["token"]
    theirs = make(world, other, model)["token"]
    for token in (theirs, NOBODY["forecast"]):
        answer = choose(world, report, token)
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == [f"Report forecast not found: {token}"]
    unsaid = {"default_forecast": {"kind": "report_forecast"}}
    assert is_refusal(world.owner.put(f"/v2/cost_reports/{report}", json=unsaid), 400)


def test_a_new_report_begins_with_the_baseline_whatever_is_sent(world):
    choice = {"kind": "report_forecast", "report_forecast_token": NOBODY["forecast"]}
    fresh = made(world, "cost_reports", workspace_token=world.main, default_forecast=choice)
    assert fresh["default_forecast"] == BASELINE


def test_the_list_is_of_one_report(world, report, model):
    first, second = make(world, report, model), make(world, report, model)
    make(world, made(world, "cost_reports", workspace_token=world.main)["token"], model)
    listed = world.owner.get("/v2/report_forecasts", params={"cost_report_token": report}).json()
    assert {each["token"] for each in listed["report_forecasts"]} == {first["token"], second["token"]}
    assert is_refusal(world.owner.get("/v2/report_forecasts"), 400)
    unknown = world.owner.get("/v2/report_forecasts", params={"cost_report_token": NOBODY["report"]})
    assert is_refusal(unknown, 404)
    elsewhere = world.stranger.get("/v2/report_forecasts", params={"cost_report_token": report})
    assert is_refusal(elsewhere, 404)


def test_deleting_the_default_brings_the_baseline_back(world, report, model):
    forecast = make(world, report, model, set_as_default=True)["token"]
    assert world.owner.delete(f"/v2/report_forecasts/{forecast}").status_code == 204
    assert default_of(world, report) == BASELINE


def test_deleting_a_model_takes_it_out_of_forecasts_which_stay(world, report, model):
    forecast = make(world, report, model)
    assert world.owner.delete(f"/v2/scenario_models/{model}").status_code == 204
    left = world.owner.get(f"/v2/report_forecasts/{forecast['token']}").json()
    assert left["scenario_model_tokens"] == []
    # What is left is taken back as it is, though it could not be made.
    assert change(world, forecast, **left).json()["scenario_model_tokens"] == []


@pytest.mark.parametrize("what", ["report", "workspace"])
def test_deleting_a_report_or_its_workspace_leaves_nothing_of_its_forecasts(world, model, what):
    report = made(world, "cost_reports", workspace_token=world.other)["token"]
    make(world, report, model, set_as_default=True)
    path = f"/v2/cost_reports/{report}" if what == "report" else f"/v2/workspaces/{world.other}"
    assert world.owner.delete(path).status_code == 204
    with world.house.database.reading() as session:
        assert session.scalars(sa.select(ReportForecastRow)).all() == []
        assert session.scalars(sa.select(LinkRow).where(LinkRow.target == model)).all() == []
