"""Examples of integrations, uploads and tags."""

import datetime as dt
from collections.abc import Mapping
from itertools import count

from tests.operations.examples.example import Entry, Example, Maker, Names, Sent, new_name
from tests.world import World

PASSWORD = "azure-password-nobody-may-see"
BILL = """\
ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,Tags,SubAccountId
Usage,2025-01-01,100,Seats,"{""team/a b"": ""red""}",account-1
"""
TAG_KEY = "team/a b"
_days = count()


def make_integration(world: World, _names: Names, workspace: str) -> str:
    """A custom provider whose costs one workspace sees."""
    return world.custom_provider(new_name("Provider"), workspace)


def make_upload(world: World, names: Names, _workspace: str) -> str:
    """A bill at the custom provider that was named before."""
    return world.imported(names["integration_token"], BILL, new_name("bill"))


def make_tag_key(world: World, names: Names, workspace: str) -> str:
    """A tag key with a slash and a blank in it, on costs of the workspace."""
    world.imported(make_integration(world, names, workspace), BILL)
    return TAG_KEY


def _with_a_shown_tag(world: World, names: Names) -> None:
    """A tag key that nobody has hidden."""
    shown = {"tag_key": make_tag_key(world, names, world.main), "hidden": False}
    assert world.owner.put("/v2/tags", json=shown).status_code == 200


def _upload(_world: World) -> Sent:
    return {"files": {"csv": (new_name("file"), BILL.encode())}, "data": {"auto_transform": "false"}}


def make_rate(world: World) -> str:
    """A rate for a day that has none yet; the day."""
    sent = _rates(world)
    assert world.owner.post("/v2/exchange_rates/csv", **sent).status_code == 201
    return sent["files"]["csv"][1].decode().strip()[-10:]


def _rates(_world: World) -> Sent:
    """A file with a rate for a day that has none yet."""
    day = dt.date(2025, 1, 1) + dt.timedelta(days=next(_days))
    text = f"base_currency_code,currency_code,rate,date\nUSD,EUR,0.92,{day}\n"
    return {"files": {"csv": ("rates.csv", text.encode())}}


MAKERS: Mapping[str, Maker] = {
    "integration_token": make_integration,
    "user_costs_upload_token": make_upload,
    "key": make_tag_key,
}

EXAMPLES: Mapping[str, Example] = {
    "createCustomProviderIntegration": Example(
        lambda _: {"json": {"name": new_name("Provider"), "description": "What we pay for seats"}},
        Entry("integration", "record_created", "provider"),
    ),
    "createGCPIntegration": Example(
        lambda _: {"json": {"billing_account_id": "B-1", "project_id": "p", "dataset_name": "d"}},
        Entry("integration", "record_created", "account_identifier"),
    ),
    "createAzureIntegration": Example(
        lambda _: {"json": {"tenant": "T-1", "app_id": "A-1", "password": PASSWORD}},
        Entry("integration", "record_created", "account_identifier"),
    ),
    "updateIntegration": Example(
        lambda world: {"json": {"workspace_tokens": [world.other, world.main]}},
        Entry("integration", "record_updated", "workspace_tokens"),
    ),
    "deleteIntegration": Example(leaves=Entry("integration", "record_destroyed", "workspace_tokens")),
    "createUserCostsUploadViaCsv": Example(_upload, Entry("user_costs_upload", "record_created", "filename")),
    "deleteUserCostsUpload": Example(leaves=Entry("user_costs_upload", "record_destroyed", "amount")),
    "createExchangeRatesViaCsv": Example(_rates, Entry("exchange_rate", "record_created", "rate")),
    "updateTag": Example(
        lambda _: {"json": {"tag_key": TAG_KEY, "hidden": True}},
        Entry("tag", "record_updated", "hidden"),
        _with_a_shown_tag,
    ),
}
