"""What an operation answers: a value, a page, a job that was accepted, bytes, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from eyrie.operations.shapes import View


@dataclass(frozen=True)
class Shown:
    """One thing, or a plain object, as JSON."""

    value: View | Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page of a list under its key, and what is needed to link to the others."""

    key: str
    items: Sequence[View | Mapping[str, object]]
    number: int = 1
    last: int | None = None  # the last page's number, where a list tells it
    next_after: str | None = None  # where this page ends, if another follows
    has_next: bool = False
    linked: bool = True  # False: a bare list without links
    more: Mapping[str, object] = field(default_factory=dict)  # further keys of the body
    headers: Mapping[str, str] = field(default_factory=dict)

    def showing(self, items: Sequence[View]) -> "Page":
        """The same page with these items."""
        return replace(self, items=items)


@dataclass(frozen=True)
class Accepted:
    """Work that was begun: where to look for it, and when to look again."""

    value: View | Mapping[str, object]
    location: str | None = None
    retry_after_seconds: int | None = None


@dataclass(frozen=True)
class Raw:
    """A body that is bytes already; a status only where another standard fixes one."""

    content: bytes
    media_type: str = "application/json"
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nothing:
    """Done, and nothing to say."""


Outcome = Shown | Page | Accepted | Raw | Nothing
