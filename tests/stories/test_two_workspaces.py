"""Two workspaces: what one sees, the other never hears of, and a provider that moves takes its history."""

HEAD = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,SubAccountId,Tags\n"
OURS = HEAD + 'Usage,2025-01-01,10,Seats,a-1,"{""team"": ""core""}"\n'
THEIRS = HEAD + 'Usage,2025-01-01,5,Secrets,a-2,"{""project"": ""hush""}"\n'


def told(world, client, workspace):
    """All that a client can learn about costs in a workspace, besides its own places."""

    def names(path, column, key=None, **parameters):
        answer = client.get(f"/v2/{path}", params=parameters)
        return "Not found" if answer.status_code == 404 else [e[column] for e in answer.json()[key or path]]

    costs = world.costs(client, workspace_token=workspace, groupings="service")["costs"]
    return {
        "costs": [(row["service"], row["amount"]) for row in costs],
        "services": names("cost_services", "name", workspace_token=workspace),
        "accounts": names("cost_provider_accounts", "account_id", workspace_token=workspace),
        "tags": names("tags", "tag_key"),
        "teams": names("tags/team/values", "tag_value", "tag_values"),
        "projects": names("tags/project/values", "tag_value", "tag_values"),
    }


SEES_OURS = {
    "costs": [("Seats", "10.0")],
    "services": ["Seats"],
    "accounts": ["a-1"],
    "tags": ["team"],
    "teams": ["core"],
    "projects": "Not found",
}
SEES_THEIRS = {
    "costs": [("Secrets", "5.0")],
    "services": ["Secrets"],
    "accounts": ["a-2"],
    "tags": ["project"],
    "teams": "Not found",
    "projects": ["hush"],
}


def test_each_hears_of_its_own_costs_only(world):
    world.imported(world.custom_provider("Ours"), OURS)
    world.imported(world.custom_provider("Theirs", world.other), THEIRS)
    assert told(world, world.viewer, world.main) == SEES_OURS
    assert told(world, world.stranger, world.other) == SEES_THEIRS


def test_a_provider_that_moves_takes_its_history_along(world):
    ours = world.custom_provider("Ours")
    theirs = world.custom_provider("Theirs", world.other)
    world.imported(ours, OURS)
    world.imported(theirs, THEIRS)
    for integration, workspace in ((ours, world.other), (theirs, world.main)):
        world.owner.put(f"/v2/integrations/{integration}", json={"workspace_tokens": [workspace]})
    assert told(world, world.viewer, world.main) == SEES_THEIRS
    assert told(world, world.stranger, world.other) == SEES_OURS


def test_one_provider_seen_by_both_is_counted_once_where_it_is_asked(world):
    shared = world.custom_provider("Shared", world.main, world.other)
    world.imported(shared, OURS)
    assert told(world, world.viewer, world.main) == SEES_OURS
    assert told(world, world.stranger, world.other) == SEES_OURS
    tags = world.owner.get("/v2/tags").json()["tags"]
    assert [(tag["tag_key"], tag["providers"]) for tag in tags] == [("team", [f"custom_provider:{shared}"])]


def test_a_workspace_one_may_not_enter_is_not_there(world):
    world.imported(world.custom_provider("Theirs", world.other), THEIRS)
    for workspace in (world.other, "wrkspc_0123456789abcdef"):
        asked = {"workspace_token": workspace, "filter": "costs.provider = 'custom_provider'"}
        assert world.viewer.get("/v2/costs", params=asked).status_code == 404
        # The contract knows no refusal for catalogues: those of a workspace that is not there are empty.
        for path in ("cost_services", "cost_provider_accounts", "cost_providers"):
            assert world.viewer.get(f"/v2/{path}", params=asked).json()[path] == []
