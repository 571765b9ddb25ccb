"""What the commands on audit entries, feedback and annotations wish for, and what they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AuditWish:
    """Which changes somebody wants to see; what was not given is None."""

    user: str | None = None  # an e-mail address or a token
    action: str | None = None
    kind: str | None = None
    name: str | None = None
    token: str | None = None
    workspace: str | None = None  # its name or token
    source: str | None = None
    first: str | None = None
    last: str | None = None
    limit: int = 100


@dataclass(frozen=True)
class AuditLine:
    """A change as it is listed."""

    when: str
    who: str
    what: str  # created, updated, destroyed
    kind: str
    title: str
    token: str  # of what was changed
    fields: tuple[str, ...]  # those that an update changed


@dataclass(frozen=True)
class AuditTold:
    """Changes, the newest first."""

    lines: Sequence[AuditLine]
    body: Mapping[str, Any]  # the API's answer  # Any: JSON values


@dataclass(frozen=True)
class ChainTold:
    """What was found of a chain of audit entries."""

    entries: int  # that are whole
    head: str
    broken: str | None  # what is, if something is
    noted: bool  # whether the head that was noted is in it


@dataclass(frozen=True)
class FeedbackLine:
    """What somebody said, as it is listed."""

    when: str
    who: str
    message: str


@dataclass(frozen=True)
class FeedbackTold:
    """What people said, the newest first."""

    lines: Sequence[FeedbackLine]
    body: Mapping[str, Any]  # the API's answer  # Any: JSON values


@dataclass(frozen=True)
class AnnotationWish:
    """A note that somebody wants on reports."""

    reports: tuple[str, ...]
    message: str
    date: str | None  # None means today
    title: str | None


@dataclass(frozen=True)
class AnnotationLine:
    """A note as it is listed."""

    date: str
    title: str
    message: str
    reports: tuple[str, ...]
    token: str


@dataclass(frozen=True)
class AnnotationsTold:
    """Notes, the newest day first."""

    lines: Sequence[AnnotationLine]
    body: Mapping[str, Any]  # the API's answer  # Any: JSON values
