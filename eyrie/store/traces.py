"""Tables of what was done: audit entries and their chain, and the answers kept for repeated requests."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.store.rows import OfAccount, Row


class AuditRow(OfAccount):
    """One committed change of something that people keep, with the values before and after.

    `number` counts the entries of an account from 1, and `hash` ties each to the one before; both are given
    when the transaction ends (`audit_chain.py`).
    """

    __tablename__ = "audit_logs"
    account_token: Mapped[str] = mapped_column(ForeignKey("accounts.token"))
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
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
    __table_args__ = (
        Index("ix_audit_logs_account_created", "account_token", "created_at"),
        UniqueConstraint("account_token", "number"),
    )


class AuditHeadRow(Row):
    """Where an account's chain of entries ends, and where it begins since old entries were forgotten."""

    __tablename__ = "audit_heads"
    account_token: Mapped[str] = mapped_column(ForeignKey("accounts.token"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)  # of the last entry; 0 before the first
    hash: Mapped[str] = mapped_column(String(64))
    forgotten: Mapped[int] = mapped_column(BigInteger)  # the number of the last entry that was forgotten
    forgotten_hash: Mapped[str] = mapped_column(String(64))


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
