"""The columns of a part, derived from `LineItem`: one list for writing, reading and asking.

>>> [column.kind.name for column in PART_COLUMNS if column.name in ("billed_cost", "accrued_on", "extra")]
['DAY', 'AMOUNT', 'TEXT']
"""

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_type_hints

from eyrie.costs.ledger.line_items import LineItem
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import Condition, Not, OneOf

ROW = "row"  # number of a row inside its part, from 0, fixed for ever
TAG_SET = "tag_set_id"
UNTAGGED = 0
TAGGED: Condition = Not(OneOf(TAG_SET, (UNTAGGED,)))
SORTED_BY = ("accrued_on", "account_id", "service")

_KINDS = {
    str: Kind.TEXT,
    Decimal: Kind.AMOUNT,
    dt.date: Kind.DAY,
    dt.datetime: Kind.MOMENT,
    bool: Kind.FLAG,
    int: Kind.NUMBER,
}


def _column(field: str, hint: Any) -> Column:  # Any: whatever a type hint may be
    """Tags stand in a file of their own, what a source knows besides is JSON text, unknown is NULL."""
    if field == "tags":
        return Column(TAG_SET, Kind.LONG)
    if field == "extra":
        return Column(field, Kind.TEXT)
    plain = get_args(hint)[0] if isinstance(hint, UnionType) else hint
    return Column(field, Kind.TEXT if issubclass(plain, StrEnum) else _KINDS[plain])


_hints = get_type_hints(LineItem)
LINE_ITEM_COLUMNS = tuple(_column(field.name, _hints[field.name]) for field in fields(LineItem))
PART_COLUMNS = (Column("member", Kind.SHORT), Column("integration", Kind.TEXT), *LINE_ITEM_COLUMNS)
