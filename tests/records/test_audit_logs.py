"""Audit logs: what an entry tells, who may read it, and how one is found again."""

import datetime as dt

import pytest
import sqlalchemy as sa

from eyrie.access.caller import Role
from eyrie.operations import audit
from eyrie.operations.audit import masked
from eyrie.start.calling import changing
from eyrie.store.audit_chain import verify
from eyrie.store.people import WorkspaceRow
from tests.operations.table_of_tests import is_refusal
from tests.world import World

BILL = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-02,7,Seats\n"


def listed(world, **asked):
    answer = world.owner.get("/v2/audit_logs", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["audit_logs"]


def titles(world, **asked):
    """What was changed by these entries, and how, newest first."""
    return [
        f"{entry['object_title']} {entry['event'].removeprefix('record_')}"
        for entry in listed(world, **asked)
        if entry["object_type"] in ("folder", "saved_filter")
    ]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Three days: the editor's folder, the owner's change of it, an assistant's filter, and the folder's end."""
    with World(tmp_path_factory.mktemp("history") / "home") as world:
        world.now = dt.datetime(2025, 2, 10, 9, 30)
        made = world.editor.post("/v2/folders", json={"title": "Teams"})
        world.folder = made.json()["token"]
        world.now = dt.datetime(2025, 2, 11)
        world.owner.put(f"/v2/folders/{world.folder}", json={"title": "All teams"})
        world.now = dt.datetime(2025, 2, 11, 23, 59, 59)
        body = {"title": "Ours", "workspace_token": world.other}
        agent = {"User-Agent": "vantage-mcp-server/1.2"}
        world.owner.post("/v2/saved_filters", json=body, headers=agent)
        world.now = dt.datetime(2025, 2, 12)
        world.owner.delete(f"/v2/folders/{world.folder}")
        yield world


ALL = ["All teams destroyed", "Ours created", "All teams updated", "Teams created"]


def test_an_update_as_it_is_told(history):
    [told] = listed(history, action="update", object_type="folder")
    assert told.pop("token").startswith("adt_lg_")
    unchanged = told.pop("unchanged_values")
    assert told == {
        "object_token": history.folder,
        "object_type": "folder",
        "object_title": "All teams",
        "event": "record_updated",
        "source": "api",
        "user": "owner",
        "workspace_title": "Main",
        "workspace_token": history.main,
        "created_at": "2025-02-11T00:00:00Z",
        "changed_values": {"title": ["Teams", "All teams"]},
    }
    assert unchanged["type"] == "CostFolder"
    assert "title" not in unchanged


def test_the_newest_comes_first_and_one_can_be_read_alone(history):
    assert titles(history) == ALL
    newest = listed(history)[0]
    assert history.owner.get(f"/v2/audit_logs/{newest['token']}").json() == newest
    assert listed(history, token=newest["token"]) == [newest]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "create"}, [1, 3]),
        ({"action": "update"}, [2]),
        ({"action": "delete"}, [0]),
        ({"object_name": "All teams"}, [0, 2]),
        ({"object_name": "all teams"}, []),
        ({"object_name": "All"}, []),
        ({"object_type": "saved_filter"}, [1]),
        ({"object_type": "segment"}, []),
        ({"source": "finops_agent"}, [1]),
        ({"source": "api"}, [0, 2, 3]),
        ({"source": "console"}, []),
        ({"start_date": "2025-02-11"}, [0, 1, 2]),
        ({"end_date": "2025-02-11"}, [1, 2, 3]),
        ({"start_date": "2025-02-11", "end_date": "2025-02-11"}, [1, 2]),
        ({"start_date": "2025-02-11T18:00:00Z", "end_date": "2025-02-11T18:00:00Z"}, [1, 2]),
        ({"start_date": "2025-02-12T00:30:00+02:00"}, [0, 1, 2]),
        ({"start_date": "2025-02-13"}, []),
        ({"action": "create", "source": "api"}, [3]),
    ],
    ids=str,
)
def test_filters_hold_together(history, asked, found):
    assert titles(history, **asked) == [ALL[number] for number in found]


def test_entries_of_one_thing_one_workspace_one_person(history):
    assert titles(history, object_token=history.folder) == [ALL[0], ALL[2], ALL[3]]
    assert titles(history, workspace_token=history.other) == ["Ours created"]
    assert titles(history, user=history.user("editor")) == ["Teams created"]
    assert titles(history, user="team_0123456789abcdef") == []


def test_a_number_is_the_place_of_a_user_in_the_list_of_users(history):
    users = history.owner.get("/v2/users").json()["users"]
    for place, user in enumerate(users, start=1):
        assert listed(history, user=place) == listed(history, user=user["token"])
    assert [titles(history, user=place) for place in (0, len(users) + 1, "9" * 5000)] == [[], [], []]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"action": "destroy"}, "action does not have a valid value"),
        ({"source": "terraform"}, "source does not have a valid value"),
        ({"object_type": "Cost report"}, "object_type is invalid"),
        ({"start_date": "yesterday"}, "start_date is invalid"),
        ({"end_date": "2025-02-30"}, "end_date is invalid"),
    ],
)
def test_what_cannot_be_meant_is_named(history, asked, problem):
    answer = history.owner.get("/v2/audit_logs", params=asked)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [problem]


def test_only_owners_read_them(history):
    token = listed(history)[0]["token"]
    integration_owner = history.client(history.person("bills", Role.INTEGRATION_OWNER, history.main))
    for client in (history.editor, history.viewer, integration_owner):
        assert is_refusal(client.get("/v2/audit_logs"), 403)
        assert is_refusal(client.get(f"/v2/audit_logs/{token}"), 403)


def test_up_to_5000_come_at_once(world):
    with world.house.database.writing() as session:
        session.execute(_copies_of_the_last(world, 5002))
    assert len(listed(world, limit=5000)) == 5000
    assert len(listed(world, limit=10**6)) == 5000
    assert len(listed(world)) == 100


def _copies_of_the_last(world, count):
    """A statement that adds entries; no chain is followed here."""
    world.owner.post("/v2/folders", json={"title": "x", "workspace_token": world.main})
    last = world.audit()[-1]
    columns = {column.name: getattr(last, column.name) for column in last.__table__.columns}
    return sa.insert(type(last)).values(
        [
            {**columns, "token": f"adt_lg_{number}", "number": last.number + number}
            for number in range(1, count)
        ]
    )


def whole(world):
    """How many entries there are, all of them in one whole chain."""
    with world.house.database.reading() as session:
        [found] = verify(session)
    assert found.broken is None
    return found.entries


def test_after_two_years_an_entry_is_not_shown_and_at_night_it_is_forgotten(world):
    world.owner.post("/v2/folders", json={"title": "Old", "workspace_token": world.main})
    token, before = listed(world)[0]["token"], whole(world)
    world.work()
    world.now = dt.datetime(2027, 2, 15, 12)
    world.owner.post("/v2/folders", json={"title": "New", "workspace_token": world.main})
    assert titles(world) == ["New created", "Old created"]
    world.now = dt.datetime(2027, 2, 16)
    assert titles(world) == ["New created"]
    assert is_refusal(world.owner.get(f"/v2/audit_logs/{token}"), 404)
    assert whole(world) == before + 1
    world.now = dt.datetime(2027, 2, 16, 5)
    world.work()
    assert whole(world) == 1
    assert [entry.object_title for entry in world.audit()] == ["New"]


def test_how_long_entries_are_kept_is_a_setting(tmp_path):
    with World(tmp_path / "home", audit_retention_months="1") as world:
        world.owner.post("/v2/folders", json={"title": "Old", "workspace_token": world.main})
        world.now = dt.datetime(2025, 3, 15)
        assert titles(world) == ["Old created"]
        world.now = dt.datetime(2025, 3, 16)
        assert titles(world) == []


def test_everything_the_api_writes_is_in_one_whole_chain(world):
    folder = world.owner.post("/v2/folders", json={"title": "x", "workspace_token": world.main}).json()
    world.owner.put(f"/v2/folders/{folder['token']}", json={"title": "x"})  # changes nothing
    world.imported(world.custom_provider(), BILL)
    assert whole(world) == len(world.audit()) == len(listed(world)) == 5


def test_an_upload_that_another_replaces_is_told_as_gone(world):
    provider = world.custom_provider()
    first = world.imported(provider, BILL)
    world.imported(provider, BILL.replace("7", "8"))
    [gone, made, _] = listed(world, object_type="user_costs_upload")
    assert (gone["event"], gone["object_token"], gone["user"]) == ("record_destroyed", first, "Eyrie")
    assert gone["changed_values"]["amount"] == ["7.0", None]
    assert made["event"] == "record_created"


def test_secrets_are_masked_wherever_they_lie(world):
    assert masked("password", "x") == "[FILTERED]"
    assert masked("password", None) is None
    values = {"import": {"datadog": [{"api_key": "x", "site": "eu"}]}, "tag_key": "team", "token": "t"}
    assert masked("", values) == {
        "import": {"datadog": [{"api_key": "[FILTERED]", "site": "eu"}]},
        "tag_key": "team",
        "token": "t",
    }


def test_a_secret_that_changed_is_told_to_have_changed(world):
    with changing(world.house) as call:
        [workspace] = [one for one in call.rows.all(call.rows.query(WorkspaceRow)) if one.name == "Main"]
        before = {"site": "eu", "api_key": "old"}
        audit.note(call, "workspace", workspace, "Main", before, {"site": "eu", "api_key": "new"})
    told = listed(world)[0]
    assert told["changed_values"] == {"api_key": ["[FILTERED]", "[FILTERED]"]}
    assert told["unchanged_values"] == {"site": "eu"}
    assert (told["user"], told["source"]) == ("command line", "api")
