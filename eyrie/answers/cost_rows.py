"""Shows the rows of an answer: groups under their keys, tags as pairs, amounts in full.

A page has a thousand rows, so what depends on the question alone is settled once for all of them, and the
engine writes days and amounts as texts itself: several times faster than values that are written here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eyrie.basics.money import plain_text
from eyrie.basics.period import Bin
from eyrie.costs.query.answer import Answer
from eyrie.costs.query.ask import Ask, Dimension, TagKey
from eyrie.costs.query.plan import ACCRUED_AT, AMOUNT, RESOURCE_NAME, USAGE, USAGE_UNIT, named, shows_usage
from eyrie.engine.port import Row

Shown = dict[str, Any]  # Any: JSON values
Adds = Callable[[Shown, Row], None]  # to a shown row, from the texts of the same row


def rows_shown(found: Answer, currency: str, start: int, stop: int) -> list[Shown]:
    """Show the rows from `start` up to, not including, `stop`."""
    layout = _layout(found.ask)
    moment = _hour if found.ask.bin is Bin.HOUR else str
    fields = tuple(enumerate(layout.fields, start=2))
    shown_rows = []
    for row in found.texts(layout.columns, start, stop):
        shown = {"accrued_at": moment(row[0]), "amount": plain_text(row[1]), "currency": currency}
        for place, field in fields:
            shown[field] = row[place]
        for add in layout.more:
            add(shown, row)
        shown_rows.append(shown)
    return shown_rows


def _hour(moment: str) -> str:
    return f"{moment[:10]}T{moment[11:13]}:00:00Z"


@dataclass(frozen=True)
class _Layout:
    """How the rows of a question are read and shown."""

    columns: tuple[str, ...]  # bin and amount, then one for each field, then what `more` looks at
    fields: tuple[str, ...]
    more: tuple[Adds, ...]


def _layout(ask: Ask) -> _Layout:
    groups = named(ask.groupings)
    apart = (Dimension.TAGGED, Dimension.USAGE_UNIT)
    plain = [(column, each) for column, each in groups if isinstance(each, Dimension) and each not in apart]
    columns = [ACCRUED_AT, AMOUNT, *(column for column, _ in plain)]

    def place(column: str) -> int:
        columns.append(column)
        return len(columns) - 1

    more: list[Adds] = []
    if Dimension.RESOURCE_ID in ask.groupings:
        more.append(_resource_name(place(RESOURCE_NAME)))
    tags = [(each.key, place(column)) for column, each in groups if isinstance(each, TagKey)]
    tagged = place(Dimension.TAGGED.value) if Dimension.TAGGED in ask.groupings else None
    if tags or tagged is not None:
        more.append(_tags(tags, tagged))
    if shows_usage(ask):
        more.append(_usage(place(USAGE), place(USAGE_UNIT)))
    return _Layout(tuple(columns), tuple(each.value for _, each in plain), tuple(more))


def _resource_name(place: int) -> Adds:
    def add(shown: Shown, row: Row) -> None:
        if row[place] is not None:
            shown["resource_name"] = row[place]

    return add


def _tags(tags: Sequence[tuple[str, int]], tagged: int | None) -> Adds:
    def add(shown: Shown, row: Row) -> None:
        pairs = [f"{key}:{row[place]}" for key, place in tags if row[place] is not None]
        if tagged is not None:
            pairs.append(f"tagged:{row[tagged]}")
        shown["tag"] = row[tags[0][1]] if tags else None
        shown["tags"] = sorted(pairs)

    return add


def _usage(amount: int, unit: int) -> Adds:
    def add(shown: Shown, row: Row) -> None:
        used = row[amount]
        shown["usage"] = None if used is None else {"amount": plain_text(used), "unit": row[unit]}

    return add
