"""Integrations: added, assigned to workspaces, found, and deleted with all that came through them."""

import pytest
import sqlalchemy as sa

from eyrie.records.bills.rows import IntegrationRow, UploadRow
from tests.operations.examples.bills import PASSWORD
from tests.operations.table_of_tests import is_refusal
from tests.stories.test_first_bill import SEATS_AND_SUPPORT

GCP = {"billing_account_id": "0150-B", "project_id": "billing", "dataset_name": "export"}
AZURE = {"tenant": "T-1", "app_id": "A-1", "password": PASSWORD}


def add(world, kind, **body):
    return world.owner.post(f"/v2/integrations/{kind}", json=body)


def get(world, token):
    return world.owner.get(f"/v2/integrations/{token}").json()


def assign(world, token, *workspaces):
    return world.owner.put(f"/v2/integrations/{token}", json={"workspace_tokens": list(workspaces)})


def test_a_custom_provider_as_it_is_shown(shared):
    told = add(shared, "custom_provider", name="CRM", description="Seats").json()
    assert get(shared, told["token"]) == told
    assert told.pop("token").startswith("accss_crdntl_")
    assert told == {
        "provider": "custom_provider",
        "account_identifier": "CRM",
        "status": "imported",
        "last_updated": None,
        "workspace_tokens": [],
        "created_at": "2025-02-15T12:00:00Z",
        "managed_account_tokens": [],
    }


@pytest.mark.parametrize(("kind", "body", "account"), [("gcp", GCP, "0150-B"), ("azure", AZURE, "T-1")])
def test_a_cloud_is_recorded_until_a_collector_comes(shared, kind, body, account):
    told = add(shared, kind, **body).json()
    assert (told["provider"], told["account_identifier"], told["status"]) == (kind, account, "pending")
    assert set(told) == set(add(shared, "custom_provider", name="x").json())


@pytest.mark.parametrize(
    ("kind", "needed"), [("custom_provider", ["name"]), ("gcp", list(GCP)), ("azure", list(AZURE))]
)
def test_what_is_needed_is_named_all_at_once(shared, kind, needed):
    for blank in ({}, dict.fromkeys(needed, "  "), dict.fromkeys(needed)):
        answer = add(shared, kind, **blank)
        assert is_refusal(answer, 400)
        assert answer.json()["errors"] == [f"{name} is missing" for name in needed]


def test_a_password_is_kept_sealed(shared):
    token = add(shared, "azure", **AZURE).json()["token"]
    with shared.house.database.reading() as session:
        row = session.get_one(IntegrationRow, token)
    assert PASSWORD not in str(vars(row))
    assert shared.house.secrets.open(row.sealed_secret) == PASSWORD


def test_names_may_repeat_and_never_change(shared):
    first, second = (add(shared, "custom_provider", name="Twice").json()["token"] for _ in "ab")
    assert first != second
    changed = shared.owner.put(
        f"/v2/integrations/{first}", json={"name": "Once", "account_identifier": "Once"}
    )
    assert changed.json()["account_identifier"] == "Twice"


def test_the_workspaces_come_back_in_the_order_in_which_they_were_named(shared):
    token = add(shared, "custom_provider", name="x").json()["token"]
    for order in ([shared.other, shared.main], [shared.main, shared.other], [shared.other]):
        assert assign(shared, token, *order).json()["workspace_tokens"] == order
        assert get(shared, token)["workspace_tokens"] == order
    assert assign(shared, token, shared.main, shared.main).json()["workspace_tokens"] == [shared.main]


def test_access_can_never_be_emptied(shared):
    token = shared.custom_provider("x")
    answer = assign(shared, token)
    assert is_refusal(answer, 400)
    for kept in ({}, {"workspace_tokens": None}):
        answer = shared.owner.put(f"/v2/integrations/{token}", json=kept)
        assert answer.json()["workspace_tokens"] == [shared.main]


def test_an_unknown_workspace_changes_nothing(shared):
    token = shared.custom_provider("x")
    answer = assign(shared, token, shared.other, "wrkspc_0123456789abcdef")
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["Workspace not found: wrkspc_0123456789abcdef"]
    assert get(shared, token)["workspace_tokens"] == [shared.main]


def test_assigning_and_taking_away_act_on_history_at_once(world):
    provider = add(world, "custom_provider", name="CRM").json()["token"]
    world.imported(provider, SEATS_AND_SUPPORT)

    def totals():
        return [world.costs(workspace_token=w)["total_cost"]["amount"] for w in (world.main, world.other)]

    assert totals() == ["0.0", "0.0"]
    assign(world, provider, world.main, world.other)
    assert totals() == ["148.0", "148.0"]
    assign(world, provider, world.other)
    assert totals() == ["0.0", "148.0"]


def test_the_status_follows_the_uploads(world):
    provider = world.custom_provider()
    token = world.upload(provider, SEATS_AND_SUPPORT).json()["token"]
    assert (get(world, provider)["status"], get(world, provider)["last_updated"]) == ("importing", None)
    world.pass_time(minutes=5)
    world.work()
    done = get(world, provider)
    assert (done["status"], done["last_updated"]) == ("imported", "2025-02-15T12:05:00Z")
    assert get(world, provider) == done
    with world.house.database.writing() as session:
        session.get_one(UploadRow, token).import_status = "error"
    assert get(world, provider)["status"] == "error"
    world.pass_time()
    world.imported(provider, SEATS_AND_SUPPORT, "better.csv")
    assert get(world, provider)["status"] == "imported"


def test_they_are_found_by_provider_and_account(world):
    crm, erp = (add(world, "custom_provider", name=name).json()["token"] for name in ("CRM", "ERP"))
    gcp = add(world, "gcp", **GCP).json()["token"]

    def listed(**asked):
        return {
            one["token"] for one in world.owner.get("/v2/integrations", params=asked).json()["integrations"]
        }

    assert listed() == {crm, erp, gcp}
    assert listed(provider="custom_provider") == {crm, erp}
    assert listed(provider="custom_provider", account_identifier="CRM") == {crm}
    assert listed(provider="custom_provider", account_identifier="crm") == set()
    assert listed(provider="gcp", account_identifier="CRM") == set()
    assert listed(provider="aws") == set()


def test_an_account_without_its_provider_is_refused(shared):
    answer = shared.owner.get("/v2/integrations", params={"account_identifier": "CRM"})
    assert is_refusal(answer, 400)
    assert answer.json()["errors"] == ["account_identifier can only be used together with provider"]
    assert is_refusal(shared.owner.get("/v2/integrations", params={"provider": "cloud"}), 400)


def test_deleting_one_takes_its_uploads_and_costs_and_nobody_elses(world):
    gone, kept = world.custom_provider("Gone"), world.custom_provider("Kept")
    for provider in (gone, kept):
        world.imported(provider, SEATS_AND_SUPPORT)
    world.upload(gone, SEATS_AND_SUPPORT, "late.csv")
    assert world.costs()["total_cost"]["amount"] == "296.0"
    assert world.owner.delete(f"/v2/integrations/{gone}").status_code == 204
    assert world.costs()["total_cost"]["amount"] == "148.0"
    world.work()
    assert world.costs()["total_cost"]["amount"] == "148.0"
    assert is_refusal(world.owner.get(f"/v2/integrations/{gone}/costs"), 404)
    assert is_refusal(world.owner.delete(f"/v2/integrations/{gone}"), 404)
    with world.house.database.reading() as session:
        assert set(session.scalars(sa.select(UploadRow.integration_token))) == {kept}
    assert world.costs(filter=f"costs.provider = 'custom_provider:{gone}'")["costs"] == []


def test_costs_go_to_custom_providers_only(shared):
    for kind, body in (("gcp", GCP), ("azure", AZURE)):
        token = add(shared, kind, **body).json()["token"]
        answer = shared.upload(token, SEATS_AND_SUPPORT)
        assert is_refusal(answer, 422)
        assert answer.json()["errors"] == ["Costs can be uploaded to custom providers only"]
        assert shared.owner.get(f"/v2/integrations/{token}/costs").json() == {"user_costs_uploads": []}


def test_uploads_are_listed_in_the_order_of_coming(world):
    provider = world.custom_provider()
    for name in ("b.csv", "a.csv"):
        world.pass_time()
        world.imported(provider, SEATS_AND_SUPPORT, name)
    body = world.owner.get(f"/v2/integrations/{provider}/costs").json()
    assert list(body) == ["user_costs_uploads"]
    assert [
        (one["filename"], one["import_status"], one["created_at"]) for one in body["user_costs_uploads"]
    ] == [
        ("b.csv", "complete", "2025-02-15T12:00:01.000Z"),
        ("a.csv", "complete", "2025-02-15T12:00:02.000Z"),
    ]
