"""vantage-python, unchanged: from a CSV to an exact answer."""

from decimal import Decimal

import pytest
from vantage import CreateCustomProviderIntegration, UpdateIntegration, UpdateTag, VantageAPIError

from tests.clients.bills import JANUARY, until_imported


@pytest.fixture(scope="module")
def provider_name():
    return "Seats and Support"


@pytest.fixture
def integration(client, workspace, provider_name):
    """A custom provider in the workspace, with the bill of January."""
    made = client.integrations.create_custom_provider(
        CreateCustomProviderIntegration(name=provider_name, description="for the tests")
    )
    assert (made.provider, made.account_identifier) == ("custom_provider", provider_name)
    assert (made.status, made.workspace_tokens, made.managed_account_tokens) == ("imported", [], [])
    assigned = client.integrations.update(made.token, UpdateIntegration(workspace_tokens=[workspace]))
    assert assigned.workspace_tokens == [workspace]
    upload = client.integrations.create_user_costs_upload_via_csv(made.token, {"csv": JANUARY})
    assert upload.import_status in ("processing", "complete")
    assert until_imported(client, made.token).import_status == "complete"
    yield made.token
    client.integrations.delete(made.token)


def costs(client, workspace, integration, **asked):
    return client.costs.list(
        filter=f"costs.provider = 'custom_provider:{integration}'",
        workspace_token=workspace,
        start_date="2025-01-01",
        end_date="2025-01-31",
        **asked,
    )


def test_an_upload_tells_what_it_holds(client, integration):
    upload = client.integrations.get_user_costs_uploads(integration).user_costs_uploads[0]
    assert upload.token.startswith("usr_csts_upld_")
    assert (upload.filename, upload.amount) == ("costs.csv", "143.0")
    assert (upload.start_date, upload.end_date) == ("2025-01-01", "2025-01-10")


def test_costs_by_service_and_day_are_exact(client, workspace, integration):
    answer = costs(client, workspace, integration, groupings=["service"], order="asc")
    assert (answer.total_cost.amount, answer.total_cost.currency) == ("148.0", "USD")
    first_days = [(row.accrued_at, row.service, row.amount) for row in answer.costs[:4]]
    assert first_days == [
        ("2025-01-01", "Seats", "90.0"),
        ("2025-01-01", "Support", "5.0"),
        ("2025-01-02", "Seats", "8.0"),
        ("2025-01-02", "Support", "5.0"),
    ]
    assert sum(Decimal(row.amount) for row in answer.costs) == 148


def test_settings_change_what_counts(client, workspace, integration):
    with_credit = costs(client, workspace, integration, settings_include_credits=True)
    assert with_credit.total_cost.amount == "143.0"
    as_billed = costs(
        client, workspace, integration, settings_amortize=False, groupings=["service"], date_bin="month"
    )
    assert sorted((row.service, row.amount) for row in as_billed.costs) == [
        ("Seats", "98.0"),
        ("Support", "50.0"),
    ]


def test_costs_by_tag_name_key_and_value(client, workspace, integration):
    answer = costs(client, workspace, integration, groupings=["tag:team"], date_bin="month")
    assert sorted((row.tags, row.tag, row.amount) for row in answer.costs if row.tags) == [
        (["team:core"], "core", "100.0")
    ]
    assert sum(Decimal(row.amount) for row in answer.costs) == 148


def test_pages_of_costs_add_up_to_the_total(client, workspace, integration):
    pages = [costs(client, workspace, integration, limit=5, page=number) for number in (1, 2, 3, 4)]
    assert [page.links.next is None for page in pages[:3]].count(True) == 1
    assert sum(Decimal(row.amount) for page in pages for row in page.costs) == 148
    assert {page.total_cost.amount for page in pages} == {"148.0"}


def test_catalogues_name_the_provider_its_services_and_its_account(
    client, workspace, integration, provider_name
):
    key = f"custom_provider:{integration}"
    providers = client.cost_providers.list(workspace_token=workspace).cost_providers
    assert (provider_name, key) in [(each.name, each.key) for each in providers]
    services = client.cost_services.list(workspace_token=workspace).cost_services
    assert {"Seats", "Support"} <= {each.name for each in services}
    accounts = client.cost_provider_accounts.list(workspace_token=workspace, account_id=integration)
    assert [each.title for each in accounts.cost_provider_accounts] == [provider_name]


def test_tags_are_listed_hidden_and_shown_again(client, integration):
    found = [tag for tag in client.tags.list(search_query="TEA").tags if tag.tag_key == "team"]
    assert found[0].hidden is False
    assert f"custom_provider:{integration}" in found[0].providers
    assert client.tags.update(UpdateTag(tag_key="team", hidden=True)).tags[0].hidden is True
    assert client.tags.update(UpdateTag(tag_keys=["team"], hidden=False)).tags[0].hidden is False
    assert [value.tag_value for value in client.tags.get_values("team").tag_values] == ["core"]
    with pytest.raises(VantageAPIError) as refused:
        client.tags.get_values("a/b c")
    assert refused.value.status == 404


def test_the_same_name_replaces_an_upload(client, workspace, integration):
    smaller = JANUARY.replace("100,Seats", "90,Seats")
    client.integrations.create_user_costs_upload_via_csv(integration, {"csv": smaller})
    assert until_imported(client, integration).amount == "133.0"
    assert len(client.integrations.get_user_costs_uploads(integration).user_costs_uploads) == 1
    assert costs(client, workspace, integration).total_cost.amount == "138.0"


def test_a_deleted_upload_is_gone_from_every_answer(client, workspace, integration):
    upload = client.integrations.get_user_costs_uploads(integration).user_costs_uploads[0]
    client.integrations.delete_user_costs_upload(integration, upload.token)
    assert client.integrations.get_user_costs_uploads(integration).user_costs_uploads == []
    answer = costs(client, workspace, integration)
    assert (answer.total_cost.amount, answer.costs) == ("0.0", [])
    with pytest.raises(VantageAPIError) as refused:
        client.integrations.delete_user_costs_upload(integration, upload.token)
    assert refused.value.status == 404


def test_a_file_without_a_column_is_refused_as_clients_expect(client, integration):
    with pytest.raises(VantageAPIError) as refused:
        client.integrations.create_user_costs_upload_via_csv(integration, {"csv": "ServiceName\nSeats\n"})
    assert refused.value.status == 422
    assert "required column" in refused.value.errors[0].lower()


def test_a_wrong_row_is_named(client, integration):
    wrong = JANUARY.replace("8,Seats", "eight,Seats")
    with pytest.raises(VantageAPIError) as refused:
        client.integrations.create_user_costs_upload_via_csv(integration, {"csv": wrong})
    assert (refused.value.status, refused.value.errors) == (422, ["Row 3: BilledCost must be a valid number"])


def test_integrations_are_found_by_provider_and_name(client, integration, provider_name):
    found = client.integrations.list(provider="custom_provider", account_identifier=provider_name)
    assert [each.token for each in found.integrations] == [integration]
    assert client.integrations.get(integration).last_updated is not None
    with pytest.raises(VantageAPIError) as refused:
        client.integrations.update(integration, UpdateIntegration(workspace_tokens=[]))
    assert refused.value.status == 400
