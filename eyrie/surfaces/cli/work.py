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
from eyrie.surfaces.cli.company_shapes import (
    CanvasLine,
    CanvasTold,
    DashboardLine,
    DashboardTold,
    MailLine,
    NotificationLine,
)
from eyrie.surfaces.cli.metric_shapes import MetricWork
from eyrie.surfaces.cli.team_shapes import TeamWork
from eyrie.surfaces.cli.trace_shapes import (
    AnnotationsTold,
    AnnotationWish,
    AuditTold,
    AuditWish,
    ChainTold,
    FeedbackTold,
)

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
    team: str | None = None  # its name or token: a service token of this team
    role: str = "editor"  # of a service token, in its team


@dataclass(frozen=True)
class TokenRow:
    """A token as it is shown: never the secret itself."""

    name: str  # what `token revoke` takes
    owner: str  # an e-mail address, or the name of a team
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
    dashboard: str | None = None  # that shows the report
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
class RatesTold:
    """What an import of exchange rates did."""

    read: int
    new: int  # the others were known


@dataclass(frozen=True)
class RateLine:
    """An exchange rate as it is listed."""

    base: str
    currency: str
    rate: str
    day: str


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
    billed: str  # what is converted, with its currency
    rate: str
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
    converted: bool  # whether any of the rows has another currency
    adds_up: bool
    body: Mapping[str, Any]  # the API's answer  # Any: JSON values


@dataclass(frozen=True, kw_only=True)
class ForecastTold:
    """What is expected of days to come."""

    about: str
    currency: str
    services: Sequence[tuple[str, str, Decimal]]  # provider, service, all days together
    days: Sequence[tuple[str, Decimal, Decimal | None, Decimal | None]]  # day, median, least, most
    total: tuple[Decimal, Decimal | None, Decimal | None]
    months: Sequence[tuple[str, Decimal, Decimal, Decimal]]  # month, spent, expected, together
    rows: Sequence[tuple[str, str, str, Decimal]]  # day, provider, service, amount: as the API lists them
    body: Mapping[str, Any]  # the API's answer with ranges  # Any: JSON values


@dataclass(frozen=True, kw_only=True)
class BacktestTold:
    """How far off forecasts of days that have come would have been."""

    about: str
    ways: Sequence[tuple[str, float | None, float | None, float | None]]  # by service, in total, by month
    coverage: float | None


@dataclass(frozen=True)
class SheetWish:
    """What somebody wants written out of a question about costs."""

    question: CostsWish
    schema: str
    out: Path | None  # None: standard output
    format: str


@dataclass(frozen=True)
class ExportLine:
    """A data export as it is listed."""

    token: str
    kind: str
    status: str
    created_at: str
    rows: int
    files: int
    valid_until: str
    error: str


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
    make_sign_in_link: Callable[[Flags, str], str]  # of the person with this e-mail address
    teams: TeamWork
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
    dashboards: Callable[[Flags], Sequence[DashboardLine]]
    dashboard: Callable[[Flags, str], DashboardTold]
    canvases: Callable[[Flags], Sequence[CanvasLine]]
    canvas: Callable[[Flags, str], CanvasTold]
    try_prompt: Callable[[Flags, str, str | None], CanvasTold]  # in a workspace, by its name or token
    notifications: Callable[[Flags], Sequence[NotificationLine]]
    preview_notification: Callable[[Flags, str], str]
    mail: Callable[[Flags, str | None], Sequence[MailLine]]  # all, or those in one state
    test_mail: Callable[[Flags, str], str]  # gives what became of it
    segments: Callable[[Flags], Sequence[SegmentLine]]
    segment: Callable[[Flags, CostsWish], SegmentTold]  # named as the report
    # With the rows of one part, if it is named, or of one member of it.
    explain: Callable[[Flags, CostsWish, str | None, int | None], ExplainTold]
    audit: Callable[[Flags, AuditWish], AuditTold]
    verify_audit: Callable[[Flags, str | None], Sequence[ChainTold]]  # with a head that was noted
    feedback: Callable[[Flags, int], FeedbackTold]  # at most so many
    annotate: Callable[[Flags, AnnotationWish], str]  # gives the note's token
    annotations: Callable[[Flags, str | None], AnnotationsTold]  # of all reports, or of one
    forecast: Callable[[Flags, CostsWish], ForecastTold]
    backtest: Callable[[Flags, CostsWish, int], BacktestTold]  # of so many days ahead
    import_rates: Callable[[Flags, bytes], RatesTold]
    rates: Callable[[Flags], Sequence[RateLine]]
    import_bills: Callable[[Flags, ImportWish, Progress], ImportTold]
    export_bills: Callable[[Flags, ExportWish], ExportTold]
    metrics: MetricWork
    export_costs: Callable[[Flags, SheetWish], ExportTold]
    exports: Callable[[Flags], Sequence[ExportLine]]
