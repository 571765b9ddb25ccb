"""How to carry out each operation so that it succeeds.

`MAKERS` knows how to make, as the owner and through the API, what a path parameter names. `EXAMPLES` holds
for each operation what is sent with it and, for a write, the audit entry that it leaves. A write operation
without an example, or a path parameter without a maker, fails the tests: nothing new goes untested.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx

from eyrie.operations.operation import Operation
from eyrie.store.people import UserRow
from tests.in_process import Client
from tests.world import World

Names = dict[str, str]
Sent = Mapping[str, Any]  # what httpx takes: json, data, files, params
PASSWORD = "azure-password-nobody-may-see"
BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags,SubAccountId
Usage,2025-01-01,100,Seats,"{""team/a b"": ""red""}",account-1
"""
TAG_KEY = "team/a b"
_numbers = count(1)


def new_name(what: str) -> str:
    """A name that no other test has used."""
    return f"{what} {next(_numbers)}"


def _made(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def make_saved_filter(world: World, _names: Names, workspace: str) -> str:
    """A saved filter."""
    body = {"title": new_name("Filter"), "filter": "costs.provider = 'aws'", "workspace_token": workspace}
    return _made(world.owner.post("/v2/saved_filters", json=body))


def make_folder(world: World, names: Names, workspace: str) -> str:
    """A folder with a filter, inside another folder."""
    parent = {"title": new_name("Parent"), "workspace_token": workspace}
    body = {
        "title": new_name("Folder"),
        "parent_folder_token": _made(world.owner.post("/v2/folders", json=parent)),
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
    }
    return _made(world.owner.post("/v2/folders", json=body))


def make_cost_report(world: World, names: Names, workspace: str) -> str:
    """A report in a folder, with a filter of its own and a saved one."""
    body = {
        "title": new_name("Report"),
        "folder_token": make_folder(world, names, workspace),
        "filter": "costs.provider = 'aws'",
        "saved_filter_tokens": [make_saved_filter(world, names, workspace)],
        "groupings": "provider, service",
    }
    return _made(world.owner.post("/v2/cost_reports", json=body))


def make_workspace(world: World, _names: Names, _workspace: str) -> str:
    """A workspace of its own: seen by the owner alone."""
    return _made(world.owner.post("/v2/workspaces", json={"name": new_name("Workspace")}))


def make_integration(world: World, _names: Names, workspace: str) -> str:
    """A custom provider whose costs one workspace sees."""
    return world.custom_provider(new_name("Provider"), workspace)


def make_upload(world: World, names: Names, _workspace: str) -> str:
    """A bill at the custom provider that was named before."""
    return world.imported(names["integration_token"], BILL, new_name("bill"))


def make_tag_key(world: World, names: Names, workspace: str) -> str:
    """A tag key with a slash and a blank in it, on costs of the workspace."""
    world.imported(make_integration(world, names, workspace), BILL)
    return TAG_KEY


def make_api_token(world: World, _names: Names, _workspace: str) -> str:
    """A token of the owner."""
    body = {"description": new_name("Token"), "scopes": ["read"]}
    return _made(world.owner.post("/api/tokens", json=body))


MAKERS: Mapping[str, Callable[[World, Names, str], str]] = {
    "saved_filter_token": make_saved_filter,
    "folder_token": make_folder,
    "cost_report_token": make_cost_report,
    "workspace_token": make_workspace,
    "user_token": lambda world, _names, _workspace: world.user("viewer"),
    "integration_token": make_integration,
    "user_costs_upload_token": make_upload,
    "key": make_tag_key,
    "token": make_api_token,
}


@dataclass(frozen=True)
class Entry:
    """The audit entry that a write leaves; `field` is one that is in it as changed."""

    object_type: str
    event: str
    field: str


def _nothing(_world: World) -> Sent:
    return {}


@dataclass(frozen=True)
class Example:
    """What is sent with an operation, and what it leaves; `first` prepares what its path names."""

    sends: Callable[[World], Sent] = _nothing
    leaves: Entry | None = None
    first: Callable[[World, Names], object] = field(default=lambda _world, _names: None)


def _with_a_dashboard(token: Callable[[World, Names], str]) -> Callable[[World, Names], object]:
    """Somebody whose first dashboard is long gone, so that clearing it changes something."""

    def prepare(world: World, names: Names) -> None:
        with world.house.database.writing() as session:
            session.get_one(UserRow, token(world, names)).default_dashboard_token = "dshbrd_0000000000000000"

    return prepare


def _with_a_shown_tag(world: World, names: Names) -> None:
    """A tag key that nobody has hidden."""
    shown = {"tag_key": make_tag_key(world, names, world.main), "hidden": False}
    assert world.owner.put("/v2/tags", json=shown).status_code == 200


def _upload(_world: World) -> Sent:
    return {"files": {"csv": (new_name("file"), BILL.encode())}, "data": {"auto_transform": "false"}}


def _client_credentials(world: World) -> Sent:
    made = world.owner.post("/api/tokens", json={"description": "client", "scopes": ["read"]}).json()
    secrets = {"client_id": made["token"], "client_secret": made["secret"]}
    return {"data": {"grant_type": "client_credentials", **secrets}}


def _in_main(world: World) -> Sent:
    return {"params": {"workspace_token": world.main}}


def _costs_of_aws(world: World) -> Sent:
    return {"params": {"workspace_token": world.main, "filter": "costs.provider = 'aws'"}}


EXAMPLES: Mapping[str, Example] = {
    "updateMe": Example(
        lambda _: {"json": {"default_dashboard_token": None}},
        Entry("user", "record_updated", "default_dashboard_token"),
        _with_a_dashboard(lambda world, _: world.user("owner")),
    ),
    "updateUser": Example(
        lambda _: {"json": {"default_dashboard_token": None}},
        Entry("user", "record_updated", "default_dashboard_token"),
        _with_a_dashboard(lambda _, names: names["user_token"]),
    ),
    "createWorkspace": Example(
        lambda _: {"json": {"name": new_name("Workspace"), "currency": "EUR"}},
        Entry("workspace", "record_created", "currency"),
    ),
    "updateWorkspace": Example(
        lambda _: {"json": {"name": new_name("Renamed")}}, Entry("workspace", "record_updated", "name")
    ),
    "deleteWorkspace": Example(leaves=Entry("workspace", "record_destroyed", "name")),
    "createApiToken": Example(
        lambda _: {"json": {"description": new_name("Token"), "scopes": ["read"]}},
        Entry("api_token", "record_created", "scopes"),
    ),
    "deleteApiToken": Example(leaves=Entry("api_token", "record_updated", "revoked_at")),
    "createOAuthToken": Example(_client_credentials),
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
    "createCostReport": Example(
        lambda world: {"json": {"title": new_name("Report"), "workspace_token": world.main}},
        Entry("cost_report", "record_created", "settings"),
    ),
    "updateCostReport": Example(
        lambda _: {"json": {"date_interval": "last_3_days", "settings": {"include_tax": False}}},
        Entry("cost_report", "record_updated", "settings"),
    ),
    "deleteCostReport": Example(leaves=Entry("cost_report", "record_destroyed", "saved_filter_tokens")),
    "deleteSavedFilter": Example(leaves=Entry("saved_filter", "record_destroyed", "filter")),
    "createCustomProviderIntegration": Example(
        lambda _: {"json": {"name": new_name("Provider"), "description": "What we pay for seats"}},
        Entry("integration", "record_created", "provider"),
    ),
    "createGCPIntegration": Example(
        lambda _: {"json": {"billing_account_id": "B-1", "project_id": "p", "dataset_name": "d"}},
        Entry("integration", "record_created", "account_identifier"),
    ),
    "createAzureIntegration": Example(
        lambda _: {"json": {"tenant": "T-1", "app_id": "A-1", "password": PASSWORD}},
        Entry("integration", "record_created", "account_identifier"),
    ),
    "updateIntegration": Example(
        lambda world: {"json": {"workspace_tokens": [world.other, world.main]}},
        Entry("integration", "record_updated", "workspace_tokens"),
    ),
    "deleteIntegration": Example(leaves=Entry("integration", "record_destroyed", "workspace_tokens")),
    "createUserCostsUploadViaCsv": Example(_upload, Entry("user_costs_upload", "record_created", "filename")),
    "deleteUserCostsUpload": Example(leaves=Entry("user_costs_upload", "record_destroyed", "amount")),
    "updateTag": Example(
        lambda _: {"json": {"tag_key": TAG_KEY, "hidden": True}},
        Entry("tag", "record_updated", "hidden"),
        _with_a_shown_tag,
    ),
    "getCosts": Example(_costs_of_aws),
    "explainCosts": Example(_costs_of_aws),
    "getCostProviders": Example(_in_main),
    "getCostServices": Example(_in_main),
    "getCostProviderAccounts": Example(_in_main),
}


def example_of(operation: Operation) -> Example:
    """What is sent with an operation; a read without an example is sent nothing."""
    return EXAMPLES.get(operation.name, Example())


def parameters_of(operation: Operation) -> list[str]:
    """The names of what the path names, in order."""
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


def make_names(world: World, operation: Operation, workspace: str | None = None) -> Names:
    """Make what the path of an operation names, in Main unless another workspace is given."""
    names: Names = {}
    for parameter in parameters_of(operation):
        names[parameter] = MAKERS[parameter](world, names, workspace or world.main)
    return names


def address(operation: Operation, names: Mapping[str, str]) -> str:
    """The address of an operation, each name percent-encoded."""
    path = operation.full_path
    for parameter, name in names.items():
        path = path.replace(f"{{{parameter}}}", quote(name, safe=""))
    return path


def unknown_names(operation: Operation) -> Names:
    """Names of the right form that nothing has."""
    return {parameter: f"{parameter}_0123456789abcdef" for parameter in parameters_of(operation)}


def carried_out(
    world: World, operation: Operation, client: Client | None = None, names: Names | None = None, **more: Any
) -> httpx.Response:
    """Carry an operation out as its example says; `names`, `client` and what is sent can be others."""
    example = example_of(operation)
    if names is None:
        names = make_names(world, operation)
        example.first(world, names)
    sent = {**example.sends(world), **more}
    return (client or world.owner).request(operation.method, address(operation, names), **sent)


def as_text(answer: httpx.Response) -> str:
    """An answer for comparing: without the moments that every call has anew."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("updated_at", None)
    return f"{answer.status_code} {json.dumps(body, sort_keys=True)}"
