"""The doctor: does the manifest agree with the files, and does all work get done?

It only looks, beside a running server. What opening a part file takes is handed in (`sums_of`), so that this
module knows no engine.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.manifest import PART_COLUMNS, files_of, part_of
from eyrie.archive.sweep import files_below, named_files
from eyrie.basics.money import plain
from eyrie.basics.period import iso_seconds
from eyrie.costs.ledger.parts import Part, PartKind, Sums
from eyrie.store.database import Database
from eyrie.store.ledger import LedgerMaskRow, LedgerPartRow, LedgerRow, LedgerVersionRow
from eyrie.store.outbox import JobRow, JobState

LEASE_OVERDUE = dt.timedelta(minutes=10)  # some worker should have taken the job over long ago
QUEUE_OVERDUE = dt.timedelta(hours=1)

SumsOf = Callable[[Part], Sequence[Sums]]


class Severity(StrEnum):
    """How bad a finding is."""

    FAULT = "fault"  # the ledger is not what it says it is
    WARNING = "warning"  # something waits for a person
    INFORMATION = "information"  # will be tidied up without anyone


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, and what to do."""

    severity: Severity
    what: str
    advice: str


RESTORE = "Restore the home from the last backup, or deliver the file's source again"


def examine(
    database: Database, folder: Path, now: dt.datetime, sums_of: SumsOf | None = None
) -> list[Finding]:
    """Look at everything; with `sums_of` also add up every live part's file, which takes a while."""
    with database.reading() as session:
        findings = [
            *_integrity(database, session),
            *_versions(session),
            *_twice(session),
            *_jobs(session, now),
        ]
        rows = session.execute(sa.select(LedgerPartRow.retired_version, *PART_COLUMNS))
        parts = [(retired, part_of(part)) for retired, *part in rows]
        orphans = _orphans(session, folder)
    for retired, part in parts:
        problems = _files(database, folder, part)
        findings += problems
        if retired is None and not problems:
            findings += _sums(part, sums_of)
    return findings + orphans


def _integrity(database: Database, session: Session) -> Iterator[Finding]:
    """Ask SQLite about its own file; PostgreSQL looks after itself."""
    if not database.is_sqlite:
        return
    for (answer,) in session.execute(sa.text("PRAGMA integrity_check")):
        if answer != "ok":
            yield Finding(Severity.FAULT, f"The metadata database is damaged: {answer}", RESTORE)


def _versions(session: Session) -> Iterator[Finding]:
    """Check that versions count up by one to the ledger's, and that times do not go back."""
    advice = "Restore the home from the last backup"
    ledger = session.execute(sa.select(LedgerRow.version, LedgerRow.oldest_version)).one_or_none()
    if ledger is None:
        yield Finding(Severity.FAULT, "The ledger was never opened in this home", advice)
        return
    row = LedgerVersionRow
    history = session.execute(sa.select(row.version, row.committed_at).order_by(row.version)).all()
    if [version for version, _ in history] != list(range(ledger.version + 1)):
        yield Finding(Severity.FAULT, f"The history of versions has gaps below {ledger.version}", advice)
    if any(later < earlier for (_, earlier), (_, later) in pairwise(history)):
        yield Finding(Severity.FAULT, "The times of the versions go back", advice)
    part, mask = LedgerPartRow, LedgerMaskRow
    beyond = sa.select(part.token).where(
        sa.or_(part.added_version > ledger.version, part.retired_version <= part.added_version)
    )
    for token in session.scalars(beyond):
        yield Finding(Severity.FAULT, f"Part {token} has a life that no version explains", advice)
    stray = sa.select(mask.part, mask.member).where(mask.part.not_in(sa.select(part.token)))
    for token, member in session.execute(stray):
        yield Finding(
            Severity.FAULT, f"Member {member} is masked in {token}, which is not in the ledger", advice
        )


def _twice(session: Session) -> Iterator[Finding]:
    """Look for months of one file that are live from two deliveries: they would be counted twice."""
    row = LedgerPartRow
    place = (row.integration, row.dataset, row.source_name, row.billing_month)
    several = sa.or_(
        sa.func.count(row.source.distinct()) > 1, sa.func.count(row.added_version.distinct()) > 1
    )
    live = sa.and_(row.retired_version.is_(None), row.kind == PartKind.RAW.value)
    query = sa.select(*place).where(live).group_by(*place).having(several)
    for integration, dataset, name, month in session.execute(query):
        yield Finding(
            Severity.FAULT,
            f"{name} ({integration}, {dataset}) is live twice for {month:%Y-%m}",
            "Delete the delivery and deliver it again",
        )


def _jobs(session: Session, now: dt.datetime) -> Iterator[Finding]:
    """Look for work that nobody does."""
    row = JobRow
    rows = sa.select(row.token, row.kind, row.last_error)
    stuck = sa.and_(row.state == JobState.RUNNING, row.lease_until < now - LEASE_OVERDUE)
    waiting = sa.and_(row.state == JobState.QUEUED, row.run_at < now - QUEUE_OVERDUE)
    for token, kind, _ in session.execute(rows.where(sa.or_(stuck, waiting)).order_by(row.number)):
        yield Finding(
            Severity.WARNING,
            f"Job {token} ({kind}) waits for a worker",
            "Start `eyrie serve` with workers, or `eyrie worker`; look at their logs",
        )
    for token, kind, error in session.execute(rows.where(row.state == JobState.FAILED).order_by(row.number)):
        yield Finding(
            Severity.WARNING,
            f"Job {token} ({kind}) failed for good: {error}",
            "Mend the cause and ask for it again",
        )


def _files(database: Database, folder: Path, part: Part) -> list[Finding]:
    """Check a part's files, and if they are missing whether the sweep has just taken the part away."""
    problems = list(_file_problems(folder, part))
    if not problems:
        return []
    with database.reading() as session:
        still_named = session.scalar(sa.select(LedgerPartRow.token).where(LedgerPartRow.token == part.token))
    return problems if still_named else []


def _file_problems(folder: Path, part: Part) -> Iterable[Finding]:
    for file in files_of(part):
        if not (folder / file).is_file():
            yield Finding(Severity.FAULT, f"{file} of part {part.token} is missing", RESTORE)
        elif file == part.file and (folder / file).stat().st_size != part.bytes:
            size = (folder / file).stat().st_size
            yield Finding(Severity.FAULT, f"{file} has {size} bytes instead of {part.bytes}", RESTORE)


def _sums(part: Part, sums_of: SumsOf | None) -> Iterator[Finding]:
    """Add up a part, in the manifest and in its file."""
    if sum(sums.rows for sums in part.sums) != part.rows:
        yield Finding(Severity.FAULT, f"The rows of part {part.token} do not add up in the manifest", RESTORE)
    if sums_of is None:
        return
    try:
        in_file = {sums.currency: sums for sums in sums_of(part)}
    except Exception as error:  # noqa: BLE001  whatever a damaged file provokes is a finding
        yield Finding(Severity.FAULT, f"{part.file} cannot be read: {error}", RESTORE)
        return
    in_manifest = {sums.currency: sums for sums in part.sums}
    for currency in sorted(in_manifest.keys() | in_file.keys()):
        said, found = in_manifest.get(currency), in_file.get(currency)
        if said != found:
            yield Finding(
                Severity.FAULT,
                f"{part.file} holds {_told(found)} in {currency} instead of {_told(said)}",
                RESTORE,
            )


def _told(sums: Sums | None) -> str:
    if sums is None:
        return "nothing"
    return f"{sums.rows} rows, billed {plain(sums.billed)}, effective {plain(sums.effective)}"


def _orphans(session: Session, folder: Path) -> list[Finding]:
    """List files that the manifest does not name: being written right now, or left by a writer that died."""
    named = named_files(session)
    return [
        Finding(
            Severity.INFORMATION,
            f"{name} is not in the manifest, last written {_written(folder / name)}",
            "Nothing: it is being written, or the sweep removes it when it is a day old",
        )
        for name in files_below(folder)
        if name not in named
    ]


def _written(path: Path) -> str:
    try:
        return iso_seconds(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))
    except FileNotFoundError:
        return "a moment ago"
