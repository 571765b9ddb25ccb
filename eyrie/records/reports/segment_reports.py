"""Reports of segments: a segment's costs as a cost report, and the tree that decides which costs those are.

Nobody keeps these reports. Each is made of its segment when somebody asks, as a row that belongs to no table,
so whatever takes a cost report takes the report of a segment. It is about this month, by day, with the
settings of the root of the tree.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from eyrie.basics.errors import Fault
from eyrie.operations.call import Call
from eyrie.records.reports.cost_report_shapes import CHART_SETTINGS, SETTINGS, ChartType, ReportBin
from eyrie.records.reports.intervals import Interval
from eyrie.records.reports.rows import CostReportRow, SegmentRow

GROUPED_BY = "segment"


@dataclass(frozen=True)
class Claimant:
    """A segment with a filter, at its place in the order in which a tree's segments take costs."""

    token: str
    title: str
    filter: str
    beneath: frozenset[int]  # the places of those below it
    series: int | None  # where it counts in the report: 0 is the segment itself, then each of its children


@dataclass(frozen=True)
class Division:
    """How a tree of segments divides costs, as the report of one of them shows it."""

    claimants: tuple[Claimant, ...]
    titles: tuple[str, ...]  # of the series
    takes_rest: bool  # whether the segment can have what nobody claims: a root without a filter
    tracks: bool  # whether it does, and whether it calls its own remainder unallocated


def segment_named(call: Call, token: str) -> SegmentRow | None:
    """The segment that the caller sees under a token, its own or that of its report."""
    named = sa.or_(SegmentRow.token == token, SegmentRow.report == token)
    return call.session.scalar(call.rows.query(SegmentRow).where(named))


def segment_report(call: Call, token: str) -> CostReportRow | None:
    """The report of a segment that the caller sees, by its own token or by that of the segment."""
    segment = segment_named(call, token)
    return report_of(call, segment) if segment else None


def is_of_segment(report: CostReportRow) -> bool:
    """Tell whether a report is that of a segment: no table has it."""
    return bool(sa.inspect(report).transient)


def report_of(call: Call, segment: SegmentRow) -> CostReportRow:
    """Make the report of a segment."""
    above = ancestors(call, segment)
    root = above[-1] if above else segment
    return CostReportRow(
        token=segment.report,
        account_token=segment.account_token,
        workspace_token=segment.workspace_token,
        created_at=segment.created_at,
        updated_at=segment.updated_at,
        title=segment.title,
        folder_token=None,
        filter=segment.filter,
        groupings=GROUPED_BY,
        settings={**SETTINGS, **(root.report_settings or {})},
        chart_type=ChartType.LINE.value,
        chart_settings=CHART_SETTINGS,
        date_bin=ReportBin.CUMULATIVE.value,
        date_interval=Interval.THIS_MONTH.value,
    )


def ancestors(call: Call, segment: SegmentRow) -> list[SegmentRow]:
    """The segments around a segment, its parent first."""
    found: list[SegmentRow] = []
    above = segment.parent_segment_token
    while above is not None:
        found.append(call.session.get_one(SegmentRow, above))
        above = found[-1].parent_segment_token
    return found


def subtree(call: Call, segment: SegmentRow) -> list[SegmentRow]:
    """A segment and all below it, those above before those below, the older ones first."""
    return [row for row, _ in _walked(segment, _children(call, segment.workspace_token))]


def division_of(call: Call, report: CostReportRow) -> Division:
    """How the tree of a segment divides costs, as its report shows it."""
    segment = call.session.scalar(sa.select(SegmentRow).where(SegmentRow.report == report.token))
    if segment is None:
        raise Fault(f"{report.token} is no report of a segment")
    above = ancestors(call, segment)
    root = above[-1] if above else segment
    children = _children(call, segment.workspace_token)
    shown = children.get(segment.token, [])
    series = {segment.token: 0}
    for number, child in enumerate(shown, start=1):
        series |= {row.token: number for row, _ in _walked(child, children)}
    is_root = segment.token == root.token
    return Division(
        claimants=_claimants(_walked(root, children), series),
        titles=(segment.title, *(child.title for child in shown)),
        takes_rest=is_root and segment.filter is None,
        tracks=is_root and segment.track_unallocated,
    )


def _children(call: Call, workspace: str) -> Mapping[str, Sequence[SegmentRow]]:
    """All segments of a workspace by their parents, whoever sees them: a tree divides as a whole."""
    kept = sa.select(SegmentRow).where(
        SegmentRow.workspace_token == workspace, SegmentRow.parent_segment_token.is_not(None)
    )
    found: dict[str, list[SegmentRow]] = defaultdict(list)
    for row in call.session.scalars(kept.order_by(SegmentRow.created_at, SegmentRow.token)):
        found[str(row.parent_segment_token)].append(row)
    return found


def _walked(top: SegmentRow, children: Mapping[str, Sequence[SegmentRow]]) -> list[tuple[SegmentRow, int]]:
    """A segment and all below it, each with how deep it lies."""
    found = [(top, 0)]
    for row, depth in found:  # it grows while it is walked
        found += [(child, depth + 1) for child in children.get(row.token, ())]
    return found


def _claimants(tree: Sequence[tuple[SegmentRow, int]], series: Mapping[str, int]) -> tuple[Claimant, ...]:
    """Lowest priority first, then the deeper, the older, the token."""
    with_filters = [(row, depth) for row, depth in tree if row.filter is not None]
    with_filters.sort(key=lambda each: (each[0].priority, -each[1], each[0].created_at, each[0].token))
    parents = {row.token: row.parent_segment_token for row, depth in tree if depth}
    beneath: dict[str, set[int]] = defaultdict(set)
    for place, (row, _) in enumerate(with_filters):
        above = parents.get(row.token)
        while above is not None:
            beneath[above].add(place)
            above = parents.get(above)
    return tuple(
        Claimant(row.token, row.title, row.filter or "", frozenset(beneath[row.token]), series.get(row.token))
        for row, _ in with_filters
    )
