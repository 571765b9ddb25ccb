"""The header of a file: which column is which, and the version of FOCUS that it is most like.

A name counts if it is FOCUS's exactly, else if it is so without regard to case and separators, else by the
name that an older version had. Everything else is unknown and goes to `extra` as it is called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eyrie.basics.errors import Refused
from eyrie.costs.sources.custom.headers import folded
from eyrie.costs.sources.focus.columns import COLUMNS, OLD_NAMES, OTHER_DATASETS, VERSIONS, names_in
from eyrie.costs.sources.focus.findings import Finding, Weight

LEAST_LIKENESS = 0.2
REQUIRED = ("BilledCost", "ChargeCategory", "ChargePeriodStart")


@dataclass(frozen=True)
class Header:
    """What a file's columns are."""

    names: tuple[str, ...]  # as they stand in the file
    version: str
    places: Mapping[str, int]  # FOCUS column to its place in the file
    unknown: tuple[tuple[str, int], ...]  # by name
    findings: tuple[Finding, ...]


class AnotherDataset(Refused):
    """A FOCUS file, but not one of costs."""


def read_header(names: Sequence[str], version: str | None = None) -> Header:
    """Find the columns of a file; `version` is what the delivery says of itself.

    >>> header = read_header(("billed cost", "ChargeType", "ChargePeriodStart", "Team"))
    >>> header.version, dict(header.places), header.unknown
    ('0.5', {'ChargePeriodStart': 2, 'BilledCost': 0, 'ChargeCategory': 1}, (('Team', 3),))
    """
    names = tuple(name.strip() for name in names)
    if any("\0" in name for name in names):
        raise Refused("The header holds a NUL character; save the file as UTF-8 text")
    first: dict[str, int] = {}
    findings = []
    for place, name in enumerate(names):
        if name and first.setdefault(name, place) != place:
            says = "stands twice in the header; the first one counts"
            findings.append(Finding(Weight.WARNING, name, says))
    places, spelt = _found(first)
    findings += spelt
    likely = _version(names, places)
    found = version if version in VERSIONS else likely
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise Refused(*(f"Missing required column: {name}" for name in missing))
    findings += [
        Finding(Weight.WARNING, name, f"is missing, but mandatory in FOCUS {found}")
        for name, column in COLUMNS.items()
        if column.level == "M" and column.is_in(found) and name not in places
    ]
    unknown = _unknown(names, first, places)
    findings += [
        Finding(Weight.NOTICE, name, "is not a column of FOCUS and is kept as it is")
        for name, _ in unknown
        if not name.lower().startswith("x_")
    ]
    return Header(names, found, places, unknown, tuple(findings))


def _found(first: Mapping[str, int]) -> tuple[dict[str, int], list[Finding]]:
    places = {name: first[name] for name in COLUMNS if name in first}
    findings = []
    taken = set(places.values())
    by_fold = {folded(name): name for name in COLUMNS}
    for spelling, place in first.items():
        name = by_fold.get(folded(spelling))
        if name and place not in taken and name not in places:
            places[name] = place
            taken.add(place)
            findings.append(Finding(Weight.WARNING, name, f"is spelt {spelling}"))
    old_fold = {folded(name): name for name in OLD_NAMES}
    for spelling, place in first.items():
        old = old_fold.get(folded(spelling))
        if old is None or place in taken:
            continue
        for name in OLD_NAMES[old][1]:
            places.setdefault(name, place)
    return places, findings


def _unknown(
    names: Sequence[str], first: Mapping[str, int], places: Mapping[str, int]
) -> tuple[tuple[str, int], ...]:
    """Name every other column; one without a name is called by its place."""
    taken = set(places.values())
    unknown = {name: place for name, place in first.items() if place not in taken}
    for place, name in enumerate(names):
        if not name:
            unknown.setdefault(f"column {place + 1}", place)
    return tuple(sorted(unknown.items()))


def _version(names: Sequence[str], places: Mapping[str, int]) -> str:
    """Give the version whose columns the header is most like; of equals the newest."""
    known = {folded(name): name for version in VERSIONS for name in names_in(version)}
    known |= {folded(name): name for dataset in OTHER_DATASETS.values() for name in dataset}
    there = frozenset(known[folded(name)] for name in names if folded(name) in known)
    likeness = {version: _likeness(there, names_in(version)) for version in reversed(VERSIONS)}
    version = max(likeness, key=lambda each: likeness[each])
    for dataset, columns in OTHER_DATASETS.items():
        if _likeness(there, columns) > max(likeness[version], LEAST_LIKENESS):
            raise AnotherDataset(f"This is FOCUS's {dataset} dataset, which holds no costs")
    # A short bill with what counts is read all the same, however little it is like FOCUS; one that has
    # nearly all of it is told what is missing.
    if likeness[version] < LEAST_LIKENESS and len(places.keys() & set(REQUIRED)) < len(REQUIRED) - 1:
        raise Refused("This is not FOCUS: its header has hardly any of FOCUS's columns")
    return version


def _likeness(there: frozenset[str], columns: frozenset[str]) -> float:
    return len(there & columns) / len(there | columns) if there else 0.0
