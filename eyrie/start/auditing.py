"""What was done here, as the terminal tells it: audit entries, their chain, and what people say."""

import os
import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from eyrie.basics.errors import Malformed, NotFound
from eyrie.basics.period import iso_seconds
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.records.people import audit_logs
from eyrie.records.people.audit_logs import AuditLog, ListAuditLogs
from eyrie.records.people.feedback import UserFeedback, UserFeedbackRow
from eyrie.start.asking import in_options_words, is_readable
from eyrie.start.calling import asking
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.store import audit_chain
from eyrie.store.people import UserRow, WorkspaceRow
from eyrie.store.traces import AuditRow
from eyrie.surfaces.api.parameters import read_values
from eyrie.surfaces.cli.trace_shapes import (
    AuditLine,
    AuditTold,
    AuditWish,
    ChainTold,
    FeedbackLine,
    FeedbackTold,
)
from eyrie.surfaces.cli.work import Flags

_OPTIONS = {
    "object_token": "--object",
    "object_type": "--type",
    "object_name": "--name",
    "workspace_token": "--workspace",
    "start_date": "--from",
    "end_date": "--to",
    "action": "--action",
    "source": "--source",
}
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def audit(flags: Flags, wish: AuditWish) -> AuditTold:
    """List what was changed."""
    with opened(read_settings(os.environ, flags)) as house:
        return entries_of(house, wish)


def verify_audit(flags: Flags, head: str | None) -> Sequence[ChainTold]:
    """Follow the chains."""
    if head is not None and not _HASH.fullmatch(head):
        raise Malformed("--head must be the 64 hex digits that `eyrie audit verify` printed")
    with opened(read_settings(os.environ, flags)) as house:
        return chains_of(house, head)


def feedback(flags: Flags, limit: int) -> FeedbackTold:
    """List what people said."""
    with opened(read_settings(os.environ, flags)) as house:
        return feedback_of(house, limit)


def entries_of(house: House, wish: AuditWish) -> AuditTold:
    """The entries that are wished for, as `GET /audit_logs` finds them, newest first."""
    with asking(house) as call, in_options_words(_OPTIONS):
        query = read_values(ListAuditLogs, _parameters(call, wish))
        newest_first = audit_logs.asked(call, query).order_by(AuditRow.number.desc())
        rows = call.rows.all(newest_first.limit(wish.limit))
    shown = [AuditLog.model_validate(row).model_dump(mode="json") for row in rows]
    return AuditTold([_line(row) for row in rows], {"audit_logs": shown})


def _parameters(call: Call, wish: AuditWish) -> Mapping[str, list[str]]:
    """What is wished for, in the words of the API."""
    given = {
        "user": wish.user and _user(call, wish.user),
        "action": wish.action,
        "object_type": wish.kind,
        "object_name": wish.name,
        "object_token": wish.token,
        "workspace_token": wish.workspace and _workspace(call, wish.workspace),
        "source": wish.source,
        "start_date": wish.first,
        "end_date": wish.last,
    }
    for name, text in given.items():
        if text is not None and not is_readable(text):
            raise Malformed(f"{_OPTIONS.get(name, f'--{name}')} is not text that can be read (UTF-8)")
    return {name: [text] for name, text in given.items() if text is not None}


def _user(call: Call, named: str) -> str:
    """A person by e-mail address; anything else is a token or a number already."""
    if "@" not in named:
        return named
    found = call.rows.all(call.rows.query(UserRow).where(UserRow.email == named))
    if not found:
        raise NotFound(f"There is no user with the e-mail address {named}")
    return found[0].token


def _workspace(call: Call, named: str) -> str:
    """A workspace by its name; what is no name may be the token of one that is gone."""
    found = call.rows.all(call.rows.query(WorkspaceRow).where(WorkspaceRow.name == named))
    return found[0].token if found else named


def _line(row: AuditRow) -> AuditLine:
    what = row.event.removeprefix("record_")
    return AuditLine(
        when=iso_seconds(row.created_at),
        who=row.user,
        what=what,
        kind=row.object_type,
        title=row.object_title or "",
        token=row.object_token,
        fields=tuple(row.changed_values) if what == "updated" else (),
    )


def chains_of(house: House, head: str | None) -> Sequence[ChainTold]:
    """What is found of the chain of each account."""
    with house.database.reading() as session:
        found = audit_chain.verify(session, head)
    return [ChainTold(each.entries, each.head, each.broken, each.noted) for each in found]


def feedback_of(house: House, limit: int) -> FeedbackTold:
    """What people said, newest first."""
    with asking(house) as call:
        newest_first = sa.desc(UserFeedbackRow.created_at), sa.desc(UserFeedbackRow.token)
        question = call.rows.query(UserFeedbackRow).order_by(*newest_first)
        rows = call.rows.all(question.limit(limit))
        names = {row.token: row.name or row.email for row in call.rows.all(call.rows.query(UserRow))}
    lines = [
        FeedbackLine(
            iso_seconds(row.created_at),
            names.get(row.created_by_token or "", row.created_by_token or ""),
            row.message,
        )
        for row in rows
    ]
    shown = [UserFeedback.model_validate(row).model_dump(mode="json") for row in rows]
    return FeedbackTold(lines, {"user_feedback": shown})
