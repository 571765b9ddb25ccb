"""A meter: one kind of use that is paid for, and how `meters.py` writes it down.

    [AWS_SHOP eu-central-1]
    EC2 | Instance/Box:m7g.2xlarge | 46 Hrs at 0.3916 | shop-web x4 | storefront shop +15 covered

The line in brackets names the account and the region of what follows. An entry names the service, the
category and subcategory, how much of which unit each resource uses on an ordinary day of the first month and
what one costs, the resource and how many there are of it, and its habits: the team (`shared` things were
tagged by nobody), the rhythm, the growth in thousandths a month, the environment unless it is production, and
marks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eyrie.start.demo import company, services
from eyrie.start.demo.company import TEAMS, Account, Env, Team
from eyrie.start.demo.services import Service


class Rhythm(StrEnum):
    """How the use of a day depends on the day."""

    STEADY = "steady"  # the same every day, to the digit
    EVEN = "even"  # about the same every day
    OFFICE = "office"  # people at desks: little at weekends
    SHOP = "shop"  # customers: fewer at weekends, many before Christmas
    BATCH = "batch"  # much on the last two days of a month and the first, little else


class Mark(StrEnum):
    """What else there is to a meter."""

    COVERED = "covered"  # by the savings plan, as far as that goes
    RESERVED = "reserved"  # paid in advance by the reservation
    LEAVES = "leaves"  # ends with the move from Azure to Google Cloud
    ARRIVES = "arrives"  # begins with it


@dataclass(frozen=True)
class Meter:
    """One kind of use."""

    account: Account
    region: str | None
    service: Service
    category: str | None
    subcategory: str | None
    amount: int
    unit: str
    price: Decimal
    name: str
    count: int
    team: Team | None
    env: Env
    rhythm: Rhythm
    growth: int
    marks: frozenset[Mark]


_HEAD = re.compile(r"\[(\w+)(?: (\S+))?\]")
_ENTRY = re.compile(
    r"(?P<service>\w+) *\| (?P<category>[^|/]*?)(?:/(?P<subcategory>[^|]*?))? *"
    r"\| (?P<amount>\d+) (?P<unit>[^|]+?) at (?P<price>[\d.]+) *"
    r"\| (?P<name>\S+)(?: x(?P<count>\d+))? *\| (?P<habits>.+)"
)
_TEAMS = {team.name: team for team in TEAMS}


def read_meters(table: str) -> Iterator[Meter]:
    """Read a table of meters; a line that cannot be read is a mistake of ours.

    >>> [meter] = read_meters("[AZURE_TEST westeurope]\\nVM | D2s v5 | 24 Hrs at 0.1 | lab x2 | core even")
    >>> meter.account.id, meter.region, meter.count, meter.price, meter.team.name, meter.env.value
    ('warehouse-test', 'westeurope', 2, Decimal('0.1'), 'core', 'production')
    """
    account, region = company.AWS_PAYER, None
    for line in filter(None, map(str.strip, table.splitlines())):
        if head := _HEAD.fullmatch(line):
            account, region = getattr(company, head[1]), head[2]
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(f"not a meter: {line}")
        yield _meter(entry, account, region)


def _meter(entry: re.Match[str], account: Account, region: str | None) -> Meter:
    team, rhythm, *rest = entry["habits"].split()
    growth = [word for word in rest if word[0] in "+-"]
    envs = [Env(word) for word in rest if word in Env.__members__.values()]
    return Meter(
        account=account,
        region=region,
        service=getattr(services, entry["service"]),
        category=entry["category"].strip() or None,
        subcategory=entry["subcategory"],
        amount=int(entry["amount"]),
        unit=entry["unit"],
        price=Decimal(entry["price"]),
        name=entry["name"],
        count=int(entry["count"] or 1),
        team=None if team == "shared" else _TEAMS[team],
        env=envs[0] if envs else Env.PRODUCTION,
        rhythm=Rhythm(rhythm),
        growth=int(growth[0]) if growth else 0,
        marks=frozenset(Mark(word) for word in rest if word not in (*growth, *envs)),
    )
