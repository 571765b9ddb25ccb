"""vantage-python, unchanged: business metrics, their values, and what one of something costs."""

import pytest
from vantage import (
    AttachedCostReportForBusinessMetric,
    BusinessMetricValue,
    CreateBusinessMetric,
    CreateCostReport,
    UpdateBusinessMetric,
    VantageAPIError,
)

from tests.clients.bills import JANUARY, imported


@pytest.fixture
def report(client, workspace):
    """A report of January on a bill of ours."""
    provider = imported(client, workspace, JANUARY)
    return client.cost_reports.create(
        CreateCostReport(
            title="January",
            workspace_token=workspace,
            filter=f"costs.provider = 'custom_provider:{provider}'",
            date_bin="month",
            start_date="2025-01-01",
            end_date="2025-01-31",
            previous_period_end_date="",
        )
    )


def value(date, amount, label=None):
    return BusinessMetricValue(date=date, amount=amount, label=label)


def test_a_metric_lives(client):
    values = [value("2025-01-01", "100.5", "web"), value("2025-01-02", "2")]
    made = client.business_metrics.create(CreateBusinessMetric(title="Requests", values=values))
    assert made.token.startswith("bsnss_mtrc_")
    assert (made.title, made.import_type, made.integration_token) == ("Requests", "csv", "")
    listed = client.business_metrics.get_values(made.token)
    assert [(one.date, one.amount, one.label) for one in listed.values] == [
        ("2025-01-02T00:00:00Z", "2.0", None),
        ("2025-01-01T00:00:00Z", "100.5", "web"),
    ]
    renamed = client.business_metrics.update(made.token, UpdateBusinessMetric(title="Hits"))
    assert renamed.title == "Hits"
    assert client.business_metrics.get(made.token) == renamed
    assert made.token in [one.token for one in client.business_metrics.list(limit=5000).business_metrics]
    client.business_metrics.delete(made.token)
    with pytest.raises(VantageAPIError) as refused:
        client.business_metrics.get(made.token)
    assert (refused.value.status, refused.value.errors) == (404, ["Business metric not found"])


def test_a_csv_and_expected_values(client):
    made = client.business_metrics.create(CreateBusinessMetric(title="Orders"))
    client.business_metrics.update_values_csv(made.token, {"csv": "date,amount\n2025-01-01,5\n"})
    expected = {"csv": "date,amount\n2025-02-01,9\n", "forecasted": "true"}
    client.business_metrics.update_values_csv(made.token, expected)
    assert [one.amount for one in client.business_metrics.get_values(made.token).values] == ["5.0"]
    forecasts = client.business_metrics.get_forecasted_values(made.token)
    assert [one.amount for one in forecasts.values] == ["9.0"]
    with pytest.raises(VantageAPIError) as refused:
        client.business_metrics.update_values_csv(made.token, {"csv": "date,amount\nsoon,5\n"})
    assert (refused.value.status, refused.value.errors) == (
        422,
        ["Row 1: date must be a date such as 2025-01-31"],
    )


def test_unit_costs(client, report):
    attached = AttachedCostReportForBusinessMetric(cost_report_token=report.token, unit_scale="per_hundred")
    client.business_metrics.create(
        CreateBusinessMetric(
            title="Customers",
            values=[value("2025-01-10", "1480")],
            cost_report_tokens_with_metadata=[attached],
        )
    )
    (row,) = client.unit_costs.list(cost_report_token=report.token).unit_costs
    assert (row.business_metric_title, row.date, row.scale) == ("Customers", "2025-01-01", 100.0)
    assert (row.business_metric_amount, row.unit_cost_amount) == ("1480.0", "10.0")
    shown = client.cost_reports.get(report.token).business_metric_tokens_with_metadata
    assert [(one.business_metric_token, one.unit_scale) for one in shown] == [
        (row.business_metric_token, "per_hundred")
    ]
