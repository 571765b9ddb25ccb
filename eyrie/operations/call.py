"""One call of an operation: who asks, for what, with what at hand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from eyrie.access.caller import Caller
from eyrie.basics.errors import Fault
from eyrie.operations.shapes import Body, Query
from eyrie.store.rows import OfAccount

if TYPE_CHECKING:
    from eyrie.operations.house import House
    from eyrie.operations.rows import CallerRows


@dataclass(frozen=True)
class Address:
    """The address of a request: `base` is how clients reach us, `target` path and query as received."""

    base: str
    target: str

    @property
    def url(self) -> str:
        """The whole address."""
        return self.base + self.target


@dataclass(frozen=True)
class File:
    """A file that came with a body."""

    name: str | None
    content: bytes


@dataclass(frozen=True)
class Call:
    """What an operation's function is handed. Without a session there is nothing to read or write."""

    house: "House"
    now: dt.datetime
    address: Address
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # by lower-case name
    maybe_caller: Caller | None = None
    maybe_session: Session | None = None
    query: Query = field(default_factory=Query)
    maybe_body: Body | None = None
    files: Mapping[str, File] = field(default_factory=dict)
    found: Mapping[str, OfAccount] = field(default_factory=dict)  # what the path names, by record name
    prepared: Any = None  # Any: what the operation's own `prepares` made before the transaction

    @property
    def caller(self) -> Caller:
        """The one who asks."""
        if self.maybe_caller is None:
            raise Fault("an operation without a token asked who calls")
        return self.maybe_caller

    @property
    def session(self) -> Session:
        """The transaction of this call."""
        if self.maybe_session is None:
            raise Fault("an operation that declares no work asked for a transaction")
        return self.maybe_session

    @property
    def body(self) -> Any:  # Any: the model that the operation declares
        """The body, checked."""
        return self.maybe_body

    @property
    def today(self) -> dt.date:
        """The UTC day of the call."""
        return self.now.date()

    @property
    def rows(self) -> "CallerRows":
        """The rows that this caller may see, and nothing else."""
        from eyrie.operations.rows import CallerRows

        return CallerRows(self.session, self.caller, self.now)

    def with_session(self, session: Session, caller: Caller | None) -> "Call":
        """The same call inside a transaction."""
        return replace(self, maybe_session=session, maybe_caller=caller)
