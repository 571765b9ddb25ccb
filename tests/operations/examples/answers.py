"""Examples of what is computed when asked."""

from collections.abc import Mapping

from tests.operations.examples.example import Example, Sent
from tests.world import World


def _in_main(world: World) -> Sent:
    return {"params": {"workspace_token": world.main}}


def _costs_of_aws(world: World) -> Sent:
    return {"params": {"workspace_token": world.main, "filter": "costs.provider = 'aws'"}}


EXAMPLES: Mapping[str, Example] = {
    "getCosts": Example(_costs_of_aws),
    "explainCosts": Example(_costs_of_aws),
    "getCostProviders": Example(_in_main),
    "getCostServices": Example(_in_main),
    "getCostProviderAccounts": Example(_in_main),
}
