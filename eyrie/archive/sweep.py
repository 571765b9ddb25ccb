"""Sweeping: the only place that deletes files, and only those that nobody can ask for any more.

Three kinds go: files in the ledger's folder that the manifest never named and that are a day old (a writer
died, or gave up), parts that were retired longer ago than the retention, and staged files that no job
needs.

A retired part leaves the manifest first and its file follows: a death in between leaves a file that nobody
names, which is the first kind. A file of the first kind is removed under the ledger's lock, after a look at
the names under that lock: `publish` looks at its files under the same lock, so a writer that comes late
finds its file gone and writes it again, instead of naming nothing.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.faults import moment
from eyrie.store.database import Database
from eyrie.store.ledger import (
    LedgerMaskRow,
    LedgerMemberRow,
    LedgerPartRow,
    LedgerRow,
    LedgerVersionRow,
    locked_version,
)
from eyrie.store.outbox import staged_files_needed

ORPHANS_KEPT = dt.timedelta(hours=24)
# A question that has just taken its snapshot may still open a file that was retired a moment ago.
LONGEST_QUESTION = dt.timedelta(hours=1)
UNLINKED_AT_ONCE = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What a sweep removed."""

    parts: int  # retired parts that left the manifest, with their files
    orphans: int  # files that the manifest never named
    staged: int  # staged files that no job needs


def sweep(database: Database, folder: Path, staging: Path, now: dt.datetime, retention_days: int) -> Swept:
    """Remove what nobody can ask for any more."""
    kept = max(dt.timedelta(days=retention_days), LONGEST_QUESTION)
    parts = erase(database, folder, now - kept)
    swept = Swept(parts, _sweep_orphans(database, folder, now), _sweep_staged(database, staging, now))
    _log.info("swept %d retired parts, %d orphans, %d staged files", swept.parts, swept.orphans, swept.staged)
    return swept


def erase(database: Database, folder: Path, retired_before: dt.datetime) -> int:
    """Remove parts that were retired before a moment, whatever the retention; count them.

    Versions that need them can no longer be read, which the ledger remembers.
    """
    with database.writing() as session:
        tokens, files = _forget_retired(session, retired_before)
    for file in sorted(files):
        _unlink(folder / file, "sweep: retired file")
    return len(tokens)


def _forget_retired(session: Session, retired_before: dt.datetime) -> tuple[list[str], set[str]]:
    """Take retired parts out of the manifest; name them and the files that nothing names any more."""
    locked_version(session)
    part, version = LedgerPartRow, LedgerVersionRow
    # Times never go back, so all that was retired up to the last version before the moment goes.
    last = sa.select(sa.func.max(version.version)).where(version.committed_at < retired_before)
    through = session.scalar(last)
    if through is None:
        return [], set()
    gone = part.retired_version <= through
    found = session.execute(
        sa.select(part.token, part.file, part.tag_sets, part.retired_version).where(gone)
    ).all()
    if not found:
        return [], set()
    oldest = max(retired for *_, retired in found if retired is not None)
    forget = sa.select(part.token).where(gone)
    for row in (LedgerMaskRow, LedgerMemberRow):
        gone_too = sa.delete(row).where(row.part.in_(forget))
        session.execute(gone_too.execution_options(synchronize_session=False))
    session.execute(sa.delete(part).where(gone).execution_options(synchronize_session=False))
    session.execute(
        sa.update(LedgerRow)
        .where(LedgerRow.oldest_version < oldest)
        .values(oldest_version=oldest)
        .execution_options(synchronize_session=False)
    )
    files = {name for _, file, tag_sets, _ in found for name in (file, tag_sets) if name is not None}
    return [token for token, *_ in found], files - named_files(session)


def _sweep_orphans(database: Database, folder: Path, now: dt.datetime) -> int:
    """Remove old files that the manifest does not name, a few at a time under the ledger's lock."""
    with database.reading() as session:
        named = named_files(session)
    old = [name for name in files_below(folder) if name not in named and _is_older(folder / name, now)]
    removed = 0
    for start in range(0, len(old), UNLINKED_AT_ONCE):
        with database.writing() as session:
            locked_version(session)
            named = named_files(session)
            for name in old[start : start + UNLINKED_AT_ONCE]:
                if name not in named:
                    _unlink(folder / name, "sweep: orphan")
                    removed += 1
    return removed


def _sweep_staged(database: Database, staging: Path, now: dt.datetime) -> int:
    """Remove old staged files that no job needs."""
    old = [name for name in files_below(staging) if _is_older(staging / name, now)]
    if not old:
        return 0
    with database.reading() as session:
        needed = staged_files_needed(session)
    gone = [name for name in old if name not in needed]
    for name in gone:
        _unlink(staging / name, "sweep: staged")
    return len(gone)


def named_files(session: Session) -> set[str]:
    """Name every file that the manifest knows, of live and of retired parts."""
    rows = session.execute(sa.select(LedgerPartRow.file, LedgerPartRow.tag_sets))
    return {name for row in rows for name in row if name is not None}


def files_below(folder: Path) -> Iterator[str]:
    """Name all files in a folder and the folders in it, relative to it."""
    if folder.is_dir():
        yield from sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _is_older(path: Path, now: dt.datetime) -> bool:
    """Tell whether a file has not been written to for a day; one that has just gone is not old."""
    try:
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)
    except FileNotFoundError:
        return False
    return written < now - ORPHANS_KEPT


def _unlink(path: Path, name: str) -> None:
    moment(f"{name}, before unlink")
    path.unlink(missing_ok=True)
    moment(f"{name}, after unlink")
