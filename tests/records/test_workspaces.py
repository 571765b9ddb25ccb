"""Workspaces: their names are unique, the last one stays, and what lies in one goes with it."""

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role
from eyrie.store.people import UserRow
from eyrie.store.rows import LinkRow
from eyrie.store.teams import TeamWorkspaceRow
from tests.operations.examples.example import new_name
from tests.operations.table_of_tests import is_refusal
from tests.stories.test_first_bill import SEATS_AND_SUPPORT


def make(world, **body):
    return world.owner.post("/v2/workspaces", json={"name": new_name("W"), **body})


def put(world, token, **body):
    return world.owner.put(f"/v2/workspaces/{token}", json=body)


def test_a_workspace_as_it_is_shown(shared):
    told = make(shared, name="Research").json()
    assert told.pop("token").startswith("wrkspc_")
    assert told == {
        "name": "Research",
        "created_at": "2025-02-15T12:00:00Z",
        "enable_currency_conversion": True,
        "currency": "USD",
        "exchange_rate_date": "daily_rate",
    }


def test_what_was_chosen_comes_back(shared):
    chosen = {
        "enable_currency_conversion": False,
        "currency": "EUR",
        "exchange_rate_date": "end_of_billing_period_rate",
    }
    told = make(shared, **chosen).json()
    assert {name: told[name] for name in chosen} == chosen
    assert shared.owner.get(f"/v2/workspaces/{told['token']}").json() == told
    changed = put(shared, told["token"], currency="JPY").json()
    assert changed == {**told, "currency": "JPY"}


@pytest.mark.parametrize("empty", [None, ""])
def test_null_and_empty_are_defaults_at_first_and_change_nothing_later(shared, empty):
    made = make(shared, currency=empty, exchange_rate_date=empty, enable_currency_conversion=empty).json()
    assert (made["currency"], made["exchange_rate_date"]) == ("USD", "daily_rate")
    assert put(shared, made["token"], currency=None, exchange_rate_date=None).json() == made


@pytest.mark.parametrize(
    ("field", "wrong"), [("currency", "XXX"), ("currency", "eur"), ("exchange_rate_date", "x")]
)
def test_choices_are_checked(shared, field, wrong):
    token = make(shared).json()["token"]
    for answer in (make(shared, **{field: wrong}), put(shared, token, **{field: wrong})):
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == [f"{field} does not have a valid value"]


def test_a_name_is_taken_once(shared):
    first, second = (make(shared, name=name).json()["token"] for name in ("Red", "Blue"))
    for answer in (make(shared, name="Red"), put(shared, second, name="Red")):
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == ["Name has already been taken"]
    assert put(shared, first, name="Red").status_code == 200
    assert make(shared, name="red").status_code == 201
    assert shared.owner.delete(f"/v2/workspaces/{first}").status_code == 204
    assert put(shared, second, name="Red").status_code == 200


@pytest.mark.parametrize("name", [None, "", "   "])
def test_a_name_is_needed(shared, name):
    answer = make(shared, name=name)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["name is missing"]


def test_whoever_makes_one_and_every_owner_sees_it(world):
    second = world.client(world.person("second", Role.OWNER))
    made = make(world).json()["token"]
    for client in (world.owner, second):
        assert made in [one["token"] for one in client.get("/v2/workspaces").json()["workspaces"]]
    assert is_refusal(world.editor.get(f"/v2/workspaces/{made}"), 404)


def test_the_last_one_of_an_account_stays(world):
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    answer = world.owner.delete(f"/v2/workspaces/{world.main}")
    assert is_refusal(answer, 422)
    assert world.owner.get(f"/v2/workspaces/{world.main}").status_code == 200


def test_what_lies_in_it_goes_with_it_and_nothing_else(world):
    kept = {workspace: _filled(world, workspace) for workspace in (world.main, world.other)}
    assert world.owner.delete(f"/v2/workspaces/{world.other}").status_code == 204
    for path in kept[world.other]:
        assert is_refusal(world.owner.get(path), 404)
    for path in kept[world.main]:
        assert world.owner.get(path).status_code == 200
    with world.house.database.reading() as session:
        there = sa.select(TeamWorkspaceRow).where(TeamWorkspaceRow.workspace_token == world.other)
        assert not session.scalars(there).all()
        sources = session.scalars(
            sa.select(LinkRow.source).where(LinkRow.field == "saved_filter_tokens")
        ).all()
    assert [f"/v2/folders/{source}" for source in sources] == [kept[world.main][2]]


def _filled(world, workspace):
    """A filter, a folder, and a folder with both inside: how to get each."""
    body = {"title": "x", "workspace_token": workspace}
    used = world.owner.post("/v2/saved_filters", json=body).json()["token"]
    outer = world.owner.post("/v2/folders", json=body).json()["token"]
    inside = {"title": "x", "parent_folder_token": outer, "saved_filter_tokens": [used]}
    inner = world.owner.post("/v2/folders", json=inside).json()["token"]
    return [f"/v2/saved_filters/{used}", f"/v2/folders/{outer}", f"/v2/folders/{inner}"]


def test_integrations_stay_and_lose_the_assignment(world):
    both = world.custom_provider("Both", world.other, world.main)
    one = world.custom_provider("One", world.other)
    for provider in (both, one):
        world.imported(provider, SEATS_AND_SUPPORT)
    world.owner.delete(f"/v2/workspaces/{world.other}")
    assigned = [world.owner.get(f"/v2/integrations/{t}").json()["workspace_tokens"] for t in (both, one)]
    assert assigned == [[world.main], []]
    assert world.costs()["total_cost"]["amount"] == "148.0"
    again = world.owner.put(f"/v2/integrations/{one}", json={"workspace_tokens": [world.main]})
    assert again.status_code == 200
    assert world.costs()["total_cost"]["amount"] == "296.0"


def test_who_had_it_as_a_default_has_none(world):
    with world.house.database.writing() as session:
        session.get_one(UserRow, world.user("owner")).default_workspace_token = world.other
    world.owner.delete(f"/v2/workspaces/{world.other}")
    with world.house.database.reading() as session:
        assert session.get_one(UserRow, world.user("owner")).default_workspace_token is None


def test_they_are_listed_by_name(world):
    listed = world.owner.get("/v2/workspaces", params={"q": "oth"}).json()["workspaces"]
    assert [one["token"] for one in listed] == [world.other]
