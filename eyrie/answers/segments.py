"""Segments as an ask takes them: what the trees that people keep mean to a question about costs."""

from eyrie.answers.filters import filtered
from eyrie.basics.errors import Malformed
from eyrie.costs.query.ask import AggregateBy, Claim, CostSettings, Dimension, Grouping, Segments, Share
from eyrie.costs.query.claims import ONE
from eyrie.operations.house import House
from eyrie.records.reports.segment_reports import Division

UNALLOCATED = "Unallocated"


def segments_of(house: House, division: Division | None, settings: CostSettings) -> Segments | None:
    """A tree as a question sees it; every page asks again, so what was read is remembered."""
    if division is None:
        return None
    key = (division, settings.unallocated)
    found: Segments | None = house.filters.find(key)
    if found is None:
        read = [filtered(house, [claimant.filter]) for claimant in division.claimants]
        found = Segments(
            claims=tuple(
                Claim(each.shares or (Share(each.condition, ONE),), claimant.beneath, claimant.series)
                for each, claimant in zip(read, division.claimants, strict=True)
            ),
            titles=titles_of(division, settings),
            rest=0 if division.takes_rest and _is_told(division, settings) else None,
            providers_named=frozenset().union(*(each.providers_named for each in read)),
        )
        house.filters.keep(key, found, sum(each.bytes for each in read))
    return found


def titles_of(division: Division, settings: CostSettings) -> tuple[str, ...]:
    """The titles of the series: a segment's own remainder is called unallocated where that is told."""
    own, *children = division.titles
    return (UNALLOCATED if _is_told(division, settings) else own, *children)


def _is_told(division: Division, settings: CostSettings) -> bool:
    return division.tracks or settings.unallocated


def check(groupings: tuple[Grouping, ...], settings: CostSettings, division: Division | None) -> None:
    """Refuse what only a segment's report can be asked, and what it cannot."""
    if division is None and Dimension.SEGMENT in groupings:
        raise Malformed("groupings: segment works on the reports of segments only; name one as the report")
    if division is not None and settings.aggregate_by is AggregateBy.COUNT:
        raise Malformed("settings[aggregate_by]=count does not work on segments; use cost or usage")
