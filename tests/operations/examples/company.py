"""Examples of what stands beside reports: dashboards and canvases."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, made, new_name
from tests.operations.examples.reports import make_cost_report, make_saved_filter
from tests.world import World


def make_dashboard(world: World, names: Names, workspace: str) -> str:
    """A dashboard of a report, with days and a filter of its own."""
    body = {
        "title": new_name("Dashboard"),
        "workspace_token": workspace,
        "widgets": [{"widgetable_token": make_cost_report(world, names, workspace)}],
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
        "date_bin": "week",
        "date_interval": "last_month",
    }
    return made(world.owner.post("/v2/dashboards", json=body))


def make_canvas(world: World, _names: Names, workspace: str) -> str:
    """A canvas whose table is not worked out yet."""
    body = {"title": new_name("Canvas"), "prompt": "cost by service", "workspace_token": workspace}
    return made(world.owner.post("/v2/canvases", json=body))


MAKERS: Mapping[str, Maker] = {
    "canvas_token": make_canvas,
    "dashboard_token": make_dashboard,
}

EXAMPLES: Mapping[str, Example] = {
    "createDashboard": Example(
        lambda world: {"json": {"title": new_name("Dashboard"), "workspace_token": world.main}},
        Entry("dashboard", "record_created", "widgets"),
    ),
    "updateDashboard": Example(
        lambda _: {"json": {"date_bin": "month", "widgets": []}},
        Entry("dashboard", "record_updated", "widgets"),
    ),
    "createCanvas": Example(
        lambda world: {
            "json": {"title": new_name("Canvas"), "prompt": "daily cost", "workspace_token": world.main}
        },
        Entry("canvas", "record_created", "prompt"),
    ),
    "updateCanvas": Example(
        lambda _: {"json": {"prompt": new_name("top")}}, Entry("canvas", "record_updated", "prompt")
    ),
    "deleteCanvas": Example(leaves=Entry("canvas", "record_destroyed", "prompt")),
    "deleteDashboard": Example(leaves=Entry("dashboard", "record_destroyed", "saved_filter_tokens")),
}
