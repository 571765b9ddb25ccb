"""A part: one immutable file of rows, and what the manifest knows of it without opening it.

A part is written once under its own name and never changes: row order and count are fixed for ever, so
(part, row number) names a row. A correction is a new part that takes the place of an old one.

Many small parts of one month may become one, whose rows keep their deliveries apart by a member number. Where
a member was deleted since, its rows are masked until the part is compacted again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from eyrie.basics.money import WIDE
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


COMPACTED = ""  # the dataset of parts that hold several deliveries; no delivery has it
PLAIN = 0  # the member number of every row of a part that holds one delivery


def of_several(integration: str, token: str) -> Delivery:
    """Name the delivery of a compacted part: nobody delivered it, so it goes by its own token."""
    return Delivery(integration, COMPACTED, token, token)


@dataclass(frozen=True)
class Member:
    """One delivery inside a compacted part, and what its rows add up to."""

    number: int
    delivery: Delivery
    rows: int
    sums: tuple[Sums, ...]
    accrued: Period
    providers: tuple[str, ...]


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

    @property
    def is_compacted(self) -> bool:
        """Tell whether it holds several deliveries."""
        return self.delivery.dataset == COMPACTED

    def as_member(self) -> Member:
        """Tell of a part of one delivery what a compacted part keeps of each."""
        return Member(PLAIN, self.delivery, self.rows, self.sums, self.accrued, self.providers)

    def holding(self, members: Sequence[Member]) -> "Part":
        """Give the part as it counts when these are all its members that do.

        A part of 10, 20 and 30 in which the second was deleted has two rows, and they add up to 40.
        """
        return replace(
            self,
            rows=sum(member.rows for member in members),
            sums=added_up(sums for member in members for sums in member.sums),
            accrued=Period(
                min(member.accrued.start for member in members), max(member.accrued.end for member in members)
            ),
            providers=tuple(sorted({provider for member in members for provider in member.providers})),
        )


@dataclass(frozen=True)
class Snapshot:
    """The parts that a question sees: what was live at one version, in one workspace.

    Each part is told as it counts: its figures leave the masked members out.
    """

    version: int
    folder: Path
    parts: tuple[Part, ...]  # of line items
    # Members of compacted parts that were deleted since: part token to member numbers.
    masked: Mapping[str, frozenset[int]] = field(default_factory=dict)
    # What was added up beforehand: part token to its cubes.
    cubes: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    @cached_property
    def currencies(self) -> frozenset[str]:
        """The currencies of all rows that are there."""
        return frozenset(sums.currency for part in self.parts for sums in part.sums)

    def counting(self, part: Part, members: Sequence[Member]) -> tuple[Member, ...]:
        """Give those members of a part that are not masked."""
        masked = self.masked.get(part.token, frozenset())
        return tuple(member for member in members if member.number not in masked)

    def all_parts(self) -> Iterator[Part]:
        """Give the parts of line items and all cubes."""
        yield from self.parts
        for cubes in self.cubes.values():
            yield from cubes


def added_up(sums: Iterable[Sums]) -> tuple[Sums, ...]:
    """Add up by currency, exactly."""
    found: dict[str, Sums] = {}
    with localcontext(WIDE):
        for each in sums:
            before = found.get(each.currency, Sums(each.currency, 0, Decimal(0), Decimal(0)))
            found[each.currency] = Sums(
                each.currency,
                before.rows + each.rows,
                before.billed + each.billed,
                before.effective + each.effective,
            )
    return tuple(found[currency] for currency in sorted(found))


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
