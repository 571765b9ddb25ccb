"""vantage-python, unchanged: cost reports, and costs asked for as one."""

import pytest
from vantage import CreateCostReport, CreateFolder, CreateSavedFilter, UpdateCostReport, VantageAPIError

from tests.clients.bills import JANUARY, imported


@pytest.fixture(scope="module")
def report_fields():
    """What this client always sends: end dates, be they empty."""
    return {"end_date": "", "previous_period_end_date": ""}


def test_a_report_lives(client, workspace, report_fields):
    made = client.cost_reports.create(
        CreateCostReport(
            title="AWS by service", workspace_token=workspace, groupings="service", **report_fields
        )
    )
    assert made.token.startswith("rprt_")
    assert (made.title, made.groupings, made.workspace_token) == ("AWS by service", "service", workspace)
    assert (made.date_interval, made.chart_type, made.date_bin) == ("this_month", "line", "cumulative")
    assert made.settings.amortize is True
    assert client.cost_reports.get(made.token) == made
    assert made.token in [report.token for report in client.cost_reports.list(limit=1000).cost_reports]
    renamed = client.cost_reports.update(
        made.token, UpdateCostReport(title="Renamed", date_interval="last_month")
    )
    assert (renamed.title, renamed.date_interval, renamed.groupings) == ("Renamed", "last_month", "service")
    client.cost_reports.delete(made.token)
    with pytest.raises(VantageAPIError) as refused:
        client.cost_reports.get(made.token)
    assert (refused.value.status, refused.value.errors) == (404, ["Cost report not found"])


def test_a_filter_that_is_wrong_is_refused_in_sentences(client, workspace, report_fields):
    wrong = CreateCostReport(
        title="Wrong", workspace_token=workspace, filter="costs.colour = 'red'", **report_fields
    )
    with pytest.raises(VantageAPIError) as refused:
        client.cost_reports.create(wrong)
    assert refused.value.status == 400
    assert "costs.colour" in refused.value.errors[0]


def test_costs_are_asked_for_as_a_report_with_its_folder_and_saved_filters(client, workspace, report_fields):
    provider = imported(client, workspace, JANUARY)
    saved = client.saved_filters.create(
        CreateSavedFilter(
            title="Ours",
            filter=f"costs.provider = 'custom_provider:{provider}'",
            workspace_token=workspace,
        )
    )
    folder = client.folders.create(
        CreateFolder(title="Ours", saved_filter_tokens=[saved.token], workspace_token=workspace)
    )
    fields = {**report_fields, "start_date": "2025-01-01", "end_date": "2025-01-31"}
    report = client.cost_reports.create(
        CreateCostReport(
            title="January", folder_token=folder.token, date_bin="month", groupings="service", **fields
        )
    )
    assert (report.start_date, report.end_date, report.folder_token) == (
        "2025-01-01",
        "2025-01-31",
        folder.token,
    )
    costs = client.costs.list(cost_report_token=report.token, groupings="service")
    assert costs.total_cost.amount == "148.0"
    assert {row.accrued_at for row in costs.costs} == {"2025-01-01"}
    compared = client.cost_reports.update(
        report.token,
        UpdateCostReport(previous_period_start_date="2024-11-01", previous_period_end_date="2024-11-30"),
    )
    assert (compared.previous_period_start_date, compared.previous_period_end_date) == (
        "2024-11-01",
        "2024-11-30",
    )
