"""vantage-python, unchanged: exchange rates in, costs in the currency of a workspace out."""

import pytest
from vantage import CreateWorkspace, UpdateWorkspace, VantageAPIError

from tests.clients.bills import imported

BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency
Usage,2025-01-10,10.00,Seats,SEK
"""
RATES = "base_currency_code,currency_code,rate,date\nUSD,SEK,0.8,2025-01-01\nUSD,NOK,0.9,2025-01-01\n"


@pytest.fixture
def norway(client):
    """A workspace that sees Norwegian crowns."""
    made = client.workspaces.create(CreateWorkspace(name="In crowns", currency="NOK"))
    yield made.token
    client.request("DELETE", f"/v2/workspaces/{made.token}")  # it knows no method for it


def costs(client, workspace):
    return client.costs.list(
        filter="costs.provider = 'custom_provider'",
        workspace_token=workspace,
        start_date="2025-01-01",
        end_date="2025-01-31",
    )


def test_costs_are_converted_once_there_are_rates(client, norway):
    integration = imported(client, norway, BILL, name="Sweden")
    with pytest.raises(VantageAPIError) as missing:
        costs(client, norway)
    assert (missing.value.status, "SEK to NOK" in missing.value.errors[0]) == (400, True)
    client.exchange_rates.create_via_csv({"csv": RATES})
    kept = client.exchange_rates.list(limit=1000).exchange_rates
    assert {(each.base_currency_code, each.currency_code, each.rate) for each in kept} >= {
        ("USD", "SEK", "0.8"),
        ("USD", "NOK", "0.9"),
    }
    total = costs(client, norway).total_cost
    assert (total.amount, total.currency) == ("11.25", "NOK")
    client.workspaces.update(
        norway, UpdateWorkspace(name="In Swedish crowns", enable_currency_conversion=False)
    )
    assert costs(client, norway).total_cost.amount == "10.0"
    client.integrations.delete(integration)


def test_a_wrong_file_is_told_by_row(client):
    with pytest.raises(VantageAPIError) as refused:
        client.exchange_rates.create_via_csv({"csv": RATES.replace("0.9", "-0.9")})
    assert (refused.value.status, refused.value.errors) == (
        400,
        ["Row 2: rate must be a number more than 0, such as 0.92"],
    )
