"""Audit logs: who changed what, when, and what it was before; for Owners."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field, StringConstraints, WithJsonSchema

from eyrie.access.caller import Scope, Source
from eyrie.access.rights import Action
from eyrie.basics.errors import NotFound
from eyrie.basics.period import Period
from eyrie.operations.audit import CREATED, DESTROYED, UPDATED, kept_since
from eyrie.operations.call import Call
from eyrie.operations.operation import Answer, Finds, Operation, Work
from eyrie.operations.outcome import Page, Shown
from eyrie.operations.paging import By, one_page, page_of
from eyrie.operations.shapes import Day, Moment, PagedQuery, Token, View
from eyrie.store.people import UserRow
from eyrie.store.traces import AuditRow

MAXIMUM_LIMIT = 5000
NEWEST_FIRST = (By("number", descending=True),)
_LONGEST_PLACE = 9  # digits


class ActionOnRecord(StrEnum):
    """What was done."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


EVENTS = {
    ActionOnRecord.CREATE: CREATED,
    ActionOnRecord.UPDATE: UPDATED,
    ActionOnRecord.DELETE: DESTROYED,
}
_KINDS = {
    "anyOf": [
        {"enum": ["virtual_tag", "cost_report", "recommendation_commitment", "segment"]},
        {"type": "string", "pattern": "^[a-z_]+$"},
    ]
}
Kind = Annotated[str, StringConstraints(pattern="^[a-z_]+$"), WithJsonSchema(_KINDS)]
Who = Annotated[str, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})]


class AuditLog(View):
    """One change."""

    token: Token
    object_token: Token | None = Field(description="The token of what was changed.")
    object_type: str = Field(description="What kind of thing was changed.")
    object_title: str | None = Field(description="Its title or name.")
    event: str = Field(description="`record_created`, `record_updated` or `record_destroyed`.")
    source: str = Field(description="`console`, `api`, or `finops_agent` for assistants.")
    user: str | None = Field(description="The name of who changed it.")
    workspace_title: str | None = Field(description="The Workspace it lies in, if in one.")
    workspace_token: Token | None = Field(description="The token of that Workspace.")
    created_at: Moment
    changed_values: dict[str, Any] = Field(description="Each changed field, as [old, new].")  # Any: any JSON
    unchanged_values: dict[str, Any] = Field(description="The other fields.")  # Any: any JSON


class ListAuditLogs(PagedQuery):
    """Which AuditLogs to list; all conditions hold together."""

    user: Who | None = Field(
        None, description="The token of a User or Team; or a number, the place of a User in `GET /users`."
    )
    workspace_token: Token | None = Field(None, description="Only changes in this Workspace.")
    action: ActionOnRecord | None = Field(None, description="Only this action.")
    object_name: str | None = Field(None, description="Only of things with exactly this title or name.")
    source: Source | None = Field(None, description="Only changes that came in this way.")
    object_type: Kind | None = Field(
        None, description="Only of this kind: any `object_type` that answers show."
    )
    token: Token | None = Field(None, description="Only this AuditLog.")
    object_token: Token | None = Field(None, description="Only of the thing with this token.")
    start_date: Day | None = Field(None, description="Changes of this UTC day and later.")
    end_date: Day | None = Field(None, description="Changes up to this UTC day, inclusive.")


def asked(call: Call, query: ListAuditLogs) -> sa.Select[AuditRow]:
    """The entries that a list is about."""
    question = call.rows.query(AuditRow).where(AuditRow.created_at >= _kept_since(call))
    for name in ("workspace_token", "source", "object_type", "token", "object_token"):
        value = getattr(query, name)
        if value is not None:
            question = question.where(getattr(AuditRow, name) == value)
    if query.object_name is not None:
        question = question.where(AuditRow.object_title == query.object_name)
    if query.action is not None:
        question = question.where(AuditRow.event == EVENTS[ActionOnRecord(query.action)])
    if query.user is not None:
        question = question.where(AuditRow.user_token == _token_of(call, query.user))
    if query.start_date is not None:
        question = question.where(AuditRow.created_at >= _begin(query.start_date))
    if query.end_date is not None:
        end = Period.through(query.end_date, query.end_date).end
        question = question.where(AuditRow.created_at < _begin(end))
    return question


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _kept_since(call: Call) -> dt.datetime:
    return kept_since(call.now, call.house.audit_retention_months)


def _token_of(call: Call, user: str) -> str:
    """Clients made from the contract can only send a number: the place of a user in `GET /users`."""
    if not (user.isascii() and user.isdecimal() and len(user) <= _LONGEST_PLACE) or int(user) == 0:
        return user
    listed = sa.select(UserRow.token).where(UserRow.account_token == call.caller.account)
    ordered = listed.order_by(UserRow.created_at, UserRow.token)
    return call.session.scalar(ordered.offset(int(user) - 1).limit(1)) or user


def _listed(call: Call) -> Page:
    assert isinstance(call.query, ListAuditLogs)
    question = asked(call, call.query)
    found = one_page(call.session, question, AuditRow, call.query, NEWEST_FIRST, MAXIMUM_LIMIT)
    return page_of("audit_logs", found, [AuditLog.model_validate(row) for row in found.rows])


def _shown(call: Call) -> Shown:
    row = call.found["audit_log_token"]
    assert isinstance(row, AuditRow)
    if row.created_at < _kept_since(call):
        raise NotFound("Audit log not found")
    return Shown(AuditLog.model_validate(row))


def operations() -> list[Operation]:
    """The operations of audit logs."""
    return [
        Operation(
            name="getAuditLogs",
            tag="AuditLogs",
            method="GET",
            path="/audit_logs",
            summary="List audit logs",
            description="What was created, updated and deleted, newest first; for Owners.",
            scope=Scope.READ,
            needs=Action.MANAGE_ACCOUNT,
            query=ListAuditLogs,
            answers=Answer(200, AuditLog, key="audit_logs"),
            refuses=frozenset({403}),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="getAuditLog",
            tag="AuditLogs",
            method="GET",
            path="/audit_logs/{audit_log_token}",
            summary="Get an audit log",
            description="One change, by the token of its entry; for Owners.",
            scope=Scope.READ,
            needs=Action.MANAGE_ACCOUNT,
            finds=(Finds("audit_log_token", AuditRow, "Audit log"),),
            answers=Answer(200, AuditLog),
            refuses=frozenset({403, 404}),
            work=Work.READS,
            run=_shown,
        ),
    ]
