"""Examples of reports, folders and filters."""

from collections.abc import Mapping

from tests.operations.examples.example import Entry, Example, Maker, Names, made, new_name
from tests.world import World


def make_saved_filter(world: World, _names: Names, workspace: str) -> str:
    """A saved filter."""
    body = {"title": new_name("Filter"), "filter": "costs.provider = 'aws'", "workspace_token": workspace}
    return made(world.owner.post("/v2/saved_filters", json=body))


def make_folder(world: World, names: Names, workspace: str) -> str:
    """A folder with a filter, inside another folder."""
    parent = {"title": new_name("Parent"), "workspace_token": workspace}
    body = {
        "title": new_name("Folder"),
        "parent_folder_token": made(world.owner.post("/v2/folders", json=parent)),
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
    }
    return made(world.owner.post("/v2/folders", json=body))


def make_cost_report(world: World, names: Names, workspace: str) -> str:
    """A report in a folder, with a filter of its own and a saved one."""
    body = {
        "title": new_name("Report"),
        "folder_token": make_folder(world, names, workspace),
        "filter": "costs.provider = 'aws'",
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
        "groupings": "provider, service",
    }
    return made(world.owner.post("/v2/cost_reports", json=body))


MAKERS: Mapping[str, Maker] = {
    "saved_filter_token": make_saved_filter,
    "folder_token": make_folder,
    "cost_report_token": make_cost_report,
}

EXAMPLES: Mapping[str, Example] = {
    "createFolder": Example(
        lambda world: {"json": {"title": new_name("Folder"), "workspace_token": world.main}},
        Entry("folder", "record_created", "title"),
    ),
    "updateFolder": Example(
        lambda _: {"json": {"title": new_name("Renamed")}}, Entry("folder", "record_updated", "title")
    ),
    "deleteFolder": Example(leaves=Entry("folder", "record_destroyed", "saved_filter_tokens")),
    "createSavedFilter": Example(
        lambda world: {
            "json": {
                "title": new_name("Filter"),
                "filter": "costs.provider\n= 'aws'",
                "workspace_token": world.main,
            }
        },
        Entry("saved_filter", "record_created", "filter"),
    ),
    "updateSavedFilter": Example(
        lambda _: {"json": {"filter": "costs.provider = 'gcp'"}},
        Entry("saved_filter", "record_updated", "filter"),
    ),
    "deleteSavedFilter": Example(leaves=Entry("saved_filter", "record_destroyed", "filter")),
    "createCostReport": Example(
        lambda world: {"json": {"title": new_name("Report"), "workspace_token": world.main}},
        Entry("cost_report", "record_created", "settings"),
    ),
    "updateCostReport": Example(
        lambda _: {"json": {"date_interval": "last_3_days", "settings": {"include_tax": False}}},
        Entry("cost_report", "record_updated", "settings"),
    ),
    "deleteCostReport": Example(leaves=Entry("cost_report", "record_destroyed", "saved_filter_tokens")),
}
