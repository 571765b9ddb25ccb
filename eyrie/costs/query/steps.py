"""The steps of a plan: rows are added up first, and what is costly to find out is asked of the sums.

Adding up by tag set and looking tags up afterwards is several times faster than the other order, and so it is
with the claims of segments, of which there may be hundreds: rows that none of them tells apart come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from eyrie.costs.ledger.columns import TAG_SET
from eyrie.costs.query.seeing import Keys, seen
from eyrie.engine.plan import (
    ALWAYS,
    By,
    Condition,
    Field,
    Files,
    Largest,
    Magnitude,
    Measure,
    Rows,
    Smallest,
    Sum,
    Sums,
    Tagged,
    Totals,
)

_TAG_SET = (TAG_SET, Field(TAG_SET))
Measures = tuple[tuple[str, Measure], ...]


@dataclass(frozen=True)
class Wanted:
    """What a plan should give: keys, tags by column and key, and measures of the rows that pass."""

    keys: Keys
    tags: tuple[tuple[str, str], ...]
    claims: Keys  # keys of many conditions
    measures: Measures
    where: Condition
    counted: Condition  # one more condition, of many tests
    keeping: Condition
    order: tuple[By, ...]


def in_steps(files: Files, wanted: Wanted) -> Totals:
    """Give the steps of what is wanted, as few as there can be."""
    if wanted.claims or wanted.counted != ALWAYS:
        return _claimed(files, wanted)
    if not wanted.tags:
        return Totals(files, wanted.keys, wanted.measures, wanted.where, wanted.keeping, wanted.order)
    by_tag_set = Totals(files, (*wanted.keys, _TAG_SET), wanted.measures, wanted.where)
    return Totals(
        Tagged(by_tag_set, wanted.tags, files.tag_files),
        _fields((*wanted.keys, *wanted.tags)),
        _further(wanted.measures),
        keeping=wanted.keeping,
        order=wanted.order,
    )


def _claimed(files: Files, wanted: Wanted) -> Totals:
    """Add up by all that claims look at, and have them claim the sums."""
    told = seen(wanted.claims, wanted.counted)
    tags = (*wanted.tags, *told.tags)
    tag_set = (_TAG_SET,) if wanted.tags or told.by_tag_set else ()
    summed = Totals(files, (*wanted.keys, *told.columns, *tag_set), wanted.measures, wanted.where)
    if tags:  # many tag sets say the same of these few tags
        left = tag_set if told.tests_tag_sets else ()
        kept = _fields((*wanted.keys, *told.columns, *tags, *left))
        summed = Totals(Tagged(summed, tags, files.tag_files), kept, _further(wanted.measures))
    return Totals(
        Sums(summed, files.tag_files),
        (*_fields((*wanted.keys, *wanted.tags)), *told.keys),
        _further(wanted.measures),
        told.where,
        wanted.keeping,
        wanted.order,
    )


def _fields(named: Iterable[tuple[str, object]]) -> Keys:
    return tuple((name, Field(name)) for name, _ in named)


def _further(measures: Measures) -> Measures:
    return tuple((name, _put_together(name, measure)) for name, measure in measures)


def _put_together(column: str, measure: Measure) -> Measure:
    """Put together what was measured in a step before."""
    match measure:
        case Sum() | Magnitude() | Rows():
            return Sum(column)
        case Largest():
            return Largest(column)
        case Smallest():
            return Smallest(column)
        case _:
            assert_never(measure)
