"""Pages of a metric's values: as they are, or added up by day or month under each label, the newest first.

A page is found by the database; where it ended is a moment and labels, so following links misses nothing.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.period import ONE_DAY, next_month
from eyrie.operations.paging import Slice, read_place, write_place
from eyrie.operations.shapes import PagedQuery
from eyrie.records.metrics.amounts import amount_of
from eyrie.records.metrics.rows import MetricValueRow
from eyrie.records.metrics.values import LIMBS, Chosen, Point, matching


class ValueBin(StrEnum):
    """How values are added up."""

    DAY = "day"
    MONTH = "month"


def page_of_values(
    session: Session,
    metric: str,
    query: PagedQuery,
    limit: int,
    *,
    forecasted: bool,
    since: dt.date | None = None,
    chosen: Chosen,
    width: ValueBin | None = None,
) -> Slice[Point]:
    """Give the page asked for; a sum is a point at the first moment of its bin."""
    row, slot = MetricValueRow, _slot(width)
    where = [row.metric_token == metric, row.forecasted == forecasted, *matching(metric, chosen)]
    if since is not None:
        where.append(row.at >= dt.datetime.combine(since, dt.time()))
    every = sa.select(*slot, row.labels).where(*where).group_by(*slot, row.labels)
    count = session.scalar(sa.select(sa.func.count()).select_from(every.subquery())) or 0
    summed = every.add_columns(*(sa.func.sum(limb) for limb in LIMBS))
    summed = summed.order_by(*(part.desc() for part in slot), row.labels)
    if query.after is None:
        summed = summed.offset(min((query.page - 1) * limit, count))
    else:
        at, labels = read_place(query.after, (dt.datetime, str))
        beyond = sa.and_(row.at >= at, row.at < _end(at, width), row.labels > labels)
        summed = summed.where(sa.or_(row.at < at, beyond))
    found = [_point(cells, len(slot)) for cells in session.execute(summed.limit(limit + 1))]
    shown, more = found[:limit], len(found) > limit
    return Slice(
        rows=shown,
        number=query.page,
        last=max(1, -(-count // limit)),
        next_after=write_place((shown[-1].at, shown[-1].labels)) if more else None,
    )


def _slot(width: ValueBin | None) -> tuple[sa.ColumnElement[Any], ...]:
    """What tells one bin from another: the moment itself, or year, month and day in both databases."""
    at = MetricValueRow.at
    match width:
        case ValueBin.MONTH:
            return sa.extract("year", at), sa.extract("month", at)
        case ValueBin.DAY:
            return sa.extract("year", at), sa.extract("month", at), sa.extract("day", at)
        case None:
            return (sa.type_coerce(at, sa.DateTime()),)


def _point(cells: Sequence[Any], slots: int) -> Point:
    slot, labels, limbs = cells[:slots], cells[slots], cells[slots + 1 :]
    if slots > 1:
        year, month, day = map(int, (*slot, 1)[:3])
        return Point(dt.datetime.combine(dt.date(year, month, day), dt.time()), labels, amount_of(limbs))
    return Point(slot[0], labels, amount_of(limbs))


def _end(at: dt.datetime, width: ValueBin | None) -> dt.datetime:
    """Where the bin ends that begins at a moment."""
    match width:
        case ValueBin.MONTH:
            return dt.datetime.combine(next_month(at.date()), at.time())
        case ValueBin.DAY:
            return at + ONE_DAY
        case None:
            return at + dt.timedelta(microseconds=1)
