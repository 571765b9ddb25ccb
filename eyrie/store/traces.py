"""Tables of what was done: audit entries, and the answers kept for repeated requests."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import Row


class AuditRow(Row):
    """One committed change of something that people keep, with the values before and after."""

    __tablename__ = "audit_logs"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_token: Mapped[str] = mapped_column(ForeignKey("accounts.token"))
    created_at: Mapped[dt.datetime]
    event: Mapped[str]
    object_type: Mapped[str]
    object_token: Mapped[str]
    object_title: Mapped[str | None]
    source: Mapped[str]
    user: Mapped[str]
    user_token: Mapped[str | None]  # or the token of the team whose service token it was
    workspace_token: Mapped[str | None]
    workspace_title: Mapped[str | None]
    changed_values: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: values as the view shows them
    unchanged_values: Mapped[dict[str, Any]] = mapped_column(JSON)
    __table_args__ = (Index("ix_audit_logs_account_created", "account_token", "created_at"),)


REPEATABLE_FOR = dt.timedelta(hours=24)


class RepeatableRow(Row):
    """The answer to a POST that carried an Idempotency-Key, given again for a day."""

    __tablename__ = "repeatable_answers"
    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
