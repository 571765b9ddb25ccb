"""The five operations of a record: list, create, read, update, delete, as far as it has them."""

from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from eyrie.access.caller import Scope
from eyrie.access.rights import may
from eyrie.basics.errors import Forbidden, NotFound
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, JsonBody, Operation, Work
from eyrie.operations.outcome import Nothing, Page, Shown
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.record import Record, Verbs
from eyrie.operations.shapes import PagedQuery
from eyrie.operations.workspace import the_workspace
from eyrie.store.rows import Kept, KeptInWorkspace

R = TypeVar("R", bound=Kept)


def operations_of(record: Record[R]) -> list[Operation]:
    """The operations that follow from a declaration."""
    made = {
        Verbs.LIST: _list,
        Verbs.CREATE: _create,
        Verbs.READ: _read,
        Verbs.UPDATE: _update,
        Verbs.DELETE: _delete,
    }
    return [make(record) for verb, make in made.items() if verb in record.verbs]


def _list(record: Record[R]) -> Operation:
    return Operation(
        name=f"get{_camel(record)}s",
        tag=record.tag,
        method="GET",
        path=record.path,
        summary=f"List {record.thing}s",
        description=f"All {record.thing}s that the token can see, page by page.",
        scope=Scope.READ,
        needs=record.reads_need,
        query=record.listed_by,
        answers=Answer(200, record.view, key=record.plural),
        refuses=record.refuses.get(Verbs.LIST, frozenset()),
        work=Work.READS,
        run=partial(_listed, record),
    )


def _create(record: Record[R]) -> Operation:
    assert record.create is not None
    return Operation(
        name=f"create{_camel(record)}",
        tag=record.tag,
        method="POST",
        path=record.path,
        summary=f"Create a {record.thing}",
        description=f"Creates a {record.thing} and returns it.",
        scope=Scope.WRITE,
        needs=record.needs,
        body=JsonBody(record.create),
        answers=Answer(201, record.view),
        refuses=record.refuses.get(Verbs.CREATE, frozenset({400})),
        work=Work.WRITES,
        audited=True,
        run=partial(_created, record),
    )


def _read(record: Record[R]) -> Operation:
    return Operation(
        name=f"get{_camel(record)}",
        tag=record.tag,
        method="GET",
        path=record.path_of_one,
        summary=f"Get a {record.thing}",
        description=f"One {record.thing}, by its token.",
        scope=Scope.READ,
        needs=record.reads_need,
        finds=(record.finds(),),
        answers=Answer(200, record.view),
        refuses=record.refuses.get(Verbs.READ, frozenset({404})),
        work=Work.READS,
        run=lambda call: Shown(record.show(call, record.found(call))),
    )


def _update(record: Record[R]) -> Operation:
    assert record.update is not None
    return Operation(
        name=f"update{_camel(record)}",
        tag=record.tag,
        method="PUT",
        path=record.path_of_one,
        summary=f"Update a {record.thing}",
        description=f"Changes what is sent of a {record.thing}; what is not sent stays.",
        scope=Scope.WRITE,
        needs=record.needs,
        finds=(record.finds(),),
        body=JsonBody(record.update),
        answers=Answer(200, record.view),
        refuses=record.refuses.get(Verbs.UPDATE, frozenset({400, 404})),
        work=Work.WRITES,
        audited=True,
        run=partial(_updated, record),
    )


def _delete(record: Record[R]) -> Operation:
    return Operation(
        name=f"delete{_camel(record)}",
        tag=record.tag,
        method="DELETE",
        path=record.path_of_one,
        summary=f"Delete a {record.thing}",
        description=f"Deletes a {record.thing}; whatever pointed at it lets go of it.",
        scope=Scope.WRITE,
        needs=record.needs,
        finds=(record.finds(),),
        answers=Answer(204),
        refuses=record.refuses.get(Verbs.DELETE, frozenset({404})),
        work=Work.WRITES,
        audited=True,
        run=partial(_deleted, record),
    )


def _camel(record: Record[R]) -> str:
    return "".join(part.capitalize() for part in record.name.split("_"))


def _listed(record: Record[R], call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    found = one_page(call.session, _asked(record, call), record.row, call.query, record.order)
    return page_of(record.plural, found, [record.show(call, row) for row in found.rows])


def _asked(record: Record[R], call: Call) -> sa.Select[R]:
    """The rows a list is about: those seen, narrowed by the parameters that name a column, and by `q`."""
    question = call.rows.query(record.row)
    named = call.query.model_dump(exclude={"page", "limit", "after", "q"}, exclude_none=True)
    for name, value in named.items():
        question = question.where(getattr(record.row, name) == value)
    sought = getattr(call.query, "q", None)
    if sought:
        question = question.where(getattr(record.row, record.titled_by).icontains(sought, autoescape=True))
    return question


def _created(record: Record[R], call: Call) -> Shown:
    values = {name: getattr(call.body, name) for name in type(call.body).model_fields}
    if record.before_write:
        values = record.before_write(call, values, None)
    if issubclass(record.row, KeptInWorkspace):
        workspace = the_workspace(call, values["workspace_token"], creating=True)
        if not may(call.caller, record.needs, workspace):
            raise Forbidden
        values["workspace_token"] = workspace
    row = record.keep(call, values, None)
    if record.after_create:
        record.after_create(call, row)
    record.note(call, row, None, record.values(call, row))
    return Shown(record.show(call, row))


def _updated(record: Record[R], call: Call) -> Shown:
    row = record.found(call)
    before = record.values(call, row)
    values = call.body.sent()
    if record.before_write:
        values = record.before_write(call, values, row)
    record.keep(call, values, row)
    row.updated_at = call.now
    call.session.flush()
    record.note(call, row, before, record.values(call, row))
    return Shown(record.show(call, row))


def _deleted(record: Record[R], call: Call) -> Nothing:
    row = record.found(call)
    record.note(call, row, record.values(call, row), None)
    if record.before_delete:
        record.before_delete(call, row)
    for goes in record.going_too:
        goes(call, row)
    call.rows.detach(row.token)
    if not call.rows.remove(row):
        raise NotFound(f"{record.thing} not found")
    return Nothing()
