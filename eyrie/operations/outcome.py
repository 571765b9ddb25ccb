"""What an operation answers: a value, a page, a job that was accepted, bytes, or nothing.

Or that it takes long, and how it will then answer.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eyrie.engine.port import Cancel
from eyrie.operations.shapes import View


@dataclass(frozen=True)
class Shown:
    """One thing, or a plain object, as JSON."""

    value: View | Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Printed:
    """A list that is JSON already."""

    content: bytes


@dataclass(frozen=True)
class Page:
    """One page of a list under its key, and what is needed to link to the others."""

    key: str
    items: Sequence[View | Mapping[str, object]] | Printed
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
class Download:
    """A file, sent piece by piece however large it is."""

    path: Path
    media_type: str


@dataclass(frozen=True)
class Nothing:
    """Done, and nothing to say."""


Outcome = Shown | Page | Accepted | Raw | Download | Nothing


@dataclass(frozen=True)
class Later:
    """A question that takes long, and how its answer is then shown. Neither may need the store any more.

    The door waits for it without a thread or a transaction, together with all others who ask under the same
    key, and has it stopped when nobody waits.
    """

    key: Hashable
    work: Callable[[Cancel], Any]  # Any: what is worked out is between these two
    shown: Callable[[Any], Outcome]
