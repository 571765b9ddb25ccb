"""Users and oneself: who is shown what, and the one thing that can be changed."""

import pytest

from eyrie.access.caller import Role, Scope
from eyrie.store.people import UserRow
from tests.operations.table_of_tests import is_refusal

DASHBOARD = "dshbrd_0123456789abcdef"


def dashboard_of(world, name):
    with world.house.database.reading() as session:
        return session.get_one(UserRow, world.user(name)).default_dashboard_token


def give_dashboard(world, name):
    with world.house.database.writing() as session:
        session.get_one(UserRow, world.user(name)).default_dashboard_token = DASHBOARD


def test_a_user_as_it_is_shown(world):
    token = world.user("viewer")
    world.viewer.get("/v2/me")
    assert world.owner.get(f"/v2/users/{token}").json() == {
        "token": token,
        "name": "viewer",
        "email": "viewer@example.com",
        "role": "Viewer",
        "default_dashboard_token": None,
        "last_seen_at": "2025-02-15",
    }


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("owner", "Owner"),
        ("editor", "Editor"),
        ("viewer", "Viewer"),
        ("integration_owner", "Integration Owner"),
    ],
)
def test_roles_are_shown_as_people_read_them(shared, role, shown):
    user = shared.person(f"shown-{role}", Role(role), shared.main)
    assert shared.viewer.get(f"/v2/users/{user}").json()["role"] == shown


def test_everybody_sees_everybody_in_the_order_of_coming(world):
    listed = world.viewer.get("/v2/users").json()["users"]
    assert {one["email"] for one in listed} == {
        "owner@localhost",
        *(f"{name}@example.com" for name in ("owner", "editor", "viewer", "stranger")),
    }
    world.pass_time()
    newest = world.person("newest", Role.VIEWER)
    assert world.viewer.get("/v2/users").json()["users"][-1]["token"] == newest
    assert newest.startswith("usr_")


def test_me_as_it_is_shown(world):
    told = world.viewer.get("/v2/me").json()
    assert told == {
        "default_workspace_token": world.main,
        "default_dashboard_token": None,
        "workspaces": [world.owner.get(f"/v2/workspaces/{world.main}").json()],
        "bearer_token": {
            "description": "test",
            "created_at": "2025-02-15T12:00:00Z",
            "scope": ["read", "write"],
        },
    }
    owner = world.owner.get("/v2/me").json()
    assert owner["default_workspace_token"] is None
    assert {one["token"] for one in owner["workspaces"]} == {world.main, world.other}
    reader = world.client(world.user("viewer"), Scope.READ)
    assert reader.get("/v2/me").json()["bearer_token"]["scope"] == ["read"]


def test_a_dashboard_that_nobody_knows_is_422(world):
    paths = ("/v2/me", f"/v2/users/{world.user('owner')}")
    give_dashboard(world, "owner")
    for path in paths:
        answer = world.owner.put(path, json={"default_dashboard_token": DASHBOARD[::-1]})
        assert is_refusal(answer, 422)
        assert answer.json()["errors"] == ["Dashboard not found"]
    assert dashboard_of(world, "owner") == DASHBOARD


@pytest.mark.parametrize("cleared", [None, ""])
def test_null_and_empty_clear_and_absent_keeps(world, cleared):
    give_dashboard(world, "viewer")
    assert world.viewer.put("/v2/me", json={}).json()["default_dashboard_token"] == DASHBOARD
    told = world.viewer.put("/v2/me", json={"default_dashboard_token": cleared})
    assert told.json() == world.viewer.get("/v2/me").json()
    assert dashboard_of(world, "viewer") is None


def test_others_are_changed_by_owners_only(world):
    for name in ("viewer", "editor"):
        give_dashboard(world, name)
    path, clear = f"/v2/users/{world.user('viewer')}", {"default_dashboard_token": None}
    for client in (world.editor, world.stranger):
        answer = client.put(path, json=clear)
        assert is_refusal(answer, 403)
        assert answer.json()["errors"] == ["Only an Owner changes what another User sees first"]
    assert dashboard_of(world, "viewer") == DASHBOARD
    assert world.owner.put(path, json=clear).json()["default_dashboard_token"] is None
    assert world.editor.put(f"/v2/users/{world.user('editor')}", json=clear).status_code == 200


def test_nothing_else_of_a_user_can_be_changed(shared):
    path = f"/v2/users/{shared.user('viewer')}"
    before = shared.owner.get(path).json()
    body = {"role": "Owner", "email": "x@example.com", "name": "x", "token": "usr_x"}
    assert shared.owner.put(path, json=body).json() == before


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_people_are_neither_made_nor_deleted_here(shared, method):
    path = "/v2/users" if method == "POST" else f"/v2/users/{shared.user('viewer')}"
    assert is_refusal(shared.owner.request(method, path), 405)
