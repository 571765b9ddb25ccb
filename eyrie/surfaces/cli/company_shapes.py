"""What the commands about the company of reports hand over: dashboards, canvases, notifications, mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class DashboardLine:
    """A dashboard as it is listed."""

    title: str
    token: str
    widgets: int
    days: str  # empty: each report has its own
    bin: str
    workspace: str


@dataclass(frozen=True)
class Figures:
    """What a report costs, and what it cost over the days before."""

    total: Decimal
    before: Decimal
    currency: str


@dataclass(frozen=True)
class WidgetLine:
    """A widget with the figures of what it shows; None for what has no costs."""

    title: str
    target: str
    days: str
    figures: Figures | None


@dataclass(frozen=True)
class DashboardTold:
    """A dashboard with all its widgets."""

    about: str
    widgets: Sequence[WidgetLine]


@dataclass(frozen=True)
class CanvasLine:
    """A canvas as it is listed."""

    title: str
    token: str
    prompt: str
    refreshed: str  # empty: not yet
    workspace: str


@dataclass(frozen=True)
class CanvasTold:
    """A prompt's table."""

    about: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    error: str


@dataclass(frozen=True)
class NotificationLine:
    """A report notification as it is listed."""

    title: str
    token: str
    report: str
    frequency: str
    users: Sequence[str]  # their e-mail addresses
    told: str  # the last day it was told on; empty: not yet
    workspace: str


@dataclass(frozen=True)
class MailLine:
    """A message as it is listed."""

    subject: str
    to: str
    state: str
    tries: int
    sent: str
    next_try: str
    error: str
