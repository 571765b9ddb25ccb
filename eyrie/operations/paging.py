"""Pages of stored rows, walked by where the last one ended.

A page is asked for by number, and that is best effort: rows that come or go shift the count. The links carry
`after` besides, the place in the order where the page ended, so following links misses and repeats nothing.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from eyrie.basics.errors import Malformed
from eyrie.operations.outcome import Page
from eyrie.operations.shapes import PagedQuery, View, storable
from eyrie.store.rows import Kept

R = TypeVar("R", bound=Kept)
Item = TypeVar("Item")
DEFAULT_LIMIT, MAXIMUM_LIMIT = 100, 1000


@dataclass(frozen=True)
class By:
    """One column of an order."""

    column: str
    descending: bool = False


OLDEST_FIRST = (By("created_at"), By("token"))
NEWEST_FIRST = (By("created_at", descending=True), By("token", descending=True))


@dataclass(frozen=True)
class Slice(Generic[Item]):
    """The rows of one page, and whether another follows."""

    rows: Sequence[Item]
    number: int
    last: int
    next_after: str | None


def limit_of(query: PagedQuery, default: int = DEFAULT_LIMIT, maximum: int = MAXIMUM_LIMIT) -> int:
    """How many rows a page holds: what was asked for, cut to the maximum."""
    return min(query.limit or default, maximum)


def one_page(
    session: Session,
    question: sa.Select[R],
    row: type[R],
    query: PagedQuery,
    order: Sequence[By] = OLDEST_FIRST,
) -> Slice[R]:
    """Give the page asked for, in an order that ends with the token and so has no ties."""
    limit = limit_of(query)
    count = session.scalar(sa.select(sa.func.count()).select_from(question.order_by(None).subquery())) or 0
    columns: list[InstrumentedAttribute[Any]] = [getattr(row, by.column) for by in order]  # Any: column types
    ordered = question.order_by(
        *(column.desc() if by.descending else column for by, column in zip(order, columns, strict=True))
    )
    if query.after is None:
        ordered = ordered.offset(min((query.page - 1) * limit, count))
    else:
        kinds = [column.type.python_type for column in columns]
        ordered = ordered.where(_beyond(columns, order, _read_place(query.after, kinds)))
    rows = session.scalars(ordered.limit(limit + 1)).all()
    shown = rows[:limit]
    more = len(rows) > limit
    return Slice(
        rows=shown,
        number=query.page,
        last=max(1, -(-count // limit)),
        next_after=_write_place([getattr(shown[-1], by.column) for by in order]) if more else None,
    )


def one_slice(
    items: Sequence[Item],
    query: PagedQuery,
    limit: int,
    place_of: Callable[[Item], tuple[str, ...]],
    *,
    descending: bool = False,
) -> Slice[Item]:
    """The same for computed items that are sorted by texts of their own, which no two have in common."""
    begin = (query.page - 1) * limit
    if query.after is not None:
        kinds = [str for item in items[:1] for _ in place_of(item)]
        place = tuple(_read_place(query.after, kinds)) if kinds else ()
        later = (
            number
            for number, item in enumerate(items)
            if (place_of(item) < place if descending else place_of(item) > place)
        )
        begin = next(later, len(items))
    shown = items[begin : begin + limit]
    more = begin + limit < len(items)
    return Slice(
        rows=shown,
        number=query.page,
        last=max(1, -(-len(items) // limit)),
        next_after=_write_place(place_of(shown[-1])) if more else None,
    )


def page_of(key: str, found: Slice[Any], items: Sequence[View]) -> Page:  # Any: rows of any kind
    """What an operation answers of a page: its items as they are shown, and the way to the others."""
    return Page(key, items, found.number, found.last, found.next_after, has_next=found.next_after is not None)


def _beyond(
    columns: Sequence[InstrumentedAttribute[Any]],  # Any: column types
    order: Sequence[By],
    place: Sequence[Any],
) -> sa.ColumnElement[bool]:
    """Rows after a place: later in the first column, or equal there and later in the next, and so on."""
    column, by, value = columns[0], order[0], place[0]
    later: sa.ColumnElement[bool] = column < value if by.descending else column > value
    if len(columns) == 1:
        return later
    return sa.or_(later, sa.and_(column == value, _beyond(columns[1:], order[1:], place[1:])))


def _write_place(values: Sequence[Any]) -> str:  # Any: column types
    return (
        base64.urlsafe_b64encode(json.dumps([_written(value) for value in values]).encode())
        .decode()
        .rstrip("=")
    )


def _written(value: Any) -> Any:  # Any: column types
    match value:
        case dt.datetime():
            return {"at": value.isoformat()}
        case dt.date():
            return {"on": value.isoformat()}
        case _:
            return value


def _read(value: Any) -> Any:  # Any: column types
    match value:
        case {"at": moment}:
            return dt.datetime.fromisoformat(moment)
        case {"on": day}:
            return dt.date.fromisoformat(day)
        case _:
            return value


def _read_place(text: str, kinds: Sequence[type]) -> list[Any]:  # Any: column types
    """Read what `_write_place` wrote; a text that somebody made up is refused, not compared."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = [_read(value) for value in values]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("after is invalid") from None
    if [type(value) for value in place] != list(kinds) or not all(map(_comparable, place)):
        raise Malformed("after is invalid")
    return place


def _comparable(value: Any) -> bool:  # Any: column types
    return value.tzinfo is None if isinstance(value, dt.datetime) else storable(value)
