"""Rows to measure on: made up by the engine, the same for the same number of rows.

A year of days, 12 accounts, 40 services, 8 regions, 20,000 resources, 500 tag sets; costs with ten decimals.
"""

from eyrie.costs.ledger.columns import PART_COLUMNS
from eyrie.costs.ledger.tag_sets import tag_set_id
from eyrie.engine.columns import Kind
from eyrie.engine.port import Selected
from eyrie.engine.sql import Sql

TAG_SETS = 500
TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.AMOUNT: "DECIMAL(38,18)",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.FLAG: "BOOLEAN",
    Kind.SHORT: "SMALLINT",
    Kind.NUMBER: "INTEGER",
    Kind.LONG: "BIGINT",
}
# Spread well, and the same everywhere: no random numbers, no hash of the engine's.
_MIX = "((n * 2654435761) % 4294967296)"
_VALUES = {
    "member": "0",
    "integration": "'accss_crdntl_00000000000000aa'",
    "source_row": "n + 1",
    "provider": "'custom_provider'",
    "granularity": "'day'",
    "basis": "'both'",
    "billing_currency": "'USD'",
    "account_id": f"'account ' || ({_MIX} % 12)",
    "service": f"'service ' || ({_MIX} // 7 % 40)",
    "region": f"'region ' || ({_MIX} // 13 % 8)",
    "resource_id": f"'resource ' || ({_MIX} // 3 % 20000)",
    "charge_type": "'Usage'",
    "charge_category": "'Usage'",
    "adjustment_class": f"CASE WHEN {_MIX} % 40 = 0 THEN 'credit' ELSE 'none' END",
    "marketplace": "false",
}


def tags_of(number: int) -> dict[str, str]:
    """The tags of a set."""
    return {"team": f"team {number % 25}", "env": f"env {number % 4}", "app": f"app {number}"}


def rows(month: int, count: int) -> Selected:
    """So many rows of one month of 2025."""
    day = f"make_date(2025, {month}, 1 + (n % 28)::INTEGER)"
    exact = f"({_MIX} % 100000000)::DECIMAL(18,0) * 0.0000000001::DECIMAL(18,10)"
    values = {
        **_VALUES,
        "accrued_on": day,
        "charge_period_start": f"{day}::TIMESTAMP",
        "charge_period_end": f"({day} + 1)::TIMESTAMP",
        "billed_cost": exact,
        "effective_cost": exact,
        "tag_set_id": f"list_extract(?::BIGINT[], 1 + ({_MIX} // 11 % {TAG_SETS})::INTEGER)",
    }
    columns = ", ".join(
        f'{values.get(column.name, "NULL")}::{TYPES[column.kind]} AS "{column.name}"'
        for column in PART_COLUMNS
    )
    ids = [tag_set_id(tuple(sorted(tags_of(number).items())))[0] for number in range(TAG_SETS)]
    return Selected(Sql(f"SELECT {columns} FROM range(?) made(n)", (ids, count)))


def tag_sets() -> Selected:
    """All tag sets, as a side file holds them."""
    pairs = []
    for number in range(TAG_SETS):
        canonical = tuple(sorted(tags_of(number).items()))
        found, check = tag_set_id(canonical)
        pairs += [{"id": found, "check": check, "key": key, "value": value} for key, value in canonical]
    text = 'SELECT pair.id AS id, pair."check" AS "check", pair.key AS key, pair.value AS value FROM '
    kind = 'STRUCT(id BIGINT, "check" BIGINT, key VARCHAR, value VARCHAR)[]'
    return Selected(Sql(f"{text}(SELECT unnest(?::{kind}) AS pair)", (pairs,)))
