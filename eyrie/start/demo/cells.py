"""The cells of a row that follow from an account, a day or a meter; and rows of charges without use."""

import datetime as dt
import hashlib
import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from eyrie.basics.period import ONE_DAY, first_of_month, next_month
from eyrie.basics.words import PROVIDER_NAMES, AdjustmentClass, Provider
from eyrie.costs.ledger.line_items import LineItem
from eyrie.start.demo.company import CURRENCY, Account, Env, Team
from eyrie.start.demo.meter import Meter

Cells = Mapping[str, Any]  # Any: each column has its own type

# Of a hundred resources, so many carry no tags at all, no team, or another spelling of it.
_UNTAGGED, _TEAMLESS, _MISSPELLED = 9, 7, 14
_KEYS = {Provider.AZURE: ("Team", "Environment"), Provider.DATADOG: ("team", "environment")}
_WITHOUT_TAGS = frozenset({Provider.OPEN_AI, Provider.ANTHROPIC})


def whose(account: Account) -> Cells:
    """Who bears a cost, and who bills it."""
    issuer = PROVIDER_NAMES[account.provider]
    return {
        "provider": account.provider,
        "account_id": account.id,
        "account_name": account.name,
        "billing_account_id": account.billing_id,
        "billing_account_name": account.billing_name if account.billing_id else None,
        "billing_currency": CURRENCY,
        "invoice_issuer_name": issuer,
        "publisher_name": issuer,
    }


@cache
def when(day: dt.date) -> Cells:
    """The charge period of a day, in the billing period of its month."""
    begins, month = _midnight(day), first_of_month(day)
    return {
        "accrued_on": day,
        "charge_period_start": begins,
        "charge_period_end": begins + ONE_DAY,
        "billing_period_start": _midnight(month),
        "billing_period_end": _midnight(next_month(month)),
    }


def what(meter: Meter, number: int) -> Cells:
    """What is used: the service and, where the provider tells it, the resource."""
    service, account = meter.service, meter.account
    cells = {
        "service": service.name,
        "category": meter.category,
        "subcategory": meter.subcategory,
        "service_category": service.focus[0],
        "service_subcategory": service.focus[1],
        "region": meter.region,
        "region_name": meter.region,
    }
    if service.resource is None:
        return cells
    name = name_of(meter, number)
    about = (account.provider, account.id, meter.region, service.name, name)
    resource = service.resource.format(
        name=name,
        team=meter.team.name if meter.team else "shared",
        region=meter.region,
        account=account.id,
        billing=account.billing_id,
        hex=hashlib.sha256(" ".join(map(str, about)).encode()).hexdigest(),
    )
    return {**cells, "resource_id": resource, "resource_name": name, "resource_type": service.kind}


def line(
    account: Account,
    day: dt.date,
    cost: Decimal,
    service: str,
    charge_type: str,
    charge_category: str,
    adjustment_class: AdjustmentClass = AdjustmentClass.NONE,
    **more: object,
) -> LineItem:
    """A charge without use, the same in both views unless `more` says otherwise."""
    cells: Cells = {
        "billed_cost": cost,
        "effective_cost": cost,
        "service": service,
        "charge_type": charge_type,
        "charge_category": charge_category,
        "adjustment_class": adjustment_class,
        **more,
    }
    return LineItem(**{**whose(account), **when(day), **cells})


def name_of(meter: Meter, number: int) -> str:
    """The name of one resource of a meter."""
    return meter.name if meter.count == 1 else f"{meter.name}-{number + 1}"


def tags_of(meter: Meter, number: int, chance: random.Random) -> Mapping[str, str]:
    """The tags of one resource: with gaps, and with the spellings that people use."""
    drawn = chance.randrange(100)
    if meter.account.provider in _WITHOUT_TAGS:
        return {}
    if meter.account.provider is Provider.KUBERNETES:
        return _pod(meter, number)
    if meter.team is None or drawn < _UNTAGGED:
        return {}
    team_key, env_key = _KEYS.get(meter.account.provider, ("team", "env"))
    tags = {env_key: meter.env.value, "app": meter.name.lower()}
    if meter.account.provider is Provider.AWS and meter.env is Env.PRODUCTION:
        tags["cost-center"] = meter.team.cost_center
    if drawn >= _UNTAGGED + _TEAMLESS:
        tags[team_key] = _spelling(meter.team, chance, misspelled=drawn >= 100 - _MISSPELLED)
    return tags


def _spelling(team: Team, chance: random.Random, *, misspelled: bool) -> str:
    others = team.spellings[1:]
    return chance.choice(others) if misspelled and others else team.name


def _pod(meter: Meter, number: int) -> Mapping[str, str]:
    """What a cluster knows of a pod."""
    team = meter.team.name if meter.team else "shared"
    return {
        "namespace": team,
        "controller": meter.name,
        "pod": name_of(meter, number),
        "vntg:category": meter.category or "",
    }


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
