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
    row = MetricValueRow
    where = [row.metric_token == metric, row.forecasted == forecasted, *matching(metric, chosen)]
    if since is not None:
        where.append(row.at >= dt.datetime.combine(since, dt.time()))
    question, slots = _binned(width) if width else (sa.select(row.at, row.labels, *LIMBS), 1)
    question = question.where(*where)
    places = question.with_only_columns(*question.selected_columns[: slots + 1])
    count = session.scalar(sa.select(sa.func.count()).select_from(places.subquery())) or 0
    order = [part.desc() for part in question.selected_columns[:slots]]
    ordered = question.order_by(*order, row.labels)
    if query.after is None:
        ordered = ordered.offset(min((query.page - 1) * limit, count))
    else:
        at, labels = read_place(query.after, (dt.datetime, str))
        beyond = sa.and_(row.at >= at, row.at < _end(at, width), row.labels > labels)
        ordered = ordered.where(sa.or_(row.at < at, beyond))
    found = [_point(cells, slots) for cells in session.execute(ordered.limit(limit + 1))]
    shown, more = found[:limit], len(found) > limit
    return Slice(
        rows=shown,
        number=query.page,
        last=max(1, -(-count // limit)),
        next_after=write_place((shown[-1].at, shown[-1].labels)) if more else None,
    )


def _binned(width: ValueBin) -> tuple[sa.Select[Any], int]:
    """Sums by bin and labels, and how many columns tell the bin, in both databases."""
    at, labels = MetricValueRow.at, MetricValueRow.labels
    slot: list[sa.ColumnElement[Any]] = [sa.func.date(at, type_=sa.Date()).label("day")]
    if width is ValueBin.MONTH:
        slot = [sa.extract(part, at).label(part) for part in ("year", "month")]
    columns = [*slot, labels, *(sa.func.sum(limb).label(limb.key) for limb in LIMBS)]
    question: sa.Select[Any] = sa.select(*columns)
    return question.group_by(*slot, labels), len(slot)


def _point(cells: Sequence[Any], slots: int) -> Point:
    begins, labels, limbs = cells[0], cells[slots], cells[slots + 1 :]
    if slots > 1:
        begins = dt.date(int(begins), int(cells[1]), 1)
    at = begins if isinstance(begins, dt.datetime) else dt.datetime.combine(begins, dt.time())
    return Point(at, labels, amount_of(limbs))


def _end(at: dt.datetime, width: ValueBin | None) -> dt.datetime:
    """Where the bin ends that begins at a moment."""
    match width:
        case ValueBin.MONTH:
            return dt.datetime.combine(next_month(at.date()), at.time())
        case ValueBin.DAY:
            return at + ONE_DAY
        case None:
            return at + dt.timedelta(microseconds=1)
