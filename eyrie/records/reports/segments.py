"""Segments: trees of buckets; each cost lands in at most one bucket of a tree."""

from collections.abc import Callable
from typing import Annotated, ClassVar

import sqlalchemy as sa
from pydantic import Field

from eyrie.basics.errors import Malformed
from eyrie.basics.token import new_token
from eyrie.operations.call import Call
from eyrie.operations.five import operations_of
from eyrie.operations.operation import Operation
from eyrie.operations.record import Record, Values, Verbs
from eyrie.operations.shapes import (
    Change,
    Clears,
    Draft,
    Json,
    Moment,
    PagedQuery,
    Part,
    Title,
    Token,
    Truth,
    View,
    Whole,
)
from eyrie.records.metrics.attachments import forget_reports
from eyrie.records.reports.filter_text import FilterText
from eyrie.records.reports.forecast_choice import forget_forecasts
from eyrie.records.reports.rows import SegmentRow
from eyrie.records.reports.segment_reports import ancestors, subtree
from eyrie.store.outbox import enqueue
from eyrie.store.people import WorkspaceRow

COMPUTE = "segment_report"
PRIORITY = 100
LARGEST_PRIORITY = 2**31 - 1
SETTINGS: Json = {
    "include_credits": False,
    "include_refunds": False,
    "include_discounts": True,
    "include_tax": True,
    "amortize": True,
}
Priority = Annotated[Whole, Field(ge=0, le=LARGEST_PRIORITY)]


def _is_none(value: object) -> bool:
    return value is None


class SettingsOfTree(View):
    """Which costs count in a tree, and how."""

    include_credits: bool
    include_refunds: bool
    include_discounts: bool
    include_tax: bool
    amortize: bool


class Segment(View):
    """A bucket of costs."""

    token: Token
    title: str = Field(description="The title of the Segment.")
    parent_segment_token: Token | None = Field(description="The Segment around it, if any.")
    description: str = Field(description="What it is for.")
    track_unallocated: bool = Field(description="Whether a root counts what no Segment claims.")
    report_settings: SettingsOfTree | None = Field(
        None, description="Which costs count in the tree; roots alone have them.", exclude_if=_is_none
    )
    priority: int = Field(description="Of the Segments that want a cost, the lowest number takes it.")
    filter: str | None = Field(description="Its filter, as it was written; null is a mere container.")
    created_at: Moment
    workspace_token: Token
    report_token: Token | None = Field(description="Its report; null until that was computed once.")


class TreeSettings(Part):
    """Which costs count in a tree, and how; what is not sent keeps its value."""

    defaults: ClassVar[Json] = SETTINGS

    include_credits: Truth | None = Field(None, description="Count credits.")
    include_refunds: Truth | None = Field(None, description="Count refunds.")
    include_discounts: Truth | None = Field(None, description="Count discounts.")
    include_tax: Truth | None = Field(None, description="Count taxes.")
    amortize: Truth | None = Field(None, description="Spread charges over the days that they are for.")


class CreateSegment(Draft):
    """What makes a Segment."""

    title: Title = Field(description="The title of the Segment.")
    description: str = Field("", description="What it is for.")
    priority: Priority = Field(PRIORITY, description="The lowest number takes first.")
    track_unallocated: Truth = Field(default=False, description="Count what no Segment claims; of roots.")
    report_settings: TreeSettings = Field(TreeSettings(), description="Which costs count; of roots.")
    workspace_token: Token | None = Field(None, description="Ignored if 'parent_segment_token' is set.")
    filter: FilterText | None = Field(None, description="A VQL filter; without one it is a container.")
    parent_segment_token: Token | None = Field(
        None, description="The Segment around it; decides the Workspace."
    )


class UpdateSegment(Change):
    """What changes a Segment."""

    title: Title | None = Field(None, description="The title of the Segment.")
    description: str | None = Field(None, description="What it is for.")
    priority: Priority | None = Field(None, description="The lowest number takes first.")
    track_unallocated: Truth | None = Field(None, description="Count what no Segment claims; of roots.")
    report_settings: TreeSettings | None = Field(None, description="What is not sent stays; of roots.")
    filter: Annotated[FilterText | None, Clears.BY_EMPTY] = Field(None, description="Empty clears.")
    parent_segment_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="The Segment around it; null makes it a root."
    )


class ListSegments(PagedQuery):
    """Which Segments to list."""

    q: str | None = Field(None, description="A part of the title.")
    workspace_token: Token | None = Field(None, description="Only those of this Workspace.")


segments = Record(
    name="segment",
    thing="Segment",
    tag="Segments",
    path="/segments",
    token_prefix="fltr_sgmt",
    row=SegmentRow,
    view=Segment,
    create=CreateSegment,
    update=UpdateSegment,
    listed_by=ListSegments,
    refuses={Verbs.CREATE: frozenset({400, 422}), Verbs.UPDATE: frozenset({400, 404})},
)


@segments.shows
def report_token(_call: Call, row: SegmentRow) -> str | None:
    """Its report has a token from the start, which is told once the report was computed."""
    return row.report if row.is_computed else None


def _placed(call: Call, values: Values, row: SegmentRow | None) -> Values:
    """A parent fixes the workspace, and must not lie inside the segment itself; roots alone have settings."""
    sent = values.pop("report_settings", None)
    if row is None:
        values |= {"report": new_token("rprt"), "is_computed": False}
    above = values.get("parent_segment_token", row.parent_segment_token if row else None)
    if above is not None:
        if "parent_segment_token" in values:
            _check_parent(call, values, row, above)
        return {**values, "report_settings": None}
    before = row.report_settings if row else None
    return {**values, "report_settings": {**(before or SETTINGS), **(sent.sent() if sent else {})}}


def _check_parent(call: Call, values: Values, row: SegmentRow | None, token: str) -> None:
    if row is not None:  # of two who move segments into each other, one must see what the other did
        call.rows.lock(call.session.get_one(WorkspaceRow, row.workspace_token))
    parent = call.rows.find(SegmentRow, token)
    if parent is None:
        raise Malformed("parent_segment_token: Segment not found")
    if row is None:
        values["workspace_token"] = parent.workspace_token
    elif parent.workspace_token != row.workspace_token:
        raise Malformed("parent_segment_token: a Segment cannot move to another Workspace")
    elif row.token in [each.token for each in (parent, *ancestors(call, parent))]:
        raise Malformed("parent_segment_token: a Segment cannot lie inside itself")


def _computed_soon(call: Call, row: SegmentRow) -> None:
    enqueue(call.session, COMPUTE, {"segment": row.token}, run_at=call.now, key=f"{COMPUTE} {row.token}")


def _taken_along(call: Call, row: SegmentRow) -> None:
    """All below a segment go with it, and the reports of them all."""
    _forget_report(call, row)
    below = subtree(call, row)[1:]
    for each in below:
        segments.note(call, each, segments.values(call, each), None)
        _forget_report(call, each)
    call.session.flush()
    tokens = [each.token for each in below]
    call.session.execute(sa.delete(SegmentRow).where(SegmentRow.token.in_(tokens)))


def _forget_report(call: Call, row: SegmentRow) -> None:
    """What stands on the report of a segment goes; it is called by its own token, or by the segment's."""
    for token in (row.report, row.token):
        for forget in forgetting:
            forget(call, token)
        call.rows.detach(token)


def _off_metrics(call: Call, report: str) -> None:
    forget_reports(call.session, [report])


# Families that keep something on reports join here: what each of them does when one goes.
forgetting: list[Callable[[Call, str], None]] = [forget_forecasts, _off_metrics]

segments.before_write = _placed
segments.after_create = _computed_soon
segments.before_delete = _taken_along


def operations() -> list[Operation]:
    """The operations of segments."""
    return operations_of(segments)
