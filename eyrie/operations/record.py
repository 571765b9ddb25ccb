"""Records: what people keep, declared once.

From one `Record` come up to five operations with page links, search, workspace scope, the check of rights and
an audit entry for each write; command line, documents and generic tests follow from the operations. A family
that differs says so by a hook; a third hook is the sign to write its operations by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from eyrie.access.caller import Scope
from eyrie.access.rights import Action, may
from eyrie.basics.errors import Forbidden, Malformed, NotFound
from eyrie.operations import audit
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Finds, JsonBody, Operation, Work
from eyrie.operations.outcome import Nothing, Page, Shown
from eyrie.operations.paging import OLDEST_FIRST, By, one_page
from eyrie.operations.shapes import Change, Draft, PagedQuery, View
from eyrie.operations.workspace import the_workspace
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
    computed: "dict[str, Callable[[Call, R], Any]]" = field(default_factory=dict)  # Any: as the view's field

    @property
    def plural(self) -> str:
        """The key of the list."""
        return self.name + "s"

    @property
    def parameter(self) -> str:
        """The path parameter that names one."""
        return f"{self.name}_token"

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

    def operations(self) -> list[Operation]:
        """The operations that follow from the declaration."""
        made = []
        if Verbs.LIST in self.verbs:
            made.append(self._list())
        if Verbs.CREATE in self.verbs:
            made.append(self._create())
        if Verbs.READ in self.verbs:
            made.append(self._read())
        if Verbs.UPDATE in self.verbs:
            made.append(self._update())
        if Verbs.DELETE in self.verbs:
            made.append(self._delete())
        return made

    @property
    def _camel(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_"))

    def _list(self) -> Operation:
        def run(call: Call) -> Page:
            query = call.query
            assert isinstance(query, PagedQuery)
            found = one_page(call.session, self._asked(call), self.row, query, self.order)
            items = [self.show(call, row) for row in found.rows]
            return Page(
                self.plural,
                items,
                found.number,
                found.last,
                found.next_after,
                has_next=found.next_after is not None,
            )

        return Operation(
            name=f"get{self._camel}s",
            tag=self.tag,
            method="GET",
            path=self.path,
            summary=f"List {self.thing}s",
            description=f"All {self.thing}s that the token can see, page by page.",
            scope=Scope.READ,
            needs=self.reads_need,
            query=self.listed_by,
            answers=Answer(200, self.view, key=self.plural),
            refuses=self.refuses.get(Verbs.LIST, frozenset()),
            work=Work.READS,
            run=run,
        )

    def _asked(self, call: Call) -> sa.Select[R]:
        """The rows a list is about: those seen, narrowed by the parameters that name a column, and by `q`."""
        question = call.rows.query(self.row)
        for name, value in call.query.model_dump(
            exclude={"page", "limit", "after", "q"}, exclude_none=True
        ).items():
            question = question.where(getattr(self.row, name) == value)
        sought = getattr(call.query, "q", None)
        if sought:
            question = question.where(getattr(self.row, self.titled_by).icontains(sought, autoescape=True))
        return question

    def _create(self) -> Operation:
        assert self.create is not None

        def run(call: Call) -> Shown:
            values = {name: getattr(call.body, name) for name in type(call.body).model_fields}
            values.pop("workspace_token", None)
            if issubclass(self.row, KeptInWorkspace):
                asked = getattr(call.body, "workspace_token", None)
                values["workspace_token"] = asked
            if self.before_write:
                values = self.before_write(call, values, None)
            if issubclass(self.row, KeptInWorkspace):
                values["workspace_token"] = the_workspace(call, values["workspace_token"], creating=True)
                if not may(call.caller, self.needs, values["workspace_token"]):
                    raise Forbidden
            row = self._kept(call, values, None)
            if self.after_create:
                self.after_create(call, row)
            after = self.values(call, row)
            self.note(call, row, None, after)
            return Shown(self.show(call, row))

        return Operation(
            name=f"create{self._camel}",
            tag=self.tag,
            method="POST",
            path=self.path,
            summary=f"Create a {self.thing}",
            description=f"Creates a {self.thing} and returns it.",
            scope=Scope.WRITE,
            needs=self.needs,
            body=JsonBody(self.create),
            answers=Answer(201, self.view),
            refuses=self.refuses.get(Verbs.CREATE, frozenset({400})),
            work=Work.WRITES,
            audited=True,
            run=run,
        )

    def _read(self) -> Operation:
        return Operation(
            name=f"get{self._camel}",
            tag=self.tag,
            method="GET",
            path=f"{self.path}/{{{self.parameter}}}",
            summary=f"Get a {self.thing}",
            description=f"One {self.thing}, by its token.",
            scope=Scope.READ,
            needs=self.reads_need,
            finds=(self.finds(),),
            answers=Answer(200, self.view),
            refuses=self.refuses.get(Verbs.READ, frozenset({404})),
            work=Work.READS,
            run=lambda call: Shown(self.show(call, self._found(call))),
        )

    def _update(self) -> Operation:
        assert self.update is not None

        def run(call: Call) -> Shown:
            row = self._found(call)
            before = self.values(call, row)
            values = call.body.sent()
            if self.before_write:
                values = self.before_write(call, values, row)
            self._kept(call, values, row)
            row.updated_at = call.now
            call.session.flush()
            self.note(call, row, before, self.values(call, row))
            return Shown(self.show(call, row))

        return Operation(
            name=f"update{self._camel}",
            tag=self.tag,
            method="PUT",
            path=f"{self.path}/{{{self.parameter}}}",
            summary=f"Update a {self.thing}",
            description=f"Changes what is sent of a {self.thing}; what is not sent stays.",
            scope=Scope.WRITE,
            needs=self.needs,
            finds=(self.finds(),),
            body=JsonBody(self.update),
            answers=Answer(200, self.view),
            refuses=self.refuses.get(Verbs.UPDATE, frozenset({400, 404})),
            work=Work.WRITES,
            audited=True,
            run=run,
        )

    def _delete(self) -> Operation:
        def run(call: Call) -> Nothing:
            row = self._found(call)
            before = self.values(call, row)
            self.note(call, row, before, None)
            if self.before_delete:
                self.before_delete(call, row)
            call.rows.detach(row.token)
            if not call.rows.remove(row):
                raise NotFound(f"{self.thing} not found")
            return Nothing()

        return Operation(
            name=f"delete{self._camel}",
            tag=self.tag,
            method="DELETE",
            path=f"{self.path}/{{{self.parameter}}}",
            summary=f"Delete a {self.thing}",
            description=f"Deletes a {self.thing}; whatever pointed at it lets go of it.",
            scope=Scope.WRITE,
            needs=self.needs,
            finds=(self.finds(),),
            answers=Answer(204),
            refuses=self.refuses.get(Verbs.DELETE, frozenset({404})),
            work=Work.WRITES,
            audited=True,
            run=run,
        )

    def _found(self, call: Call) -> R:
        row = call.found[self.parameter]
        assert isinstance(row, self.row)
        return row

    def _kept(self, call: Call, values: Values, row: R | None) -> R:
        """Write columns and lists of a new or a known row."""
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
