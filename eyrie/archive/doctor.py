"""The doctor: does the manifest agree with the files, and does all work get done?

It only looks, beside a running server. What opening a part file takes is handed in (`sums_of` and, member by
member, `members_in`), so that this module knows no engine.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.manifest import PART_COLUMNS, files_of, members_of, part_of
from eyrie.archive.retiring import MASKED
from eyrie.archive.sweep import files_below, named_files
from eyrie.basics.money import plain
from eyrie.basics.period import iso_seconds
from eyrie.costs.ledger.parts import COMPACTED, Member, Part, PartKind, Sums
from eyrie.store.database import Database
from eyrie.store.ledger import LedgerMaskRow, LedgerMemberRow, LedgerPartRow, LedgerRow, LedgerVersionRow
from eyrie.store.outbox import JobRow, JobState

LEASE_OVERDUE = dt.timedelta(minutes=10)  # some worker should have taken the job over long ago
QUEUE_OVERDUE = dt.timedelta(hours=1)

SumsOf = Callable[[Part], Sequence[Sums]]
MembersIn = Callable[[Part], Mapping[int, Sequence[Sums]]]


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
    database: Database,
    folder: Path,
    now: dt.datetime,
    sums_of: SumsOf | None = None,
    members_in: MembersIn | None = None,
) -> list[Finding]:
    """Look at everything; with the last two also add up every live part's file, which takes a while."""
    with database.reading() as session:
        findings = [
            *_integrity(database, session),
            *_versions(session),
            *_strays(session),
            *_twice(session),
            *_jobs(session, now),
        ]
        rows = session.execute(sa.select(LedgerPartRow.retired_version, *PART_COLUMNS))
        parts = [(retired, part_of(part)) for retired, *part in rows]
        members = members_of(session, [part.token for _, part in parts if _holds_several(part)])
        orphans = _orphans(session, folder)
    for retired, part in parts:
        problems = _files(database, folder, part)
        findings += problems
        if _holds_several(part):
            findings += _members(part, members.get(part.token, ()))
        if retired is None and not problems:
            wrong = list(_sums(part, sums_of))
            findings += wrong or _sums_of_members(part, members.get(part.token, ()), members_in)
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
    part = LedgerPartRow
    beyond = sa.select(part.token).where(
        sa.or_(part.added_version > ledger.version, part.retired_version <= part.added_version)
    )
    for token in session.scalars(beyond):
        yield Finding(Severity.FAULT, f"Part {token} has a life that no version explains", advice)


def _strays(session: Session) -> Iterator[Finding]:
    """Look for members without their part, masks without their member, and parts that hold nothing more."""
    advice = "Restore the home from the last backup"
    part, member, mask = LedgerPartRow, LedgerMemberRow, LedgerMaskRow
    lost = sa.select(member.part, member.member).where(member.part.not_in(sa.select(part.token)))
    for token, number in session.execute(lost):
        yield Finding(Severity.FAULT, f"Member {number} is of {token}, which is not in the ledger", advice)
    known = sa.select(member.part).where(member.part == mask.part, member.member == mask.member)
    for token, number in session.execute(sa.select(mask.part, mask.member).where(~known.exists())):
        yield Finding(Severity.FAULT, f"Member {number} is masked in {token}, which does not hold it", advice)
    counting = sa.select(member.part).where(member.part == part.token, ~MASKED)
    live = sa.and_(part.retired_version.is_(None), part.kind == PartKind.RAW.value, part.dataset == COMPACTED)
    for token in session.scalars(sa.select(part.token).where(live, ~counting.exists())):
        yield Finding(Severity.FAULT, f"Part {token} is live, but no member of it counts", advice)


def _twice(session: Session) -> Iterator[Finding]:
    """Look for months of one file that are live from two deliveries: they would be counted twice."""
    row, member = LedgerPartRow, LedgerMemberRow
    live = sa.and_(row.retired_version.is_(None), row.kind == PartKind.RAW.value)
    own = sa.select(
        *(row.integration, row.dataset, row.source_name, row.billing_month, row.source),
        # Parts of one delivery come at one version; a member holds the whole of one.
        sa.cast(row.added_version, sa.Text).label("place"),
    ).where(live)
    inside = sa.select(
        *(member.integration, member.dataset, member.source_name, row.billing_month, member.source),
        (member.part + sa.literal(" ") + sa.cast(member.member, sa.Text)).label("place"),
    )
    both = sa.union_all(own, inside.join(row, row.token == member.part).where(live, ~MASKED)).subquery()
    file = (both.c.integration, both.c.dataset, both.c.source_name, both.c.billing_month)
    several = sa.or_(sa.func.count(both.c.source.distinct()) > 1, sa.func.count(both.c.place.distinct()) > 1)
    for integration, dataset, name, month in session.execute(
        sa.select(*file).group_by(*file).having(several).order_by(*file)
    ):
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


def _holds_several(part: Part) -> bool:
    return part.is_compacted and part.kind is PartKind.RAW


def _members(part: Part, members: Sequence[Member]) -> Iterator[Finding]:
    """Add up the members of a compacted part in the manifest; masked ones are in its figures, too."""
    if not members or part.holding(members) != part:
        yield Finding(Severity.FAULT, f"The members of part {part.token} are not what it holds", RESTORE)


def _sums_of_members(
    part: Part, members: Sequence[Member], members_in: MembersIn | None
) -> Iterator[Finding]:
    """Compare each member with its rows in the file."""
    if members_in is None or not members:
        return
    in_file = members_in(part)
    for member in members:
        if tuple(in_file.get(member.number, ())) != member.sums:
            name = member.delivery.source_name
            yield Finding(
                Severity.FAULT, f"{name} in {part.file} is not what it was when it was compacted", RESTORE
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
