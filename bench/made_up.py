"""Makes up a bill: FOCUS CSV of any size with the variety that bills have, the same for the same seed.

Five providers, 200 accounts, 300 services, 60 regions; up to 200,000 resources, of which a few are used far
more than others; 30 tag keys with 3 to 900 values, and a `Name` of its own on every seventh resource. Rows
are usage, covered and unused commitments and their purchases, credits, taxes, refunds, and usage that is
free; a tenth is told by the hour. All costs are in US dollars and have ten decimals.

What looks like chance are the bits of MD5 of the seed and a row's number, and all is reckoned in whole
numbers from them, so no machine and no version of the engine makes up another bill.
"""

import datetime as dt
import json
import random
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.made_up_columns import COLUMNS, MIX, SELLERS, Kind
from eyrie.basics.period import next_month

MOST_RESOURCES = 200_000
STACKS = 12_000  # sets of tags that resources share
SEED = 7
# Tag keys, how many in a thousand stacks have one, and how many values it has.
_KEYS = """
env 720 5, team 620 40, app 520 220, cost-center 450 60, owner 360 300, project 300 150, business-unit 220 12,
component 200 80, tier 160 4, cluster 140 40, namespace 140 160, managed-by 140 3, module 140 120,
data-class 100 4, compliance 100 5, customer 100 900, feature 100 120, release 100 60, backup 100 3,
schedule 50 4, created-by 50 150, region-group 50 5, stack 50 400, domain 50 30, service-owner 50 90,
on-call 50 40, sla 50 4, product 50 25, repository 50 300
"""
KEYS = [(key, int(carried), int(values)) for key, carried, values in map(str.split, _KEYS.split(","))]
MOST_TAGS = 7  # besides the name

_MACROS = (
    # Some of the 64 bits of a number, as a number.
    "bits(x, from_bit, count) AS ((x >> from_bit) & ((1::UBIGINT << count) - 1))::BIGINT",
    # From two runs of bits one number below a limit, of which small ones come more often.
    "skewed(x, low, count, below) AS bits(x, low, count) * bits(x, low + count, count) * below >> 2 * count",
    "exact(units, one) AS CAST(units AS DECIMAL(28,0)) * CAST(one AS DECIMAL(10,10))",
)
_RESOURCES = """
CREATE TABLE resources AS
SELECT resource, account, seller, $sellers[1 + seller] AS seller_name,
    seller * 60 + skewed(y, 0, 16, 60) AS service, seller * 12 + skewed(y, 32, 16, 12) AS region,
    'urn:cloud:' || account || ':resource/' || lpad(to_hex(x), 16, '0') AS id,
    CASE WHEN bits(x, 32, 16) % 7 > 0 THEN text
         WHEN text = '{}' THEN '{"Name":"host-' || resource || '"}'
         ELSE left(text, length(text) - 1) || ',"Name":"host-' || resource || '"}' END AS labels
FROM (
    SELECT *, [0, 0, 0, 0, 0, 1, 1, 2, 3, 4][1 + account % 10] AS seller, bits(x, 48, 16) % $stacks AS stack
    FROM (
        SELECT resource, x, y, skewed(x, 0, 16, 200) AS account FROM (
            SELECT resource, md5_number_lower($seed || ' resource ' || resource) AS x,
                md5_number_upper($seed || ' resource ' || resource) AS y
            FROM range($resources) made(resource)
        )
    )
) JOIN stacks USING (stack)
"""
_ROWS = """
SELECT n, DATE '{first}' + ({days} * (n - {start}) // {rows})::INTEGER AS day,
    CASE WHEN bits(x, 0, 8) < 24 THEN bits(x, 0, 8) END AS hour, {kind} AS kind,
    skewed(x, 24, 16, {resources}) AS of_resource, 1 + skewed(y, 0, 12, 3000) * (1 + bits(y, 24, 9)) AS q,
    100 * (1 + skewed(y, 33, 13, 9999)) AS p, 5 * (bits(y, 59, 5) % 5) AS off
FROM (
    SELECT n, md5_number_lower('{seed} row ' || n) AS x, md5_number_upper('{seed} row ' || n) AS y
    FROM range({start}, {start} + {rows}) made(n)
)
"""


def write_csv(
    path: Path, first: dt.date, months: int, rows: int, *, seed: int = SEED, start: int = 0
) -> None:
    """Write so many rows, spread evenly over whole months; `start` is the number of the first one.

    Bills of other row numbers are other bills of the same resources.
    """
    last = first
    for _ in range(months):
        last = next_month(last)
    resources = min(MOST_RESOURCES, max(100, rows * 12 // months // 10))
    with duckdb.connect() as connection:
        _prepare(connection, resources, seed)
        made = _ROWS.format(
            first=first,
            days=(last - first).days,
            rows=rows,
            start=start,
            resources=resources,
            kind=_kind(),
            seed=seed,
        )
        columns = ", ".join(f'{column.value} AS "{column.name}"' for column in COLUMNS)
        connection.execute(
            f"COPY (SELECT {columns} FROM ({made}) JOIN resources ON of_resource = resource) "
            f"TO '{path}' (FORMAT csv, HEADER)"
        )


def _prepare(connection: duckdb.DuckDBPyConnection, resources: int, seed: int) -> None:
    connection.execute("SET enable_progress_bar = false")
    for macro in _MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    texts = [json.dumps(tags, separators=(",", ":")) for tags in _stacks(seed)]
    connection.execute(
        "CREATE TABLE stacks AS SELECT unnest(range(len($texts))) AS stack, unnest($texts) AS text",
        {"texts": texts},
    )
    connection.execute(
        _RESOURCES, {"resources": resources, "stacks": STACKS, "seed": str(seed), "sellers": list(SELLERS)}
    )


def _stacks(seed: int) -> Sequence[dict[str, str]]:
    """The sets of tags; one in eight is empty, and a few values of each key are far more common."""
    chance = random.Random(seed)
    stacks = []
    for _ in range(STACKS):
        tags: dict[str, str] = {}
        if chance.randrange(8):
            for key, carried, values in KEYS:
                if len(tags) < MOST_TAGS and chance.randrange(1000) < carried:
                    tags[key] = f"{key}-{min(chance.randrange(values), chance.randrange(values)):03d}"
        stacks.append(tags)
    return stacks


def _kind() -> str:
    """The kinds in their proportions."""
    tests, below = [], 0
    for kind, share in MIX.items():
        below += share
        tests.append(f"WHEN bits(x, 8, 16) % 1000 < {below} THEN {kind:d}")
    return f"CASE {' '.join(tests)} ELSE {Kind.USAGE:d} END"
