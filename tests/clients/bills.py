"""The bill that the client tests upload; its answers can be added up by hand.

January with the default settings leaves the credit out and spreads the fee over ten days:
100 - 10 + 8 + 50 = 148. On the 1st: Seats 100 - 10 = 90, Support 5. On the 2nd: Seats 8, Support 5.
"""

import time

from vantage import CreateCustomProviderIntegration, UpdateIntegration

IMPORT_SECONDS = 60
JANUARY = """\
ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,Tags
Usage,2025-01-01,,100,Seats,"{""team"": ""core""}"
Discount,2025-01-01,,-10,Seats,
Tax,2025-01-02,,8,Seats,
Credit,2025-01-02,,-5,Seats,
Fee,2025-01-01,2025-01-10,50,Support,
"""


def until_imported(client, integration):
    """Wait for the newest upload to leave `processing`, and give it."""
    end = time.monotonic() + IMPORT_SECONDS
    while time.monotonic() < end:
        upload = client.integrations.get_user_costs_uploads(integration).user_costs_uploads[-1]
        if upload.import_status != "processing":
            return upload
        time.sleep(0.1)
    raise AssertionError("the upload is still being processed")


def imported(client, workspace, csv, name="Bills"):
    """Make a custom provider in the workspace with the costs of a bill; give its token."""
    made = client.integrations.create_custom_provider(CreateCustomProviderIntegration(name=name))
    client.integrations.update(made.token, UpdateIntegration(workspace_tokens=[workspace]))
    client.integrations.create_user_costs_upload_via_csv(made.token, {"csv": csv})
    assert until_imported(client, made.token).import_status == "complete"
    return made.token
