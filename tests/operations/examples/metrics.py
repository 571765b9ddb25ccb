"""Examples of business metrics and their values."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.operations.examples.reports import make_cost_report
from tests.world import World

VALUES = "date,amount,label\n2025-01-01,3,alpha\n2025-01-02,4.5,beta\n2025-01-03,5,\n"


def make_metric(world: World, _names: Names, _workspace: str) -> str:
    """A metric with values, labelled and not, some of them expected."""
    january = [{"date": f"2025-01-0{day}", "amount": day * 10, "label": "alpha"} for day in (1, 2)]
    body = {
        "title": new_name("Metric"),
        "values": [*january, {"date": "2025-01-01", "amount": 7}],
        "forecasted_values": [{"date": "2025-01-05", "amount": "12.50"}],
    }
    return made(world.owner.post("/v2/business_metrics", json=body))


def _create(_world: World) -> Sent:
    values = [{"date": "2025-01-01", "amount": 1.5, "label": "alpha"}]
    return {"json": {"title": new_name("Metric"), "values": values}}


def _unit_costs(world: World) -> Sent:
    """A report with a metric on it that counted something in January."""
    names: Names = {}
    report, metric = make_cost_report(world, names, world.main), make_metric(world, names, world.main)
    body = {"cost_report_tokens_with_metadata": [{"cost_report_token": report}]}
    assert world.owner.put(f"/v2/business_metrics/{metric}", json=body).status_code == 200
    days = {"start_date": "2025-01-01", "end_date": "2025-01-31"}
    return {"params": {"cost_report_token": report, **days}}


def make_metric_source(world: World, _names: Names, _workspace: str) -> str:
    """An account of Datadog without credentials."""
    body = {"provider": "datadog", "name": new_name("Account")}
    return made(world.owner.post("/api/metric_sources", json=body))


MAKERS: Mapping[str, Maker] = {
    "business_metric_token": make_metric,
    "metric_source_token": make_metric_source,
}
SECRET = "datadog-key-nobody-may-see"

EXAMPLES: Mapping[str, Example] = {
    "createBusinessMetric": Example(_create, Entry("business_metric", "record_created", "title")),
    "updateBusinessMetric": Example(
        lambda _: {"json": {"title": new_name("Renamed")}},
        Entry("business_metric", "record_updated", "title"),
    ),
    "deleteBusinessMetric": Example(leaves=Entry("business_metric", "record_destroyed", "title")),
    "updateBusinessMetricValuesCSV": Example(
        lambda _: {"files": {"csv": ("values.csv", VALUES.encode())}, "data": {"forecasted": "false"}},
        Entry("business_metric", "record_updated", "values"),
    ),
    "deleteBusinessMetricValues": Example(
        lambda _: {"params": {"start_date": "2025-01-01", "end_date": "2025-01-01"}},
        Entry("business_metric", "record_updated", "values"),
    ),
    "getUnitCosts": Example(_unit_costs),
    "createMetricSource": Example(
        lambda _: {"json": {"provider": "snowflake", "name": new_name("Account")}},
        Entry("metric_source", "record_created", "provider"),
    ),
    "updateMetricSource": Example(
        lambda _: {"json": {"api_key": SECRET, "application_key": SECRET, "site": "datadoghq.eu"}},
        Entry("metric_source", "record_updated", "site"),
    ),
    "deleteMetricSource": Example(leaves=Entry("metric_source", "record_destroyed", "provider")),
}
