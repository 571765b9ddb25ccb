"""A part: one immutable file of rows, and what the manifest knows of it without opening it.

A part is written once under its own name and never changes: row order and count are fixed for ever, so
(part, row number) names a row. A correction is a new part that takes the place of an old one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from eyrie.basics.period import Period
from eyrie.engine.plan import File, Files


class PartKind(StrEnum):
    """What a part's rows are."""

    RAW = "raw"  # line items
    OVERLAY = "overlay"  # what rules say of the rows of a raw part
    CUBE = "cube"  # sums of a raw part's rows


@dataclass(frozen=True)
class Sums:
    """What the rows of one currency add up to."""

    currency: str
    rows: int
    billed: Decimal
    effective: Decimal


@dataclass(frozen=True)
class Delivery:
    """Where a part's rows came from: one file of one dataset of one integration."""

    integration: str  # token of the integration
    dataset: str  # `default` unless the delivery says otherwise
    source_name: str  # the file's name within the dataset: the same name replaces
    source: str  # what was delivered: token of the upload, or content hash of the file


@dataclass(frozen=True)
class Part:
    """One file of the ledger, as the manifest keeps it."""

    token: str
    kind: PartKind
    delivery: Delivery
    billing_month: dt.date  # first day; replacing works by billing month
    accrued: Period  # pruning works by accrual day
    rows: int
    sums: tuple[Sums, ...]
    providers: tuple[str, ...]
    file: str  # relative to the ledger's folder
    tag_sets: str | None  # side file with the tag sets the rows use, relative too
    bytes: int
    shape: str = ""  # which cube or rule version; empty for raw parts
    cube_of: str | None = None  # the raw part whose rows a cube adds up


@dataclass(frozen=True)
class Snapshot:
    """The parts that a question sees: what was live at one version, in one workspace."""

    version: int
    folder: Path
    parts: tuple[Part, ...]  # of line items
    # Members of compacted parts that were deleted since: part token to member numbers.
    masked: Mapping[str, frozenset[int]] = field(default_factory=dict)
    # What was added up beforehand: part token to its cubes.
    cubes: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    def all_parts(self) -> Iterator[Part]:
        """Give the parts of line items and all cubes."""
        yield from self.parts
        for cubes in self.cubes.values():
            yield from cubes


def pruned(snapshot: Snapshot, period: Period) -> tuple[Part, ...]:
    """Give the parts in which rows of a period can be; by accrual days, not by billing months."""
    return tuple(
        part for part in snapshot.parts if part.accrued.start < period.end and period.start < part.accrued.end
    )


def files_of(snapshot: Snapshot, parts: Iterable[Part]) -> Files:
    """Give the files of parts as an engine reads them, without the members that were deleted since."""
    listed = tuple(parts)
    return Files(
        tuple(
            File(str(snapshot.folder / part.file), tuple(sorted(snapshot.masked.get(part.token, ()))))
            for part in listed
        ),
        tuple(str(snapshot.folder / part.tag_sets) for part in listed if part.tag_sets),
    )
