"""vantage-python, unchanged: costs are exported, waited for, and downloaded without a token."""

import time

import httpx
import pytest
from vantage import CreateCostExport, CreateKubernetesEfficiencyReportExport, VantageAPIError

from tests.clients.bills import JANUARY, imported

WRITTEN_SECONDS = 60


@pytest.fixture
def integration(client, workspace):
    made = imported(client, workspace, JANUARY, "To be exported")
    yield made
    client.integrations.delete(made)


def until_written(client, location):
    """Wait for an export as its location says, and give it."""
    end = time.monotonic() + WRITTEN_SECONDS
    while time.monotonic() < end:
        export = client.data_exports.get(location.rpartition("/")[2])
        if export.status != "pending":
            return export
        assert export.manifest.files == []
        time.sleep(0.1)
    raise AssertionError("the export is still pending")


def asked(workspace, integration, **more):
    return CreateCostExport(
        filter=f"costs.provider = 'custom_provider:{integration}'",
        workspace_token=workspace,
        start_date="2025-01-01",
        end_date="2025-01-31",
        **more,
    )


@pytest.mark.parametrize(
    ("schema", "rows"),
    [
        ("vntg", ["2025-01-01,Seats,98.0,USD", "2025-01-01,Support,50.0,USD"]),
        ("comparison", ["Seats,98.0,0.0,98.0,,USD", "Support,50.0,0.0,50.0,,USD"]),
    ],
)
def test_costs_are_exported_by_service_and_month(client, server, workspace, integration, schema, rows):
    body = asked(workspace, integration, date_bin="month", schema=schema)
    location = client.costs.create_export(body, groupings=["service"])
    assert location.startswith(f"{server.address}/v2/data_exports/dta_xprt_")
    export = until_written(client, location)
    assert (export.status, export.export_type, export.attributes["groupings"]) == (
        "completed",
        "cost_report",
        ["service"],
    )
    (file,) = export.manifest.files
    assert export.manifest.valid_until > export.manifest.completed_at
    assert httpx.get(file).text.splitlines()[1:] == rows


def test_stored_rows_are_exported_as_focus(client, workspace, integration):
    location = client.costs.create_export(asked(workspace, integration, schema="focus"))
    (file,) = until_written(client, location).manifest.files
    header, *rows = httpx.get(file).text.splitlines()
    assert {"BilledCost", "EffectiveCost", "ChargeCategory"} <= set(header.split(","))
    assert len(rows) == 14  # the credit stays out; the fee is billed once and shared by ten days


def test_what_cannot_be_exported_is_refused_in_sentences(client, workspace, integration):
    with pytest.raises(VantageAPIError) as refused:
        client.costs.create_export(asked(workspace, integration, schema="pdf"))
    assert (refused.value.status, refused.value.errors) == (400, ["schema does not have a valid value"])
    with pytest.raises(VantageAPIError) as refused:
        client.data_exports.get("dta_xprt_0123456789abcdef")
    assert (refused.value.status, refused.value.errors) == (404, ["Data export not found"])
    with pytest.raises(VantageAPIError) as refused:
        client.kubernetes_efficiency_reports.create_export(
            CreateKubernetesEfficiencyReportExport(workspace_token=workspace), groupings=["namespace"]
        )
    assert refused.value.status == 404
    assert "POST /v2/costs/data_exports" in refused.value.errors[0]
