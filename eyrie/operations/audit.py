"""Audit entries: one for each committed change, with the values before and after as the view shows them."""

from collections.abc import Mapping
from typing import Any

from eyrie.basics.token import new_token
from eyrie.operations.call import Call
from eyrie.store.people import WorkspaceRow
from eyrie.store.rows import Kept, workspace_of
from eyrie.store.traces import AuditRow

CREATED, UPDATED, DESTROYED = "record_created", "record_updated", "record_destroyed"
FILTERED = "[FILTERED]"
_ALWAYS_NEW = frozenset({"updated_at"})

Values = Mapping[str, Any]  # Any: values as the view shows them, ready for JSON


def note(
    call: Call, kind: str, row: Kept, title: str | None, before: Values | None, after: Values | None
) -> None:
    """Write the entry of a change; one that changed nothing leaves none."""
    changed, unchanged = compare(before, after)
    if not changed:
        return
    workspace = row.token if isinstance(row, WorkspaceRow) else workspace_of(row)
    seen = call.session.get(WorkspaceRow, workspace) if workspace else None
    call.session.add(
        AuditRow(
            token=new_token("adt_lg"),
            account_token=call.caller.account,
            created_at=call.now,
            event=CREATED if before is None else DESTROYED if after is None else UPDATED,
            object_type=kind,
            object_token=row.token,
            object_title=title,
            source=call.caller.source.value,
            user=call.caller.name,
            user_token=call.caller.user,
            workspace_token=workspace,
            workspace_title=seen.name if seen else None,
            changed_values=changed,
            unchanged_values=unchanged,
        )
    )


def compare(before: Values | None, after: Values | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell what changed, as [old, new], from what did not.

    >>> compare({"title": "A", "type": "x"}, {"title": "B", "type": "x"})
    ({'title': ['A', 'B']}, {'type': 'x'})
    """
    changed: dict[str, Any] = {}
    unchanged: dict[str, Any] = {}
    for key in [*(before or {}), *(key for key in after or {} if key not in (before or {}))]:
        old = (before or {}).get(key)
        new = (after or {}).get(key)
        if key in _ALWAYS_NEW:
            continue
        if before is None or after is None or old != new:
            changed[key] = [old, new]
        else:
            unchanged[key] = new
    return changed, unchanged
