"""Examples of data exports."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.operations.examples.example import Example, Maker, Names, Sent
from tests.operations.examples.reports import make_cost_report
from tests.world import World


def make_data_export(world: World, _names: Names, workspace: str) -> str:
    """An export that is written."""
    body = {"filter": "costs.provider = 'aws'", "workspace_token": workspace}
    asked = world.owner.post("/v2/costs/data_exports", json=body)
    assert asked.status_code == 202, asked.text
    world.work()
    return str(asked.json()["token"])


def _of_link(place: int) -> Maker:
    """A part of the link to the file of the export that was named before."""

    def make(world: World, names: Names, _workspace: str) -> str:
        told = world.owner.get(f"/v2/data_exports/{names['data_export_token']}").json()
        return urlsplit(told["manifest"]["files"][0]).path.split("/")[place]

    return make


def _costs_of_aws(world: World) -> Sent:
    asked = {"filter": "costs.provider = 'aws'", "workspace_token": world.main, "groupings": ["service"]}
    return {"json": {**asked, "settings": {"include_tax": False}}}


def _unit_costs(world: World) -> Sent:
    return {"json": {"cost_report_token": make_cost_report(world, {}, world.main), "date_bin": "month"}}


def _of_kubernetes(world: World) -> Sent:
    return {"json": {"workspace_token": world.main, "date_bin": "week", "groupings": ["namespace"]}}


MAKERS: Mapping[str, Maker] = {
    "data_export_token": make_data_export,
    "signature": _of_link(3),
    "file": _of_link(4),
}

EXAMPLES: Mapping[str, Example] = {
    "createCostExport": Example(_costs_of_aws),
    "createUnitCostsExport": Example(_unit_costs),
    "createKubernetesEfficiencyReportExport": Example(_of_kubernetes),
}
