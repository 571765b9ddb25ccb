"""What `eyrie import` and `eyrie export` ask for, and what they are told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ImportWish:
    """Files that somebody wants imported."""

    paths: tuple[str, ...]
    integration: str  # token or name
    provider: str | None = None
    split: bool = False
    workspace: str | None = None  # token or name
    dataset: str | None = None
    name: str | None = None
    complete: bool = False
    again: bool = False
    strict: bool = False
    hold_drops: bool = False


class Outcome(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    REPLACED = "replaced"  # the rows that it brought before
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class SumLine:
    """What the charges of one currency add up to; `hidden` is what the default settings leave out."""

    currency: str
    billed: Decimal
    effective: Decimal
    hidden: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class FileTold:
    """One file and its report."""

    name: str
    outcome: Outcome
    why: str = ""
    version: str = ""
    rows: int = 0
    months: tuple[dt.date, ...] = ()
    sums: tuple[SumLine, ...] = ()
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportTold:
    """What an import did."""

    integration: str
    token: str
    created: bool
    files: Sequence[FileTold]
    retired: Sequence[str]  # files of the dataset that are no longer part of a delivery, with their months
    dropped: Sequence[str]  # closed months that lost more than half
    ledger_version: int


@dataclass(frozen=True)
class ExportWish:
    """What somebody wants written out."""

    integration: str | None
    month: str | None
    out: Path | None  # None: standard output
    format: str


@dataclass(frozen=True)
class ExportTold:
    """What was written."""

    rows: int
    bytes: int
    place: str
