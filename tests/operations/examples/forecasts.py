"""Examples of forecasts and of what people plan."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.operations.examples.reports import make_cost_report
from tests.world import World

PERIOD = {"start_at": "2025-03-01", "end_at": "2025-05-31", "amount": 1250.75, "amount_type": "dollar"}


def make_scenario_model(world: World, _names: Names, workspace: str) -> str:
    """A scenario model for one service in a workspace."""
    body = {
        "title": new_name("Plan"),
        "provider": "aws",
        "service": "AmazonEC2",
        "priority": 2,
        "workspace_token": workspace,
        "periods": [PERIOD],
    }
    return made(world.owner.post("/v2/scenario_models", json=body))


def make_report_forecast(world: World, names: Names, workspace: str) -> str:
    """A forecast that its report shows."""
    body = {
        "title": new_name("Forecast"),
        "cost_report_token": make_cost_report(world, names, workspace),
        "scenario_model_tokens": [make_scenario_model(world, names, workspace)],
        "set_as_default": True,
    }
    return made(world.owner.post("/v2/report_forecasts", json=body))


def one_report(world: World) -> str:
    """The report whose forecasts are listed: the same one each time."""
    return _one(world, "cost_reports", {"title": "Listed forecasts", "workspace_token": world.main})


def make_listed_forecast(world: World) -> str:
    """One more forecast of that report."""
    return made(world.owner.post("/v2/report_forecasts", **_a_forecast(world)))


def _a_forecast(world: World) -> Sent:
    plan = _one(world, "scenario_models", {"title": "A plan for all", "periods": [PERIOD]})
    return {
        "json": {
            "title": new_name("Forecast"),
            "cost_report_token": one_report(world),
            "scenario_model_tokens": [plan],
        }
    }


def _of_one_report(world: World) -> Sent:
    return {"params": {"cost_report_token": one_report(world)}}


def _forecasts_of_one_report(world: World, _names: Names) -> Sent:
    make_listed_forecast(world)
    return _of_one_report(world)


def _a_day_ahead(_world: World) -> Sent:
    return {"params": {"start_date": "2025-02-20", "end_date": "2025-02-20", "provider": "custom_provider"}}


def _forecasts_of_everything(world: World, names: Names) -> Sent:
    names["cost_report_token"] = one_report(world)
    return _a_day_ahead(world)


def _one(world: World, plural: str, body: dict[str, object]) -> str:
    """What has this title, made if nothing has."""
    listed = world.owner.get(f"/v2/{plural}", params={"limit": 1000}).json()[plural]
    found = [each["token"] for each in listed if each["title"] == body["title"]]
    return str(found[0]) if found else made(world.owner.post(f"/v2/{plural}", json=body))


MAKERS: Mapping[str, Maker] = {
    "scenario_model_token": make_scenario_model,
    "report_forecast_token": make_report_forecast,
}

EXAMPLES: Mapping[str, Example] = {
    "getForecastedCosts": Example(_a_day_ahead, fills=_forecasts_of_everything),
    "createScenarioModel": Example(
        lambda world: {
            "json": {"title": new_name("Plan"), "workspace_token": world.main, "periods": [PERIOD]}
        },
        Entry("scenario_model", "record_created", "periods"),
    ),
    "updateScenarioModel": Example(
        lambda _: {"json": {"periods": [{**PERIOD, "end_at": None, "amount": "-10.5"}]}},
        Entry("scenario_model", "record_updated", "periods"),
    ),
    "deleteScenarioModel": Example(leaves=Entry("scenario_model", "record_destroyed", "title")),
    "getReportForecasts": Example(_of_one_report, fills=_forecasts_of_one_report),
    "createReportForecast": Example(
        _a_forecast,
        Entry("report_forecast", "record_created", "scenario_model_tokens"),
        first=lambda world, _: _a_forecast(world),
    ),
    "updateReportForecast": Example(
        lambda _: {"json": {"title": new_name("Renamed"), "set_as_default": False}},
        Entry("report_forecast", "record_updated", "title"),
    ),
    "deleteReportForecast": Example(leaves=Entry("report_forecast", "record_destroyed", "title")),
}
