"""Snapshots: what a question sees, now or as of a moment in the past.

Parts, masks and assignments carry the versions between which they counted, so the version is read once and
the rest is asked for at that version: no writer can come in between, whatever the database calls its
isolation. Within the retention the files of every version are there; a moment before that is refused, not
guessed.
"""

import datetime as dt
import threading
from collections import OrderedDict
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.manifest import PART_COLUMNS, live_at, masked_at, members_of, part_of
from eyrie.basics.errors import Malformed
from eyrie.basics.period import iso_seconds
from eyrie.costs.ledger.parts import Part, PartKind, Snapshot
from eyrie.store.ledger import (
    LedgerAssignmentRow,
    LedgerMaskRow,
    LedgerPartRow,
    LedgerRow,
    LedgerVersionRow,
    current_version,
)

SNAPSHOTS_KEPT = 64

AsOf = int | dt.datetime | None  # a version, a moment in UTC without zone, or now


def snapshot(
    session: Session, folder: Path, workspace: str | None, as_of: AsOf, now: dt.datetime, retention_days: int
) -> Snapshot:
    """Give the parts that a workspace saw; without one all parts, for maintenance."""
    return _read(session, folder, workspace, version_at(session, as_of, now, retention_days), {})


class Snapshots:
    """Snapshots with a memory: parts never change, so one version in one workspace is read once."""

    def __init__(self, folder: Path, retention_days: int) -> None:
        self._folder = folder
        self._retention_days = retention_days
        self._kept: OrderedDict[tuple[int, str | None], Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, session: Session, workspace: str | None, as_of: AsOf, now: dt.datetime) -> Snapshot:
        """Give the snapshot of a workspace, from memory if it is there."""
        version = version_at(session, as_of, now, self._retention_days)
        with self._lock:
            found = self._kept.get((version, workspace))
            latest = next(reversed(self._kept.values()), None)
        if found is None:
            parts = latest.all_parts() if latest else ()
            # A part with masks is told as it counts at its version, which is not how others see it.
            known = {part.token: part for part in parts if latest and part.token not in latest.masked}
            found = _read(session, self._folder, workspace, version, known)
        with self._lock:
            self._kept[version, workspace] = found
            self._kept.move_to_end((version, workspace))
            while len(self._kept) > SNAPSHOTS_KEPT:
                self._kept.popitem(last=False)
        return found


def version_at(session: Session, as_of: AsOf, now: dt.datetime, retention_days: int) -> int:
    """Find the version that was current, or say why it cannot be read."""
    match as_of:
        case None:
            return current_version(session)
        case dt.datetime():
            version = _version_of_moment(session, as_of, now, retention_days)
        case int():
            version = _checked_version(session, as_of, now, retention_days)
    oldest = session.scalars(sa.select(LedgerRow.oldest_version)).one()
    if version < oldest:
        raise Malformed(f"as_of reaches back to version {version}, which was erased; the oldest is {oldest}")
    return version


def _version_of_moment(session: Session, as_of: dt.datetime, now: dt.datetime, retention_days: int) -> int:
    horizon = now - dt.timedelta(days=retention_days)
    if as_of > now:
        raise Malformed(f"as_of is in the future; leave it out to see the costs of now ({iso_seconds(now)})")
    if as_of < horizon:
        raise Malformed(
            f"as_of is beyond the {retention_days} days that the ledger keeps; "
            f"ask for a moment from {iso_seconds(horizon)} on"
        )
    row = LedgerVersionRow
    return session.scalar(sa.select(sa.func.max(row.version)).where(row.committed_at <= as_of)) or 0


def _checked_version(session: Session, as_of: int, now: dt.datetime, retention_days: int) -> int:
    current = current_version(session)
    if not 0 <= as_of <= current:
        raise Malformed(f"as_of names version {as_of}; the ledger has the versions 0 to {current}")
    row = LedgerVersionRow
    superseded = session.scalar(sa.select(row.committed_at).where(row.version == as_of + 1))
    if superseded is not None and superseded < now - dt.timedelta(days=retention_days):
        raise Malformed(
            f"as_of names version {as_of}, which ended {iso_seconds(superseded)}, "
            f"beyond the {retention_days} days that the ledger keeps; ask for a later one"
        )
    return as_of


def _read(
    session: Session, folder: Path, workspace: str | None, version: int, known: dict[str, Part]
) -> Snapshot:
    """Read the parts of a version, taking those that are known already as they are."""
    row = LedgerPartRow
    query = sa.select(*PART_COLUMNS).where(live_at(version))
    if workspace is not None:
        query = query.where(row.integration.in_(_integrations_seen(workspace, version)))
    query = query.order_by(row.accrued_start, row.added_version, row.token)
    found = [known.get(columns[0]) or part_of(columns) for columns in session.execute(query)]
    parts = tuple(part for part in found if part.kind is PartKind.RAW)
    cubes: dict[str, tuple[Part, ...]] = {}
    for part in found:
        if part.cube_of is not None:
            cubes[part.cube_of] = (*cubes.get(part.cube_of, ()), part)
    masked = _masked(session, version, {part.token for part in parts})
    return Snapshot(version, folder, _as_they_count(session, parts, masked), masked, cubes)


def _as_they_count(
    session: Session, parts: tuple[Part, ...], masked: dict[str, frozenset[int]]
) -> tuple[Part, ...]:
    """Take the masked members out of what is known of their parts."""
    members = members_of(session, masked.keys())
    return tuple(
        part.holding([each for each in members[part.token] if each.number not in masked[part.token]])
        if part.token in masked
        else part
        for part in parts
    )


def _integrations_seen(workspace: str, version: int) -> sa.Select[str]:
    row = LedgerAssignmentRow
    return sa.select(row.integration).where(
        row.workspace == workspace,
        row.added_version <= version,
        sa.or_(row.removed_version.is_(None), row.removed_version > version),
    )


def _masked(session: Session, version: int, parts: set[str]) -> dict[str, frozenset[int]]:
    query = sa.select(LedgerMaskRow.part, LedgerMaskRow.member).where(masked_at(version))
    members: dict[str, set[int]] = {}
    for part, member in session.execute(query):
        if part in parts:
            members.setdefault(part, set()).add(member)
    return {part: frozenset(numbers) for part, numbers in members.items()}
