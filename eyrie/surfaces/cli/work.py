"""What the commands ask to be done. `start` hands it in, so that this door knows nobody's inside.

Each piece of work takes the flags: the settings that were given on the command line, by name. It imports
what it needs when it is called, which keeps `eyrie --help` quick.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from eyrie.costs.sources.focus.progress import Progress
from eyrie.surfaces.cli.bill_shapes import ExportTold, ExportWish, ImportTold, ImportWish

Flags = Mapping[str, str]


@dataclass(frozen=True)
class SettingRow:
    """One setting as it is shown; a secret never has its value here."""

    name: str
    variable: str
    value: str
    origin: str  # default, environment or command line


@dataclass(frozen=True)
class TokenWish:
    """A token that somebody wants."""

    scopes: tuple[str, ...]
    user: str | None  # an e-mail address; None means the home's first owner
    description: str
    expires_in_days: int | None


@dataclass(frozen=True)
class TokenRow:
    """A token as it is shown: never the secret itself."""

    name: str  # what `token revoke` takes
    user: str
    scopes: tuple[str, ...]
    description: str
    created_at: str
    last_used_at: str
    expires_at: str


@dataclass(frozen=True)
class UserWish:
    """A user that somebody wants."""

    email: str
    name: str | None
    role: str


@dataclass(frozen=True)
class DemoWish:
    """A demo that somebody wants."""

    seed: int
    today: str | None  # a date; None means the day it is
    if_empty: bool  # True: leave a home that is in use alone, without a complaint


@dataclass(frozen=True, kw_only=True)
class CostsWish:
    """A question about costs, in the words of the API; what was not given is None."""

    filter: str | None = None
    report: str | None = None
    workspace: str | None = None  # its name or token
    group: str | None = None
    bin: str | None = None
    first: str | None = None
    last: str | None = None
    settings: tuple[str, ...] = ()  # name=value


@dataclass(frozen=True)
class CostLine:
    """One group in one bin."""

    begins: dt.datetime  # the bin
    groups: tuple[str | None, ...]  # as the API writes them
    labels: tuple[str, ...]  # as people read them
    amount: Decimal
    usage: tuple[Decimal, str | None] | None


@dataclass(frozen=True, kw_only=True)
class CostsTold:
    """What a question about costs gave."""

    about: str  # a line on what is counted: workspace, days, view, classes
    bin: str
    since: dt.datetime  # the first bin that was asked about
    heads: tuple[str, ...]  # of the groups
    lines: Sequence[CostLine]  # newest bin first, in it the largest first
    currency: str
    total: Decimal  # as the API rounds it
    with_usage: bool
    notes: tuple[str, ...]  # what else holds for all lines together
    body: Mapping[str, Any]  # the API's answer, all pages as one, without links  # Any: JSON values


@dataclass(frozen=True)
class IntegrationLine:
    """An integration as it is shown."""

    name: str
    provider: str
    status: str
    fresh: str  # how old the latest day is
    rows: int
    first: str
    last: str
    workspaces: tuple[str, ...]


@dataclass(frozen=True)
class TagLine:
    """A tag key with the number of its values, or one value."""

    text: str
    values: int | None
    providers: tuple[str, ...]


@dataclass(frozen=True)
class ReportLine:
    """A cost report as it is listed."""

    title: str
    token: str
    folder: str
    days: str
    groupings: str
    workspace: str


@dataclass(frozen=True)
class SegmentLine:
    """A segment as it is listed."""

    depth: int  # in its tree
    title: str
    token: str
    priority: int
    filter: str
    workspace: str


@dataclass(frozen=True)
class SegmentCost:
    """What a segment costs, or what it keeps for itself; that has no token."""

    depth: int
    title: str
    token: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class SegmentTold:
    """What a segment costs, with everything below it."""

    about: str
    currency: str
    lines: Sequence[SegmentCost]  # each below its parent
    total: Decimal
    body: Mapping[str, Any]  # the same as JSON  # Any: JSON values


@dataclass(frozen=True)
class PartLine:
    """What one delivered file adds to a total, as far as it stands in one part of the ledger."""

    part: str
    member: str  # its number, in a part that holds several deliveries
    source: str  # the file that was delivered, and how
    month: str
    rows: int
    amount: str


@dataclass(frozen=True)
class SourceLine:
    """One row of a part, with what it adds."""

    source: str  # the file that was delivered
    source_row: str
    day: str
    service: str
    charge_type: str
    basis: str
    amount: str


@dataclass(frozen=True)
class ClaimLine:
    """What one segment took by its own filter, or what nobody did; that has no token."""

    title: str
    token: str
    rows: int
    amount: str


@dataclass(frozen=True, kw_only=True)
class ExplainTold:
    """A total, taken apart."""

    about: str
    filter: str
    settings: Sequence[str]
    left_out: Sequence[tuple[str, str]]  # setting and amount
    claims: Sequence[ClaimLine] = ()  # on the report of a segment
    parts: Sequence[PartLine]
    parts_without_rows: int
    rows: Sequence[SourceLine]
    total: str
    currency: str
    adds_up: bool
    body: Mapping[str, Any]  # the API's answer  # Any: JSON values


@dataclass(frozen=True)
class Work:
    """The work behind each command."""

    settings: Callable[[Flags], Sequence[SettingRow]]
    settings_page: Callable[[], str]  # docs/settings.md
    serve: Callable[[Flags, bool], None]  # True: show a token
    worker: Callable[[Flags], None]
    create_token: Callable[[Flags, TokenWish], str]  # gives the secret
    list_tokens: Callable[[Flags], Sequence[TokenRow]]
    revoke_token: Callable[[Flags, str], None]
    add_user: Callable[[Flags, UserWish], str]  # gives the user's token
    openapi: Callable[[Flags], str]  # the document as JSON text
    doctor: Callable[[Flags], Sequence[str]]  # what is wrong, a sentence each
    backup: Callable[[Flags, Path], Sequence[str]]  # what was done, a sentence each
    restore: Callable[[Flags, Path], Sequence[str]]
    compact: Callable[[Flags], Iterable[str]]  # what was done, a line as soon as it is
    demo: Callable[[Flags, DemoWish], Sequence[str]]  # what there is now, a line each
    costs: Callable[[Flags, CostsWish], CostsTold]
    integrations: Callable[[Flags], Sequence[IntegrationLine]]
    tags: Callable[[Flags, str | None], Sequence[TagLine]]  # all keys, or the values of one
    reports: Callable[[Flags], Sequence[ReportLine]]
    segments: Callable[[Flags], Sequence[SegmentLine]]
    segment: Callable[[Flags, CostsWish], SegmentTold]  # named as the report
    # With the rows of one part, if it is named, or of one member of it.
    explain: Callable[[Flags, CostsWish, str | None, int | None], ExplainTold]
    import_bills: Callable[[Flags, ImportWish, Progress], ImportTold]
    export_bills: Callable[[Flags, ExportWish], ExportTold]
