"""Examples of people, workspaces and API tokens."""

from collections.abc import Callable, Mapping

from eyrie.store.people import UserRow
from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, made, new_name
from tests.world import World


def make_workspace(world: World, _names: Names, _workspace: str) -> str:
    """A workspace of its own: seen by the owner alone."""
    return made(world.owner.post("/v2/workspaces", json={"name": new_name("Workspace")}))


def make_api_token(world: World, _names: Names, _workspace: str) -> str:
    """A token of the owner."""
    body = {"description": new_name("Token"), "scopes": ["read"]}
    return made(world.owner.post("/api/tokens", json=body))


def _with_a_dashboard(token: Callable[[World, Names], str]) -> Callable[[World, Names], object]:
    """Somebody whose first dashboard is long gone, so that clearing it changes something."""

    def prepare(world: World, names: Names) -> None:
        with world.house.database.writing() as session:
            session.get_one(UserRow, token(world, names)).default_dashboard_token = "dshbrd_0000000000000000"

    return prepare


def _client_credentials(world: World) -> Sent:
    made = world.owner.post("/api/tokens", json={"description": "client", "scopes": ["read"]}).json()
    secrets = {"client_id": made["token"], "client_secret": made["secret"]}
    return {"data": {"grant_type": "client_credentials", **secrets}}


MAKERS: Mapping[str, Maker] = {
    "workspace_token": make_workspace,
    "token": make_api_token,
}

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
}
