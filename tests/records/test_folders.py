"""Folders: where they may lie, what acts on what is inside, and where that goes when a folder is deleted."""

import pytest

from tests.operations.table_of_tests import is_refusal


def make(world, title, parent=None, **more):
    place = {"parent_folder_token": parent} if parent else {"workspace_token": world.main}
    answer = world.owner.post("/v2/folders", json={"title": title, **place, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def make_filter(world, title, workspace=None):
    body = {"title": title, "workspace_token": workspace or world.main}
    return world.owner.post("/v2/saved_filters", json=body).json()["token"]


def get(world, token):
    return world.owner.get(f"/v2/folders/{token}").json()


def put(world, token, **body):
    return world.owner.put(f"/v2/folders/{token}", json=body)


def test_a_folder_as_it_is_shown(world):
    filters = [make_filter(world, "b"), make_filter(world, "a")]
    token = make(world, " Cloud  costs ", saved_filter_tokens=filters)
    assert get(world, token) == {
        "token": token,
        "title": " Cloud  costs ",
        "type": "CostFolder",
        "parent_folder_token": None,
        "saved_filter_tokens": filters,
        "created_at": "2025-02-15T12:00:00Z",
        "updated_at": "2025-02-15T12:00:00Z",
        "workspace_token": world.main,
    }
    assert token.startswith("fldr_")


def test_the_parent_decides_the_workspace(shared):
    parent = make(shared, "parent", workspace_token=shared.other)
    child = make(shared, "child", parent, workspace_token=shared.main)
    alone = make(shared, "grandchild", child)
    assert [get(shared, token)["workspace_token"] for token in (child, alone)] == [shared.other] * 2


def test_a_folder_holds_folders_of_its_own_type_only(shared):
    parents = {kind: make(shared, kind, type=kind) for kind in ("CostFolder", "ProviderResourceFolder")}
    for kind, parent in parents.items():
        assert get(shared, make(shared, "child", parent, type=kind))["parent_folder_token"] == parent
        other = next(token for token in parents.values() if token != parent)
        body = {"title": "x", "parent_folder_token": other, "type": kind}
        assert is_refusal(shared.owner.post("/v2/folders", json=body), 400)
        assert is_refusal(put(shared, parent, parent_folder_token=other), 400)


def test_the_type_is_one_of_two_and_never_changes(shared):
    body = {"title": "x", "workspace_token": shared.main, "type": "Drawer"}
    answer = shared.owner.post("/v2/folders", json=body)
    assert answer.json()["errors"] == ["type does not have a valid value"]
    token = make(shared, "x")
    assert put(shared, token, type="ProviderResourceFolder").json()["type"] == "CostFolder"


def test_a_folder_lies_neither_in_itself_nor_in_what_it_holds(shared):
    top = make(shared, "top")
    middle = make(shared, "middle", top)
    bottom = make(shared, "bottom", middle)
    for inside in (top, middle, bottom):
        answer = put(shared, top, parent_folder_token=inside)
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == ["parent_folder_token: a Folder cannot lie inside itself"]
    assert put(shared, bottom, parent_folder_token=top).status_code == 200
    assert put(shared, middle, parent_folder_token=bottom).status_code == 200


def test_moving_a_folder_moves_what_is_in_it(shared):
    first, second = make(shared, "first"), make(shared, "second")
    child = make(shared, "child", first)
    grandchild = make(shared, "grandchild", child)
    assert put(shared, child, parent_folder_token=second).json()["parent_folder_token"] == second
    assert get(shared, grandchild)["parent_folder_token"] == child


@pytest.mark.parametrize("nowhere", [None, ""])
def test_null_and_empty_move_a_folder_to_the_root(shared, nowhere):
    child = make(shared, "child", make(shared, "parent"))
    assert put(shared, child, parent_folder_token=nowhere).json()["parent_folder_token"] is None


def test_a_folder_never_moves_to_another_workspace(shared):
    elsewhere = make(shared, "elsewhere", workspace_token=shared.other)
    answer = put(shared, make(shared, "here"), parent_folder_token=elsewhere)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["parent_folder_token: a Folder cannot move to another Workspace"]
    token = make(shared, "x")
    assert put(shared, token, workspace_token=shared.other).json()["workspace_token"] == shared.main


def test_an_unknown_parent(shared):
    unknown = {"title": "x", "parent_folder_token": "fldr_0123456789abcdef"}
    answer = shared.owner.post("/v2/folders", json=unknown)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["Parent folder not found"]
    invisible = make(shared, "x", workspace_token=shared.other)
    body = {"title": "x", "parent_folder_token": invisible}
    assert shared.editor.post("/v2/folders", json=body).json() == answer.json()


def test_what_lay_in_a_deleted_folder_lies_where_it_lay(shared):
    top = make(shared, "top")
    middle = make(shared, "middle", top)
    inside = [make(shared, name, middle) for name in ("a", "b")]
    deeper = make(shared, "deeper", inside[0])
    assert shared.owner.delete(f"/v2/folders/{middle}").status_code == 204
    assert [get(shared, token)["parent_folder_token"] for token in [*inside, deeper]] == [top, top, inside[0]]
    assert shared.owner.delete(f"/v2/folders/{top}").status_code == 204
    assert [get(shared, token)["parent_folder_token"] for token in inside] == [None, None]


def test_the_saved_filters_keep_the_order_in_which_they_were_sent(shared):
    a, b, c = (make_filter(shared, name) for name in "abc")
    token = make(shared, "x", saved_filter_tokens=[c, a, b, a])
    assert get(shared, token)["saved_filter_tokens"] == [c, a, b]
    assert put(shared, token, saved_filter_tokens=[b, c]).json()["saved_filter_tokens"] == [b, c]
    assert get(shared, token)["saved_filter_tokens"] == [b, c]


def test_leaving_the_filters_out_keeps_them_and_an_empty_list_clears(shared):
    listed = [make_filter(shared, "a"), make_filter(shared, "b")]
    token = make(shared, "x", saved_filter_tokens=listed)
    assert put(shared, token, title="y").json()["saved_filter_tokens"] == listed
    assert put(shared, token, saved_filter_tokens=None).json()["saved_filter_tokens"] == listed
    assert put(shared, token, saved_filter_tokens=[]).json()["saved_filter_tokens"] == []


def test_unknown_invisible_and_foreign_filters_are_refused_and_nothing_is_kept(shared):
    foreign = make_filter(shared, "x", shared.other)
    token = make(shared, "x", saved_filter_tokens=[make_filter(shared, "mine")])
    before = get(shared, token)
    for client, wrong, status in (
        (shared.owner, "svd_fltr_0123456789abcdef", 404),
        (shared.editor, foreign, 404),
        (shared.owner, foreign, 400),
    ):
        answer = client.put(f"/v2/folders/{token}", json={"title": "y", "saved_filter_tokens": [wrong]})
        assert is_refusal(answer, status)
        assert wrong in answer.json()["errors"][0]
    assert get(shared, token) == before


def test_a_deleted_filter_is_gone_from_every_folder(shared):
    a, b = make_filter(shared, "a"), make_filter(shared, "b")
    tokens = [make(shared, "x", saved_filter_tokens=[a, b]), make(shared, "y", saved_filter_tokens=[b])]
    assert shared.owner.delete(f"/v2/saved_filters/{b}").status_code == 204
    assert [get(shared, token)["saved_filter_tokens"] for token in tokens] == [[a], []]


def test_lists_by_type_title_and_workspace(world):
    for title, more in (
        ("Alpha", {}),
        ("beta", {"type": "ProviderResourceFolder"}),
        ("Gamma", {"workspace_token": world.other}),
    ):
        make(world, title, **more)
        world.pass_time()

    def titles(**asked):
        return [one["title"] for one in world.owner.get("/v2/folders", params=asked).json()["folders"]]

    assert titles() == ["Alpha", "beta", "Gamma"]
    assert titles(type="ProviderResourceFolder") == ["beta"]
    assert titles(q="A", workspace_token=world.main) == ["Alpha", "beta"]
    assert titles(q="ALPHA") == ["Alpha"]
    assert titles(workspace_token=world.other) == ["Gamma"]
    assert titles(workspace_token="wrkspc_0123456789abcdef") == []
    assert is_refusal(world.owner.get("/v2/folders", params={"type": "Drawer"}), 400)
