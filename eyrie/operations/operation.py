"""An operation: everything that a reader needs to know of one thing the API can do.

HTTP, the OpenAPI documents and the generic tests are readers of a table of these values; nothing about an
operation is written twice. `docs/decisions/` has the page that holds this type against the oddest operations
of the contract.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from eyrie.access.caller import Scope
from eyrie.access.rights import Action
from eyrie.operations.call import Call
from eyrie.operations.outcome import Later, Outcome
from eyrie.operations.shapes import Body, Query, View
from eyrie.store.rows import OfAccount


class Door(StrEnum):
    """The documented HTTP doors: the contract's, and ours."""

    V2 = "/v2"
    API = "/api"
    ROOT = ""  # the few paths that other standards fix, documented with ours


class Work(Enum):
    """What an operation does to the store."""

    NONE = "none"
    READS = "reads"
    WRITES = "writes"  # one transaction, whole or not at all


@dataclass(frozen=True)
class JsonBody:
    """A JSON body; missing or empty counts as `{}`."""

    model: type[Body]


@dataclass(frozen=True)
class UploadBody:
    """A form with one file: multipart (boundary declared or not), form-encoded, or bare text/csv."""

    file: str
    model: type[Body]


@dataclass(frozen=True)
class FormBody:
    """A form of texts; JSON is taken as well."""

    model: type[Body]


@dataclass(frozen=True)
class QueryOrJsonBody:
    """Parameters that come in the query or in a JSON body."""

    model: type[Body]


BodyForm = JsonBody | UploadBody | FormBody | QueryOrJsonBody


@dataclass(frozen=True)
class Answer:
    """One status an operation declares for success."""

    status: int
    shape: type[View] | None = None  # of the object, or of one item of the list
    key: str | None = None  # of the list
    more: Mapping[str, Any] = field(default_factory=dict)  # further fields of a list, name to its type
    optional: frozenset[str] = frozenset()  # those of them that are not always there
    free: bool = False  # JSON without a declared shape
    media: tuple[str, ...] = ()  # types of files, where it is no JSON
    linked: bool = True  # False: a list without links


@dataclass(frozen=True)
class Finds:
    """A row that the path names: found, and visible, before anything else is looked at."""

    parameter: str
    row: type[OfAccount]
    thing: str  # "Folder", as in "Folder not found"
    within: tuple[str, str] | None = None  # (column, path parameter): a child must belong to what came before
    also: Callable[[Call, str], OfAccount | None] | None = (
        None  # looks elsewhere for what the table does not have
    )


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing the house can do. `refuses` are the error statuses that the contract declares for it."""

    name: str  # the contract's operation id
    tag: str
    door: Door = Door.V2
    method: str
    path: str  # `{name}` marks a parameter
    summary: str
    description: str = ""
    scope: Scope | None  # None: no token needed
    needs: Action = Action.LOOK
    finds: tuple[Finds, ...] = ()
    query: type[Query] = Query
    body: BodyForm | None = None
    answers: Answer
    also: tuple[Answer, ...] = ()
    refuses: frozenset[int] = frozenset()
    work: Work
    audited: bool = False
    prepares: Callable[[Call], Any] | None = None  # Any: handed on as `call.prepared`
    run: Callable[[Call], Outcome | Later]  # a write is never for later

    @property
    def full_path(self) -> str:
        """The path with its door."""
        return self.door + self.path

    @property
    def takes_upload(self) -> bool:
        """Tell whether the body may be larger than a form of fields."""
        return isinstance(self.body, UploadBody)
