"""The values of business metrics: written point by point, deleted by range, added up in bins.

A point is a moment and labels; writing it again replaces its amount, and an amount of None takes it away.
What has happened is counted, for the audit entry: a point that is what it was does not count.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.period import Bin, Period, bin_start, iso_seconds
from eyrie.records.metrics.amounts import COUNT, amount_of, limbs_of
from eyrie.records.metrics.labels import PLAIN, UNLABELLED, pairs_of
from eyrie.records.metrics.rows import BusinessMetricRow, MetricLabelRow, MetricValueRow
from eyrie.store.database import inserting

AT_ONCE = 5000
LIMBS = (MetricValueRow.limb_30, MetricValueRow.limb_20, MetricValueRow.limb_10, MetricValueRow.limb_0)
_LIMB_NAMES = tuple(limb.key for limb in LIMBS)
_POINT = ("metric_token", "forecasted", "at", "labels")
Moment = dt.date | dt.datetime


@dataclass(frozen=True, slots=True)
class Point:
    """An amount at a moment under labels, as `labels.py` writes them; None takes the point away."""

    at: dt.datetime
    labels: str
    amount: Decimal | None


@dataclass(frozen=True)
class Chosen:
    """Which values count, by their labels; nothing said means all."""

    label_filter: Sequence[str] = ()  # plain labels, "" being none
    label_filters: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # every key must have one of these
    any_key: Sequence[str] = ()  # values under whatever key


EVERYTHING = Chosen()


@dataclass
class Written:
    """What a write has changed."""

    written: int = 0
    deleted: int = 0
    first: dt.datetime | None = None  # of all points that came, changed or not
    last: dt.datetime | None = None

    def told(self) -> dict[str, Any] | None:  # Any: JSON values
        """What an audit entry says of it; None if nothing has changed."""
        if not self.written and not self.deleted:
            return None
        assert self.first
        assert self.last
        return {
            "written": self.written,
            "deleted": self.deleted,
            "first_date": iso_seconds(self.first),
            "last_date": iso_seconds(self.last),
        }


def write(session: Session, metric: str, points: Iterable[Point], *, forecasted: bool = False) -> Written:
    """Write points; of several at the same place the last counts."""
    _lock(session, metric)
    done = Written()
    walking = iter(points)
    while some := list(islice(walking, AT_ONCE)):
        done.first = min(filter(None, (done.first, *(point.at for point in some))))
        done.last = max(filter(None, (done.last, *(point.at for point in some))))
        last_said = {(point.at, point.labels): point for point in some}.values()
        _name_labels(session, metric, {point.labels for point in last_said if point.amount is not None})
        done.written += _upsert(session, metric, last_said, forecasted)
        done.deleted += _take_away(session, metric, last_said, forecasted)
    if done.deleted:
        _forget_labels(session, metric)
    return done


def delete(
    session: Session,
    metric: str,
    *,
    forecasted: bool,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
    labels: str | None = None,
) -> int:
    """Delete the values from `since` up to, not including, `before`; tell how many."""
    _lock(session, metric)
    row = MetricValueRow
    question = sa.delete(row).where(row.metric_token == metric, row.forecasted == forecasted)
    if since is not None:
        question = question.where(row.at >= since)
    if before is not None:
        question = question.where(row.at < before)
    if labels is not None:
        question = question.where(row.labels == labels)
    gone = _count(session, question)
    _forget_labels(session, metric)
    return gone


def sums(
    session: Session,
    metric: str,
    period: Period,
    width: Bin,
    chosen: Chosen = EVERYTHING,
    *,
    forecasted: bool = False,
) -> dict[Moment, Decimal]:
    """Add up the values of a period's days in bins; a bin without values is not there.

    10 on Monday 6 January 2025 and 4 on Thursday are 14 in the week of 2025-01-06.
    """
    row = MetricValueRow
    question = (
        sa.select(row.at, *(sa.func.sum(limb) for limb in LIMBS))
        .where(
            row.metric_token == metric,
            row.forecasted == forecasted,
            row.at >= _midnight(period.start),
            row.at < _midnight(period.end),
            *matching(metric, chosen),
        )
        .group_by(row.at)  # as they lie, so nothing is sorted; the bins are few
    )
    added: dict[Moment, list[int]] = {}
    for at, *limbs in session.execute(question):
        sofar = added.setdefault(_bin_of(at, width), [0] * COUNT)
        for place, limb in enumerate(limbs):
            sofar[place] += int(limb)
    return {begins: amount_of(limbs) for begins, limbs in added.items()}


def matching(metric: str, chosen: Chosen) -> list[sa.ColumnElement[bool]]:
    """The conditions on a value that choose it by its labels."""
    row, conditions = MetricValueRow, []
    if chosen.label_filter:
        named = _with_label(metric, [label for label in chosen.label_filter if label], PLAIN)
        without = [row.labels == UNLABELLED] if "" in chosen.label_filter else []
        conditions.append(sa.or_(named, *without))
    conditions += [_with_label(metric, values, key) for key, values in sorted(chosen.label_filters.items())]
    if chosen.any_key:
        conditions.append(_with_label(metric, chosen.any_key))
    return conditions


def distinct_labels(session: Session, metric: str) -> list[str]:
    """All labels that a metric's values have, under whatever key, sorted ignoring case."""
    question = sa.select(MetricLabelRow.value).where(MetricLabelRow.metric_token == metric).distinct()
    return sorted(session.scalars(question), key=lambda label: (label.casefold(), label))


def has_several_keys(session: Session, metric: str) -> bool:
    """Tell whether values of a metric have other labels than plain ones."""
    row = MetricLabelRow
    other = sa.select(row.labels).where(row.metric_token == metric, row.key != PLAIN).limit(1)
    return session.scalar(other) is not None


def _with_label(metric: str, values: Sequence[str], key: str | None = None) -> sa.ColumnElement[bool]:
    named = MetricLabelRow
    question = sa.select(named.labels).where(named.metric_token == metric, named.value.in_(list(values)))
    if key is not None:
        question = question.where(named.key == key)
    return MetricValueRow.labels.in_(question)


def _upsert(session: Session, metric: str, points: Iterable[Point], forecasted: bool) -> int:
    insert = inserting(session, MetricValueRow)
    new = {name: insert.excluded[name] for name in _LIMB_NAMES}
    differs = sa.or_(*(limb != new[limb.key] for limb in LIMBS))
    statement = insert.on_conflict_do_update(index_elements=_POINT, set_=new, where=differs)
    rows = [
        {
            "metric_token": metric,
            "forecasted": forecasted,
            "at": point.at,
            "labels": point.labels,
            **dict(zip(_LIMB_NAMES, limbs_of(point.amount), strict=True)),
        }
        for point in points
        if point.amount is not None
    ]
    return _count(session, statement, rows) if rows else 0


def _take_away(session: Session, metric: str, points: Iterable[Point], forecasted: bool) -> int:
    row = MetricValueRow
    statement = sa.delete(row).where(
        row.metric_token == metric,
        row.forecasted == forecasted,
        row.at == sa.bindparam("gone_at"),
        row.labels == sa.bindparam("gone_labels"),
    )
    gone = [{"gone_at": point.at, "gone_labels": point.labels} for point in points if point.amount is None]
    return _count(session, statement, gone) if gone else 0


def _count(session: Session, statement: Any, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
    """Carry out a change, for each of several rows perhaps, and tell how many rows it has changed.

    By the connection itself: a session would look at what it has loaded, and it loads no values.
    """
    session.flush()
    done = session.connection().execute(statement, rows, execution_options={"preserve_rowcount": True})
    return done.rowcount


def _lock(session: Session, metric: str) -> None:
    """Let others who change values of the same metric wait: the names of its labels follow the values."""
    token = BusinessMetricRow.token
    session.execute(sa.select(token).where(token == metric).with_for_update())


def _name_labels(session: Session, metric: str, texts: set[str]) -> None:
    rows = [
        {"metric_token": metric, "labels": text, "key": key, "value": value}
        for text in sorted(texts)
        for key, value in pairs_of(text).items()
    ]
    if rows:
        session.flush()
        session.connection().execute(inserting(session, MetricLabelRow).on_conflict_do_nothing(), rows)


def _forget_labels(session: Session, metric: str) -> None:
    """Labels that no value has any more are not listed any more."""
    named, row = MetricLabelRow, MetricValueRow
    used = sa.select(row.at).where(row.metric_token == metric, row.labels == named.labels).exists()
    session.execute(
        sa.delete(named)
        .where(named.metric_token == metric, ~used)
        .execution_options(synchronize_session=False)
    )


def _bin_of(at: dt.datetime, width: Bin) -> Moment:
    if width is Bin.HOUR:
        return at.replace(minute=0, second=0, microsecond=0)
    return bin_start(at.date(), width)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
