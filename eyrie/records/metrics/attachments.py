"""Which metrics are on which reports. Either side replaces its own list; the order of the other side stays.

Both sides come through here and neither knows the other's table: reports are told by tokens that somebody
else has found.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from eyrie.basics.errors import NotFound
from eyrie.operations.call import Call
from eyrie.records.metrics.attachment_shapes import AttachedMetric, Attaching, MetricOnReport
from eyrie.records.metrics.rows import AttachmentRow, BusinessMetricRow

_WAYS = ("unit_scale", "calculation_type", "label", "label_filter", "label_filters")


def of_metric(session: Session, metric: str) -> Sequence[AttachmentRow]:
    """The reports of a metric, in its order."""
    row = AttachmentRow
    question = sa.select(row).where(row.metric_token == metric).order_by(row.on_metric)
    return session.scalars(question).all()


def of_report(session: Session, report: str) -> Sequence[AttachmentRow]:
    """The metrics on a report, in its order."""
    row = AttachmentRow
    question = sa.select(row).where(row.report_token == report).order_by(row.on_report)
    return session.scalars(question).all()


def shown_on_report(session: Session, report: str) -> list[MetricOnReport]:
    """The metrics on a report as the report shows them."""
    return [
        MetricOnReport(business_metric_token=row.metric_token, **ways(row))
        for row in of_report(session, report)
    ]


def put_on_report(call: Call, report: str, asked: Sequence[AttachedMetric]) -> None:
    """Replace the metrics on a report; each must be one that the caller sees."""
    unknown = [
        each.business_metric_token
        for each in asked
        if call.rows.find(BusinessMetricRow, each.business_metric_token) is None
    ]
    if unknown:
        raise NotFound(*(f"Business metric not found: {token}" for token in dict.fromkeys(unknown)))
    listed = [(each.business_metric_token, report, each) for each in asked]
    _replace(call.session, of_report(call.session, report), listed, AttachmentRow.on_report)


def put_on_metric(
    session: Session, metric: str, before: Sequence[AttachmentRow], asked: Sequence[tuple[str, Attaching]]
) -> None:
    """Replace those of a metric's reports that the caller has seen, `before`, by the reports told."""
    listed = [(metric, report, each) for report, each in asked]
    _replace(session, before, listed, AttachmentRow.on_metric)


def ways(row: AttachmentRow) -> dict[str, Any]:  # Any: each has its own type
    """How a metric is set against a report."""
    return {name: getattr(row, name) for name in _WAYS}


def forget_reports(session: Session, reports: sa.Select[str] | Sequence[str]) -> None:
    """Take all metrics off reports that go."""
    row = AttachmentRow
    gone = sa.delete(row).where(row.report_token.in_(reports))
    session.execute(gone.execution_options(synchronize_session=False))


def _replace(
    session: Session,
    before: Sequence[AttachmentRow],
    listed: Sequence[tuple[str, str, Attaching]],
    mine: InstrumentedAttribute[int],
) -> None:
    """Put new entries in the place of old ones: in the order told on this side, where they were on the other.

    A metric may be on a report in several ways, but not twice in the same.
    """
    other = "on_report" if mine is AttachmentRow.on_metric else "on_metric"
    kept: dict[tuple[str, str], list[int]] = {}
    for row in before:
        kept.setdefault((row.metric_token, row.report_token), []).append(getattr(row, other))
        session.delete(row)
    session.flush()
    numbers: dict[tuple[str, str], int] = {}
    for place, (metric, report, way) in enumerate(_without_doubles(listed)):
        pair = (metric, report)
        places = kept.get(pair, [])
        there = places.pop(0) if places else _next_place(session, metric, report, other)
        numbers[pair] = numbers.get(pair, -1) + 1
        session.add(
            AttachmentRow(
                metric_token=metric,
                report_token=report,
                number=numbers[pair],
                **{mine.key: place, other: there},
                **{name: getattr(way, name) or None for name in _WAYS},
            )
        )
        session.flush()


def _without_doubles(listed: Sequence[tuple[str, str, Attaching]]) -> list[tuple[str, str, Attaching]]:
    seen: list[tuple[str, str, Attaching]] = []
    for each in listed:
        if each not in seen:
            seen.append(each)
    return seen


def _next_place(session: Session, metric: str, report: str, side: str) -> int:
    """The place after the last in the list of the other side."""
    row = AttachmentRow
    listed = row.report_token == report if side == "on_report" else row.metric_token == metric
    last = session.scalar(sa.select(sa.func.max(getattr(row, side))).where(listed))
    return 0 if last is None else last + 1
