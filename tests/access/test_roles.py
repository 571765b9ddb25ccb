"""What each role may do, and which workspace a call is about."""

import pytest

from eyrie.access.caller import Role
from eyrie.store.people import UserRow
from tests.operations.examples import carried_out, make_names
from tests.operations.table_of_tests import BY_NAME, is_refusal

SEVERAL = "workspace_token is required because this token can use several Workspaces"
MAY = """\
                                  owner  integration_owner  editor  viewer
getWorkspaces                     yes    yes                yes     yes
createWorkspace                   yes    no                 no      no
updateWorkspace                   yes    no                 no      no
deleteWorkspace                   yes    no                 no      no
getUsers                          yes    yes                yes     yes
getFolder                         yes    yes                yes     yes
createFolder                      yes    yes                yes     no
updateFolder                      yes    yes                yes     no
deleteFolder                      yes    yes                yes     no
getSavedFilter                    yes    yes                yes     yes
createSavedFilter                 yes    yes                yes     no
getCostReport                     yes    yes                yes     yes
createCostReport                  yes    yes                yes     no
updateCostReport                  yes    yes                yes     no
deleteCostReport                  yes    yes                yes     no
getIntegrations                   yes    yes                no      no
getIntegration                    yes    yes                no      no
createCustomProviderIntegration   yes    yes                no      no
createGCPIntegration              yes    yes                no      no
updateIntegration                 yes    yes                no      no
deleteIntegration                 yes    yes                no      no
createUserCostsUploadViaCsv       yes    yes                no      no
getUserCostsUploads               yes    yes                no      no
deleteUserCostsUpload             yes    yes                no      no
getTags                           yes    yes                yes     yes
updateTag                         yes    yes                no      no
getCosts                          yes    yes                yes     yes
explainCosts                      yes    yes                yes     yes
getCostProviders                  yes    yes                yes     yes
getBusinessMetrics                yes    yes                yes     yes
createBusinessMetric              yes    yes                yes     no
updateBusinessMetric              yes    yes                yes     no
deleteBusinessMetric              yes    yes                yes     no
updateBusinessMetricValuesCSV     yes    yes                yes     no
deleteBusinessMetricValues        yes    yes                yes     no
getUnitCosts                      yes    yes                yes     yes
updateMe                          yes    yes                yes     yes
createApiToken                    yes    yes                yes     yes
updateUser                        yes    no                 no      no
"""
TAGGED = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags
Usage,2025-01-01,1,Seats,"{""team/a b"": ""red""}"
"""
ROLES = MAY.splitlines()[0].split()
CELLS = [
    pytest.param(line.split()[0], role, word == "yes", id=f"{line.split()[0]}-{role}")
    for line in MAY.splitlines()[1:]
    for role, word in zip(ROLES, line.split()[1:], strict=True)
]


@pytest.fixture(scope="module")
def people(shared):
    """One of each role, in Main."""
    return {
        role: shared.client(shared.person(f"the-{role}", Role(role), shared.main, shared.other))
        for role in ROLES
    }


@pytest.mark.parametrize(("name", "role", "may"), CELLS)
def test_what_a_role_may_do(shared, people, name, role, may):
    operation = BY_NAME[name]
    names = make_names(shared, operation)
    if "workspace_token" in names and not may:
        names["workspace_token"] = shared.main
    if name == "updateTag":
        shared.imported(shared.custom_provider(), TAGGED)
    answer = carried_out(shared, operation, client=people[role], names=names)
    if may:
        assert answer.status_code == operation.answers.status, answer.text
    else:
        assert is_refusal(answer, 403)


@pytest.fixture
def mixed(world):
    """Somebody who edits Main and looks at Other."""
    user = world.person("mixed", Role.EDITOR, world.main)
    world.joins(user, world.other, Role.VIEWER)
    return world.client(user)


def test_a_role_holds_in_its_workspace(world, mixed):
    for workspace, status in ((world.main, 201), (world.other, 403)):
        body = {"title": "x", "workspace_token": workspace}
        assert mixed.post("/v2/folders", json=body).status_code == status
        folder = world.owner.post("/v2/folders", json=body).json()["token"]
        assert mixed.get(f"/v2/folders/{folder}").status_code == 200
        assert (mixed.put(f"/v2/folders/{folder}", json={}).status_code == 200) is (status == 201)
        assert (mixed.delete(f"/v2/folders/{folder}").status_code == 204) is (status == 201)


def test_a_parent_decides_where_rights_are_asked_for(world, mixed):
    body = {"title": "x", "workspace_token": world.other}
    parent = world.owner.post("/v2/folders", json=body).json()["token"]
    inside = {"title": "y", "parent_folder_token": parent, "workspace_token": world.main}
    assert is_refusal(mixed.post("/v2/folders", json=inside), 403)


def test_lists_leave_out_what_is_invisible(world):
    for workspace in (world.main, world.other):
        world.owner.post("/v2/folders", json={"title": workspace, "workspace_token": workspace})
        world.owner.post("/v2/saved_filters", json={"title": workspace, "workspace_token": workspace})
        world.pass_time()
    for key in ("folders", "saved_filters"):
        seen = {client: _titles(client, key) for client in (world.owner, world.viewer, world.stranger)}
        assert seen[world.owner] == [world.main, world.other]
        assert seen[world.viewer] == [world.main]
        assert seen[world.stranger] == [world.other]
        assert _titles(world.viewer, key, workspace_token=world.other) == []
        assert _titles(world.owner, key, workspace_token=world.other) == [world.other]
    assert [one["token"] for one in world.viewer.get("/v2/workspaces").json()["workspaces"]] == [world.main]


def _titles(client, key, **parameters):
    return [one["title"] for one in client.get(f"/v2/{key}", params=parameters).json()[key]]


def test_the_only_workspace_is_the_default(world):
    made = world.editor.post("/v2/folders", json={"title": "x"})
    assert made.json()["workspace_token"] == world.main
    assert world.viewer.get("/v2/cost_services").status_code == 200


@pytest.mark.parametrize(
    "path", ["/v2/cost_services", "/v2/cost_providers", "/v2/costs?filter=costs.provider='aws'"]
)
def test_of_several_workspaces_one_must_be_named_for_reading(shared, path):
    answer = shared.owner.get(path)
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [SEVERAL]


@pytest.mark.parametrize("path", ["/v2/folders", "/v2/saved_filters"])
def test_of_several_workspaces_one_must_be_named_for_creating(shared, path):
    answer = shared.owner.post(path, json={"title": "x"})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == [SEVERAL]


def test_a_default_workspace_is_for_reading_and_not_for_creating(world):
    with world.house.database.writing() as session:
        session.get_one(UserRow, world.user("owner")).default_workspace_token = world.other
    provider = world.custom_provider("Here", world.other)
    listed = world.owner.get("/v2/cost_providers").json()["cost_providers"]
    assert [one["key"] for one in listed] == [f"custom_provider:{provider}"]
    assert world.owner.get("/v2/me").json()["default_workspace_token"] == world.other
    assert is_refusal(world.owner.post("/v2/folders", json={"title": "x"}), 400)


def test_a_default_that_one_does_not_see_is_none(world):
    user = world.person("lost", Role.VIEWER, world.main, world.other)
    client = world.client(user)
    with world.house.database.writing() as session:
        session.get_one(UserRow, user).default_workspace_token = "wrkspc_0123456789abcdef"
    assert client.get("/v2/cost_services").json()["errors"] == [SEVERAL]


def test_somebody_without_any_workspace_is_told_so(world):
    nobody = world.client(world.person("nobody", Role.EDITOR))
    answer = nobody.get("/v2/cost_services")
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["this token cannot use any Workspace; ask an Owner for access"]
    assert is_refusal(nobody.post("/v2/folders", json={"title": "x"}), 403)
    me = nobody.get("/v2/me").json()
    assert (me["workspaces"], me["default_workspace_token"]) == ([], None)


def test_an_invisible_workspace_is_an_unknown_one(shared):
    for workspace in (shared.other, "wrkspc_0123456789abcdef"):
        answer = shared.editor.post("/v2/folders", json={"title": "x", "workspace_token": workspace})
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == ["Workspace not found"]
        assert shared.editor.get("/v2/cost_services", params={"workspace_token": workspace}).json() == {
            "cost_services": []
        }
