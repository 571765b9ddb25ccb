"""vantage-python, unchanged: ping, me, users, workspaces, folders, saved filters."""

import re

import pytest
from vantage import Client as VantageClient
from vantage import (
    CreateFolder,
    CreateSavedFilter,
    CreateWorkspace,
    UpdateFolder,
    UpdateMe,
    UpdateSavedFilter,
    UpdateUser,
    UpdateWorkspace,
    VantageAPIError,
)

SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def refusal(call, *arguments, **named):
    """What a refused call says: its status and its sentences."""
    with pytest.raises(VantageAPIError) as refused:
        call(*arguments, **named)
    return refused.value.status, refused.value.errors


def test_ping_answers_without_a_token(client, server):
    client.ping.ping()
    with VantageClient("nobody", base_url=server.address) as stranger:
        stranger.ping.ping()


def test_a_wrong_token_is_refused(server):
    with VantageClient("nobody", base_url=server.address) as stranger:
        assert refusal(stranger.me.get) == (401, ["Invalid or missing API token"])


def test_me_shows_the_token_and_the_workspaces(client):
    me = client.me.get()
    assert sorted(me.bearer_token.scope) == ["read", "write"]
    assert SECONDS.fullmatch(me.bearer_token.created_at)
    assert [workspace.token for workspace in me.workspaces] == [
        workspace.token for workspace in client.workspaces.list().workspaces
    ]
    assert client.me.update(UpdateMe()).default_dashboard_token is None


def test_a_token_that_may_only_read_does_not_write(server, workspace):
    with VantageClient(server.token("read"), base_url=server.address) as reader:
        assert reader.me.get().bearer_token.scope == ["read"]
        status, errors = refusal(reader.folders.create, CreateFolder(title="No", workspace_token=workspace))
        assert (status, errors) == (403, ["This token does not have the write scope"])


def test_users_are_listed_and_read(client):
    listed = client.users.list()
    owner = listed.users[0]
    assert owner.token.startswith("usr_")
    assert "@" in owner.email
    assert owner.role == "Owner"
    assert client.users.get(owner.token) == owner
    assert client.users.update(owner.token, UpdateUser()) == owner
    assert listed.links.next is None
    assert refusal(client.users.get, "usr_0000000000000000") == (404, ["User not found"])


def test_a_workspace_lives(client):
    made = client.workspaces.create(CreateWorkspace(name="Europe", currency="EUR"))
    try:
        assert made.token.startswith("wrkspc_")
        assert (made.name, made.currency) == ("Europe", "EUR")
        assert (made.enable_currency_conversion, made.exchange_rate_date) == (True, "daily_rate")
        assert client.workspaces.list().workspaces[-1] == made
        renamed = client.workspaces.update(made.token, UpdateWorkspace(name="EMEA"))
        assert (renamed.name, renamed.currency) == ("EMEA", "EUR")
        assert client.workspaces.get(made.token) == renamed
    finally:
        # This client was generated before workspaces could be deleted; its raw request does it.
        assert client.request("DELETE", f"/v2/workspaces/{made.token}") is None
    assert refusal(client.workspaces.get, made.token) == (404, ["Workspace not found"])


def test_a_folder_lives_with_its_saved_filters_in_order(client, workspace):
    filters = [
        client.saved_filters.create(CreateSavedFilter(title=title, workspace_token=workspace)).token
        for title in ("one", "two")
    ]
    made = client.folders.create(
        CreateFolder(title="Teams", saved_filter_tokens=filters[::-1], workspace_token=workspace)
    )
    assert made.saved_filter_tokens == filters[::-1]
    assert (made.parent_folder_token, made.workspace_token) == (None, workspace)
    inner = client.folders.create(CreateFolder(title="Core", parent_folder_token=made.token))
    assert inner.workspace_token == workspace
    kept = client.folders.update(made.token, UpdateFolder(title="All teams"))
    assert (kept.title, kept.saved_filter_tokens) == ("All teams", filters[::-1])
    assert client.folders.update(made.token, UpdateFolder(saved_filter_tokens=[])).saved_filter_tokens == []
    assert client.folders.get(inner.token).parent_folder_token == made.token
    client.folders.delete(made.token)
    assert client.folders.get(inner.token).parent_folder_token is None
    assert refusal(client.folders.delete, made.token) == (404, ["Folder not found"])
    client.folders.delete(inner.token)


def test_a_saved_filter_keeps_its_text_to_the_letter(client, workspace):
    text = "(costs.provider = 'aws'\n   AND  costs.region='eu-west-1')  "
    made = client.saved_filters.create(
        CreateSavedFilter(title="Ours", filter=text, workspace_token=workspace)
    )
    assert made.filter == text
    assert made.cost_report_tokens == []
    assert made.created_by.startswith("usr_")
    assert client.saved_filters.get(made.token) == made
    assert client.saved_filters.update(made.token, UpdateSavedFilter(title="Mine")).filter == text
    assert client.saved_filters.update(made.token, UpdateSavedFilter(filter="")).filter in (None, "")
    client.saved_filters.delete(made.token)
    assert refusal(client.saved_filters.get, made.token)[0] == 404


def test_links_walk_a_list_once(client, workspace):
    titles = [f"Page {number}" for number in range(5)]
    made = [client.folders.create(CreateFolder(title=title, workspace_token=workspace)) for title in titles]
    walked, page = [], client.folders.list(limit=2)
    walked += page.folders
    assert page.links.prev is None
    while page.links.next:
        # The generated clients have no call for a link, so they read the page from it, as this does.
        number = int(re.search(r"[?&]page=(\d+)", page.links.next).group(1))
        page = client.folders.list(page=number, limit=2)
        walked += page.folders
    assert [folder.title for folder in walked if folder.title in titles] == titles
    assert client.folders.list(page=1000).folders == []
    for folder in made:
        client.folders.delete(folder.token)


def test_all_problems_of_a_request_are_told_in_sentences(client):
    status, errors = refusal(client.request, "POST", "/v2/folders", body={})
    assert status == 400
    assert "title is missing" in errors
    assert refusal(client.folders.list, page=0) == (400, ["page is invalid"])
