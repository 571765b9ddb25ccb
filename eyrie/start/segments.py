"""Segments at the terminal: the trees that are kept, and what each of their segments costs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from eyrie.answers.costs import CostsQuery, Told, told
from eyrie.answers.segments import UNALLOCATED
from eyrie.basics.errors import NotFound
from eyrie.basics.money import WIDE, plain
from eyrie.basics.period import Bin
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.reports.rows import SegmentRow
from eyrie.records.reports.segment_reports import segment_named, subtree
from eyrie.start.asking import about, in_options_words, parameters
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store.people import WorkspaceRow
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.work import CostsWish, Flags, SegmentCost, SegmentLine, SegmentTold

ITS_OWN = "its own filter"


def segments(flags: Flags) -> Sequence[SegmentLine]:
    """List the segments."""
    with opened(read_settings(os.environ, flags)) as house:
        return segments_of(house)


def segment(flags: Flags, wish: CostsWish) -> SegmentTold:
    """Tell what a segment costs, and everything below it."""
    with opened(read_settings(os.environ, flags)) as house:
        return costs_of_segment(house, wish)


def segments_of(house: House) -> Sequence[SegmentLine]:
    """All segments by workspace, each below its parent."""
    with asking(house) as call:
        names = {row.token: row.name for row in call.rows.all(call.rows.query(WorkspaceRow))}
        tops = call.rows.query(SegmentRow).where(SegmentRow.parent_segment_token.is_(None))
        ordered = call.rows.all(tops.order_by(SegmentRow.created_at, SegmentRow.token))
        return [
            SegmentLine(
                depth, row.title, row.token, row.priority, row.filter or "", names[row.workspace_token]
            )
            for top in sorted(ordered, key=lambda row: names[row.workspace_token])
            for row, depth in _in_order(top, _children(call, top))
        ]


def costs_of_segment(house: House, wish: CostsWish) -> SegmentTold:
    """What a segment costs, and everything below it: the same figures as `GET /costs` gives of each."""
    with asking(house) as call, in_options_words():
        top = segment_named(call, wish.report or "")
        if top is None:
            raise NotFound("Segment not found; `eyrie segment list` shows their tokens")
        whole = _told(call, wish, top)
        lines = list(_taken_apart(call, wish, top, whole.found.total_cost, _children(call, top)))
        return SegmentTold(
            about=about(whole.found.ask, call.session.get_one(WorkspaceRow, top.workspace_token)),
            currency=whole.currency,
            lines=lines,
            total=whole.found.total_cost,
            body={**whole.totals(), "segments": [_as_json(line) for line in lines]},
        )


def _taken_apart(
    call: Call,
    wish: CostsWish,
    row: SegmentRow,
    amount: Decimal,
    children: Mapping[str, Sequence[SegmentRow]],
    depth: int = 0,
) -> Iterator[SegmentCost]:
    """A segment, all below it, and what it keeps for itself."""
    yield SegmentCost(depth, row.title, row.token, amount)
    below = children.get(row.token, ())
    if not below:
        return
    found = _told(call, wish, row, by_segment=True).found
    assert found.ask.segments is not None
    own_title, *titles = found.ask.segments.titles
    amounts: dict[str, Decimal] = {}
    for each in found.page(0, len(found)):  # a row for each quarter
        title = str(each.groups[0])
        amounts[title] = WIDE.add(amounts.get(title, Decimal(0)), each.amount)
    left = amount
    for child in below:
        if [own_title, *titles].count(child.title) == 1:
            part = amounts.get(child.title, Decimal(0))
        else:  # others have the same title
            part = _told(call, wish, child).found.total_cost
        left = WIDE.subtract(left, part)
        yield from _taken_apart(call, wish, child, part, children, depth + 1)
    if left:
        yield SegmentCost(depth + 1, own_title if own_title == UNALLOCATED else ITS_OWN, "", left)


def _told(call: Call, wish: CostsWish, row: SegmentRow, *, by_segment: bool = False) -> Told:
    """Ask the report of a segment, in as few bins as there are."""
    group = "segment" if by_segment else ""
    asked = parameters(replace(wish, report=row.token, group=group, bin=Bin.QUARTER), None)
    return told(call, read_values(CostsQuery, asked))


def _in_order(
    row: SegmentRow, children: Mapping[str, Sequence[SegmentRow]], depth: int = 0
) -> Iterator[tuple[SegmentRow, int]]:
    yield row, depth
    for child in children.get(row.token, ()):
        yield from _in_order(child, children, depth + 1)


def _children(call: Call, top: SegmentRow) -> Mapping[str, Sequence[SegmentRow]]:
    found: dict[str, list[SegmentRow]] = {}
    for row in subtree(call, top)[1:]:
        found.setdefault(str(row.parent_segment_token), []).append(row)
    return found


def _as_json(line: SegmentCost) -> Mapping[str, str | None]:
    return {"segment_token": line.token or None, "title": line.title, "amount": plain(line.amount)}
