"""Cubes: what a part's rows add up to, by day and some of their columns, written beside the part.

A report over twenty million rows looks at a few thousand sums. Each large part gets some narrow cubes, and
each of them keeps whatever the settings of a question turn on and off, so that it answers with them turned
either way. Sums are exact, so an answer from cubes is the answer from rows, digit for digit. Cubes come and
go with their part; nothing has to be worked out again when another part does.

Tags would multiply any cube, since most tag sets are rare. So the cubes of tags keep of each set only what it
says of a few keys. What is left is a tag set too, with an id and a side file like any other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from eyrie.costs.ledger.parts import Part, Snapshot
from eyrie.engine.plan import Field, Missing, Not
from eyrie.engine.reach import Reach

MEASURES = ("billed_cost", "effective_cost", "usage_amount")
ROWS = "rows"
# A unit without a quantity is no usage, and its row stands with those that have none.
USED_UNIT = Field("usage_unit", Not(Missing("usage_amount")))
EACH = (
    *("accrued_on", "integration", "provider", "billing_currency", "usage_unit"),
    *("adjustment_class", "charge_type", "marketplace", "basis"),
)


@dataclass(frozen=True)
class Shape:
    """Which columns a cube keeps besides those that each has, and the cube it is made from; else the part."""

    name: str
    columns: tuple[str, ...]
    made_from: str | None = None


SHAPES = (
    Shape("accounts and services", ("account_id", "billing_account_id", "service", "category")),
    Shape("accounts", ("account_id", "billing_account_id"), "accounts and services"),
    Shape("regions and services", ("region", "service", "category")),
    Shape("regions", ("region",), "regions and services"),
    Shape("services", ("service", "category"), "regions and services"),
    Shape("days", (), "services"),
)
# By its plain name a unit stands with every row; cubes have it only of rows with a quantity.
_EACH = frozenset(EACH) - {USED_UNIT.column}
_COLUMNS = {shape.name: _EACH | frozenset(shape.columns) for shape in SHAPES}
_TAGS = "tags "


def kept(columns: Sequence[str]) -> tuple[tuple[str, Field], ...]:
    """Give the keys by which a cube keeps columns."""
    return tuple((name, USED_UNIT if name == USED_UNIT.column else Field(name)) for name in columns)


def tag_shape(keys: Sequence[str]) -> str:
    """Name the shape of a cube that knows these tags."""
    return _TAGS + json.dumps(keys, ensure_ascii=False)


def quickest(snapshot: Snapshot, part: Part, reach: Reach) -> Part:
    """Choose what answers a question about a part's rows: the smallest cube that can, or the part itself.

    A question for services by day looks at `accrued_on` and `service`: a cube of a few thousand rows answers
    it instead of a part of a million. A cube knows nothing of members that were masked since.
    """
    if part.token in snapshot.masked:
        return part
    able = (cube for cube in snapshot.cubes.get(part.token, ()) if _answers(cube.shape, reach))
    return min(able, key=lambda cube: cube.rows, default=part)


def _answers(shape: str, reach: Reach) -> bool:
    if shape.startswith(_TAGS):
        keys = frozenset(json.loads(shape.removeprefix(_TAGS)))
        return reach.tags is not None and reach.tags <= keys and reach.columns <= _EACH
    return reach.tags == frozenset() and reach.columns <= _COLUMNS.get(shape, frozenset())
