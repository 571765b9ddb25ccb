"""The steps of a plan: rows are added up first, and what is costly to find out is asked of the sums.

Adding up by tag set and looking tags up afterwards is several times faster than the other order, and so it is
with the claims of segments, of which there may be hundreds: rows that none of them tells apart come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from eyrie.costs.ledger.columns import TAG_SET
from eyrie.costs.query.seeing import Keys, seen
from eyrie.engine.plan import (
    ALWAYS,
    Condition,
    Factored,
    Field,
    Files,
    Largest,
    Magnitude,
    Measure,
    Product,
    Rows,
    Smallest,
    SplitProduct,
    SplitProductRest,
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


def in_steps(files: Files, wanted: Wanted) -> Totals:
    """Give the steps of what is wanted, as few as there can be."""
    if wanted.claims or wanted.counted != ALWAYS:
        return _claimed(files, wanted)
    if not wanted.tags:
        return Totals(files, wanted.keys, wanted.measures, wanted.where)
    by_tag_set = Totals(files, (*wanted.keys, _TAG_SET), wanted.measures, wanted.where)
    tagged = Tagged(by_tag_set, wanted.tags, files.tag_files)
    return put_together(tagged, (*wanted.keys, *wanted.tags), wanted.measures)


def _claimed(files: Files, wanted: Wanted) -> Totals:
    """Add up by all that claims look at, and have them claim the sums."""
    told = seen(wanted.claims, wanted.counted)
    tags = (*wanted.tags, *told.tags)
    tag_set = (_TAG_SET,) if wanted.tags or told.by_tag_set else ()
    summed = Totals(files, (*wanted.keys, *told.columns, *tag_set), wanted.measures, wanted.where)
    if tags:  # many tag sets say the same of these few tags
        left = tag_set if told.tests_tag_sets else ()
        tagged = Tagged(summed, tags, files.tag_files)
        summed = put_together(tagged, (*wanted.keys, *told.columns, *tags, *left), wanted.measures)
    claimed = put_together(
        Sums(summed, files.tag_files), (*wanted.keys, *wanted.tags), wanted.measures, told.where
    )
    return replace(claimed, keys=(*claimed.keys, *told.keys))


def put_together(
    source: Tagged | Sums | Factored,
    columns: Iterable[tuple[str, object]],
    measures: Measures,
    where: Condition = ALWAYS,
) -> Totals:
    """Add up sums of a step before by these columns of it."""
    return Totals(
        source,
        keys=tuple((column, Field(column)) for column, _ in columns),
        measures=tuple((column, _further(column, measure)) for column, measure in measures),
        where=where,
    )


def _further(column: str, measure: Measure) -> Measure:
    """Put together what was measured in a step before."""
    match measure:
        case Sum() | Magnitude() | Rows() | Product() | SplitProduct() | SplitProductRest():
            return Sum(column)
        case Largest():
            return Largest(column)
        case Smallest():
            return Smallest(column)
        case _:
            assert_never(measure)
