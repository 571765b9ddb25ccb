"""The ledger's manifest: which parts are live, since which version and until which.

Nothing here is overwritten but the version itself. A part, a mask or an assignment is added at one version
and retired at a later one, so what was live at version v is what has `added_version <= v` and no retirement
up to v: the past can be read in one statement, beside writers, without a lock. Everything that changes
these tables locks the one row of `ledger` first.

There are no foreign keys: the ledger outlives the records that it names, or last month could not be
explained. Sums are JSON text with exact decimals in it, because a part is always read whole.
"""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from eyrie.basics.errors import LedgerBroken
from eyrie.store.rows import Row

THE_LEDGER = 1  # the key of the one row


class LedgerRow(Row):
    """The one row that every writer of the ledger locks."""

    __tablename__ = "ledger"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    oldest_version: Mapped[int]  # files that only older versions need may be gone


class LedgerVersionRow(Row):
    """When the ledger came to a version, and by what. Never deleted, and times never go back."""

    __tablename__ = "ledger_versions"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    committed_at: Mapped[dt.datetime]
    what: Mapped[str]


class LedgerPartRow(Row):
    """One part, as `costs/ledger/parts.py` describes it, and its life."""

    __tablename__ = "ledger_parts"
    token: Mapped[str] = mapped_column(String(128), primary_key=True)
    account_token: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str]
    integration: Mapped[str]
    dataset: Mapped[str]
    source_name: Mapped[str]
    source: Mapped[str]
    billing_month: Mapped[dt.date]
    accrued_start: Mapped[dt.date]
    accrued_end: Mapped[dt.date]
    rows: Mapped[int] = mapped_column(BigInteger)
    sums: Mapped[str]
    providers: Mapped[str]
    file: Mapped[str]
    tag_sets: Mapped[str | None]
    bytes: Mapped[int] = mapped_column(BigInteger)
    shape: Mapped[str]
    cube_of: Mapped[str | None] = mapped_column(String(128))
    added_version: Mapped[int] = mapped_column(index=True)
    retired_version: Mapped[int | None] = mapped_column(index=True)
    __table_args__ = (Index("ix_ledger_parts_delivery", "integration", "dataset", "source_name"),)


class LedgerMemberRow(Row):
    """One delivery inside a compacted part. It never changes, and goes when its part goes."""

    __tablename__ = "ledger_members"
    part: Mapped[str] = mapped_column(String(128), primary_key=True)
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    integration: Mapped[str]
    dataset: Mapped[str]
    source_name: Mapped[str]
    source: Mapped[str]
    accrued_start: Mapped[dt.date]
    accrued_end: Mapped[dt.date]
    rows: Mapped[int] = mapped_column(BigInteger)
    sums: Mapped[str]
    providers: Mapped[str]
    __table_args__ = (Index("ix_ledger_members_delivery", "integration", "dataset", "source_name"),)


class LedgerMaskRow(Row):
    """A member of a compacted part whose rows no longer count, until the part is compacted again."""

    __tablename__ = "ledger_masks"
    part: Mapped[str] = mapped_column(String(128), primary_key=True)
    member: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added_version: Mapped[int]
    retired_version: Mapped[int | None]


class LedgerAssignmentRow(Row):
    """A workspace sees the costs of an integration."""

    __tablename__ = "ledger_assignments"
    integration: Mapped[str] = mapped_column(String(64), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    added_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    removed_version: Mapped[int | None]
    account_token: Mapped[str] = mapped_column(String(64))


def begin_ledger(session: Session, now: dt.datetime) -> None:
    """Open the empty ledger at version 0, once in the life of a home; later calls change nothing."""
    if session.scalar(sa.select(LedgerRow.version)) is None:
        session.add(LedgerRow(key=THE_LEDGER, version=0, oldest_version=0))
        session.add(LedgerVersionRow(version=0, committed_at=now, what="the ledger was opened"))
        session.flush()


def locked_version(session: Session) -> int:
    """Become the one writer of the ledger until the transaction ends, and read its version.

    On SQLite a writing session is the one writer already; on PostgreSQL the row's lock makes others wait.
    """
    version: int | None = session.scalar(sa.select(LedgerRow.version).with_for_update())
    if version is None:
        raise LedgerBroken("The ledger was never opened in this home; run `eyrie doctor`")
    return version


def current_version(session: Session) -> int:
    """Read the ledger's version without waiting for anyone."""
    version: int | None = session.scalar(sa.select(LedgerRow.version))
    if version is None:
        raise LedgerBroken("The ledger was never opened in this home; run `eyrie doctor`")
    return version


def workspaces_of(session: Session, integrations: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Tell which workspaces see each integration now, oldest first; unassigned ones are absent."""
    seen = LedgerAssignmentRow
    query = sa.select(seen.integration, seen.workspace).where(seen.removed_version.is_(None))
    if integrations is not None:
        query = query.where(seen.integration.in_(list(integrations)))
    found: dict[str, list[str]] = {}
    for integration, workspace in session.execute(query.order_by(seen.added_version, seen.workspace)):
        found.setdefault(integration, []).append(workspace)
    return found
