"""vantage-python, unchanged: forecasted costs. This client knows no scenario models yet."""

import datetime as dt

from vantage import CreateCostReport

from tests.clients.bills import imported

TODAY = dt.datetime.now(dt.UTC).date()
AHEAD = TODAY + dt.timedelta(days=300)


def test_forecasted_costs_are_read_day_by_day(client, workspace):
    days = [TODAY - dt.timedelta(days=back) for back in range(1, 61)]
    lines = [
        f"Usage,{day},{amount},{name}" for day in days for name, amount in (("Seats", 10), ("Support", 4))
    ]
    bill = "\n".join(["ChargeCategory,ChargePeriodStart,BilledCost,ServiceName", *lines, ""])
    provider = imported(client, workspace, bill)
    report = client.cost_reports.create(
        CreateCostReport(
            title="Forecast",
            workspace_token=workspace,
            filter=f"costs.provider = 'custom_provider:{provider}'",
            end_date="",
            previous_period_end_date="",
        )
    )
    found = client.cost_reports.get_forecasted_costs(
        report.token, start_date=AHEAD.isoformat(), end_date=AHEAD.isoformat()
    )
    assert found.currency == "USD"
    assert [(row.date, row.provider, row.service, row.amount) for row in found.forecasted_costs] == [
        (f"{AHEAD}T00:00:00Z", "all", "all", "14.0"),
        (f"{AHEAD}T00:00:00Z", "custom_provider", "Seats", "10.0"),
        (f"{AHEAD}T00:00:00Z", "custom_provider", "Support", "4.0"),
    ]
    overall = client.cost_reports.get_forecasted_costs(report.token, provider="all", limit=1)
    assert [row.amount for row in overall.forecasted_costs] == ["14.0"]
    assert client.cost_reports.get_forecasted_costs(report.token, service="Nobody's").forecasted_costs == []
