"""Records: what people keep, declared once.

From one `Record` come up to five operations (`five.py`) with page links, search, workspace scope, the check
of rights and an audit entry for each write; documents and generic tests follow from the operations. A family
that differs says so by a hook; a third hook is the sign to write its operations by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, Generic, TypeVar

from eyrie.access.rights import Action
from eyrie.basics.errors import Malformed, NotFound
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Finds
from eyrie.operations.paging import OLDEST_FIRST, By
from eyrie.operations.shapes import Change, Draft, PagedQuery, View
from eyrie.store.rows import Kept, KeptInWorkspace

R = TypeVar("R", bound=Kept)
Values = dict[str, Any]  # Any: columns have many types


class Verbs(Flag):
    """Which of the five a record has."""

    LIST = auto()
    READ = auto()
    CREATE = auto()
    UPDATE = auto()
    DELETE = auto()


ALL_VERBS = Verbs.LIST | Verbs.READ | Verbs.CREATE | Verbs.UPDATE | Verbs.DELETE


@dataclass(frozen=True)
class Refers:
    """A list of tokens in a draft or change: to what kind of row, and how it is called when it is unknown."""

    row: type[Kept]
    thing: str


@dataclass(kw_only=True)
class Record(Generic[R]):
    """A family of kept things."""

    name: str  # "saved_filter": the key of audit entries and the path parameter
    thing: str  # "Saved filter", as in "Saved filter not found"
    tag: str
    path: str
    token_prefix: str
    row: type[R]
    view: type[View]
    create: type[Draft] | None = None
    update: type[Change] | None = None
    listed_by: type[PagedQuery] = PagedQuery
    titled_by: str = "title"
    needs: Action = Action.EDIT_REPORTS
    reads_need: Action = Action.LOOK
    verbs: Verbs = ALL_VERBS
    order: tuple[By, ...] = OLDEST_FIRST
    lists: Mapping[str, Refers] = field(default_factory=dict)  # fields kept as ordered links
    refuses: Mapping[Verbs, frozenset[int]] = field(default_factory=dict)
    before_write: "Callable[[Call, Values, R | None], Values] | None" = None
    before_delete: "Callable[[Call, R], None] | None" = None
    after_create: "Callable[[Call, R], None] | None" = None
    # What others do when one is deleted, before it is: families that refer to it add it themselves.
    going_too: "list[Callable[[Call, R], None]]" = field(default_factory=list)
    computed: "dict[str, Callable[[Call, R], Any]]" = field(default_factory=dict)  # Any: as the view's field

    @property
    def plural(self) -> str:
        """The key of the list."""
        return self.name + "s"

    @property
    def parameter(self) -> str:
        """The path parameter that names one."""
        return f"{self.name}_token"

    @property
    def path_of_one(self) -> str:
        """The path of one."""
        return f"{self.path}/{{{self.parameter}}}"

    def shows(self, compute: "Callable[[Call, R], Any]") -> "Callable[[Call, R], Any]":  # Any: as the field
        """Declare how a field that is no column is computed; the function has the field's name."""
        self.computed[compute.__name__] = compute
        return compute

    def show(self, call: Call, row: R) -> View:
        """What is shown of a row: its columns, its ordered lists, and what is computed."""
        values: Values = {}
        for name in self.view.model_fields:
            if name in self.computed:
                values[name] = self.computed[name](call, row)
            elif name in self.lists:
                values[name] = call.rows.links(row.token, name)
            else:
                values[name] = getattr(row, name)
        return self.view.model_validate(values)

    def values(self, call: Call, row: R) -> Values:
        """What an audit entry keeps of a row."""
        return self.show(call, row).model_dump(mode="json")

    def note(self, call: Call, row: R, before: Values | None, after: Values | None) -> None:
        """Write the audit entry of a change."""
        audit.note(call, self.name, row, getattr(row, self.titled_by), before, after)

    def finds(self) -> Finds:
        """The row that a path names."""
        return Finds(self.parameter, self.row, self.thing)

    def found(self, call: Call) -> R:
        """The row that the path of a call names."""
        row = call.found[self.parameter]
        assert isinstance(row, self.row)
        return row

    def keep(self, call: Call, values: Values, row: R | None) -> R:
        """Write columns and lists of a known row, or of a new one."""
        lists = {name: values.pop(name) for name in list(values) if name in self.lists}
        if row is None:
            row = call.rows.add(self.row, self.token_prefix, **values)
        else:
            for name, value in values.items():
                setattr(row, name, value)
            if lists:
                call.rows.lock(row)
        for name, tokens in lists.items():
            if tokens is not None:
                self._check_list(call, row, name, tokens)
                call.rows.set_links(row.token, name, tokens)
        return row

    def _check_list(self, call: Call, row: R, name: str, tokens: list[str]) -> None:
        """Each token must name a row that the caller sees, in the same workspace."""
        refers = self.lists[name]
        for token in tokens:
            target = call.rows.find(refers.row, token)
            if target is None:
                raise NotFound(f"{refers.thing} not found: {token}")
            places = {kept.workspace_token for kept in (row, target) if isinstance(kept, KeptInWorkspace)}
            if len(places) > 1:
                raise Malformed(f"{refers.thing} {token} belongs to another Workspace")
