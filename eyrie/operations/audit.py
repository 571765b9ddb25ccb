"""Audit entries: one for each committed change, with the values before and after as the view shows them.

Entries are chained (`store/audit_chain.py`), kept for some months, and say that a secret changed, never what
it is.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from eyrie.basics.period import shifted
from eyrie.basics.token import new_token
from eyrie.operations.call import Call
from eyrie.store import audit_chain
from eyrie.store.people import WorkspaceRow
from eyrie.store.rows import Kept, workspace_of
from eyrie.store.traces import AuditRow

CREATED, UPDATED, DESTROYED = "record_created", "record_updated", "record_destroyed"
FILTERED = "[FILTERED]"
# How the names of fields end whose values are nobody's business.
SECRETS = (
    "access_key",
    "api_key",
    "application_key",
    "credentials",
    "passphrase",
    "password",
    "private_key",
    "secret",
    "secret_key",
    "secure_data",
    "webhook_url",
)
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
    audit_chain.append(
        call.session,
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
            user_token=call.caller.user or call.caller.team,
            workspace_token=workspace,
            workspace_title=seen.name if seen else None,
            changed_values={name: [masked(name, one) for one in pair] for name, pair in changed.items()},
            unchanged_values={name: masked(name, one) for name, one in unchanged.items()},
        ),
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


def masked(name: str, value: Any) -> Any:  # Any: values as the view shows them
    """A value without the secrets in it; that there is none is not one.

    >>> masked("settings", {"tenant": "T", "password": "x", "api_key": None})
    {'tenant': 'T', 'password': '[FILTERED]', 'api_key': None}
    """
    if value is not None and name.endswith(SECRETS):
        return FILTERED
    if isinstance(value, dict):
        return {key: masked(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(name, inner) for inner in value]
    return value


def kept_since(now: dt.datetime, months: int) -> dt.datetime:
    """The moment from which on entries are kept: midnight, so many months ago.

    >>> str(kept_since(dt.datetime(2026, 2, 28, 17, 30), 24))
    '2024-02-28 00:00:00'
    """
    return dt.datetime.combine(shifted(now.date(), -months), dt.time())
