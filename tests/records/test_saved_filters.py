"""Saved filters: kept character for character, with who made them and who uses them."""

import pytest

from tests.operations.table_of_tests import is_refusal

ODD = "\n  costs.provider = 'aws'\r\n\tand (costs.service   = 'not ours to tidy ☃') \n"
LONGEST = "costs.provider = 'aws'".ljust(65_536)


def make(world, **body):
    return world.owner.post("/v2/saved_filters", json={"title": "x", "workspace_token": world.main, **body})


def put(world, token, **body):
    return world.owner.put(f"/v2/saved_filters/{token}", json=body)


def test_a_saved_filter_as_it_is_shown(world):
    told = make(world, title="AWS", filter="costs.provider = 'aws'").json()
    assert told.pop("token").startswith("svd_fltr_")
    assert told == {
        "title": "AWS",
        "cost_report_tokens": [],
        "filter": "costs.provider = 'aws'",
        "created_at": "2025-02-15T12:00:00Z",
        "created_by": world.user("owner"),
        "workspace_token": world.main,
    }


def test_a_filter_is_kept_verbatim(shared):
    token = make(shared, filter=ODD).json()["token"]
    assert shared.owner.get(f"/v2/saved_filters/{token}").json()["filter"] == ODD
    assert put(shared, token, filter=f"{ODD}OR{ODD}").json()["filter"] == f"{ODD}OR{ODD}"


@pytest.mark.parametrize("blank", [None, "", " ", "\n\t"])
def test_blank_means_none(shared, blank):
    assert make(shared, filter=blank).json()["filter"] is None


def test_empty_clears_and_null_keeps(shared):
    token = make(shared, filter=ODD).json()["token"]
    assert put(shared, token, filter=None).json()["filter"] == ODD
    assert put(shared, token, title="y").json()["filter"] == ODD
    assert put(shared, token, filter="").json()["filter"] is None


def test_the_longest_filter(shared):
    assert make(shared, filter=LONGEST).status_code == 201
    answer = make(shared, filter=LONGEST + " ")
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["Invalid VQL at position 65537: a filter has at most 65536 characters"]


@pytest.mark.parametrize("title", [None, "", "  "])
def test_a_title_is_needed_but_need_not_be_the_only_one(shared, title):
    answer = make(shared, title=title)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["title is missing"]
    assert [make(shared, title="twice").status_code for _ in "ab"] == [201, 201]


@pytest.mark.parametrize("title", ["", "  "])
def test_a_title_cannot_be_taken_away(shared, title):
    token = make(shared, title="kept").json()["token"]
    assert is_refusal(put(shared, token, title=title), 400)
    assert put(shared, token, title=None).json()["title"] == "kept"


def test_it_names_who_made_it_whoever_changes_it(shared):
    made = shared.editor.post("/v2/saved_filters", json={"title": "x"}).json()
    assert made["created_by"] == shared.user("editor")
    assert put(shared, made["token"], title="y", created_by="usr_x").json()["created_by"] == shared.user(
        "editor"
    )


def test_lists_by_title_and_workspace(world):
    make(world, title="Production")
    make(world, title="Test", workspace_token=world.other)

    def titles(**asked):
        listed = world.owner.get("/v2/saved_filters", params=asked).json()["saved_filters"]
        return sorted(one["title"] for one in listed)

    assert titles() == ["Production", "Test"]
    assert titles(q="PROD") == ["Production"]
    assert titles(q="") == ["Production", "Test"]
    assert titles(workspace_token=world.other) == ["Test"]
    assert titles(workspace_token="wrkspc_0123456789abcdef") == []
