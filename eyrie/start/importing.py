"""The work behind `eyrie import`: files to rows that count, all of a command in one publication.

Reading and writing parts happens outside any transaction, in a process and with an engine of its own, beside
a running server; nobody sees the parts, and whoever dies here leaves files that are swept. One transaction at
the end makes the integration if it is new, publishes the parts in the place of what the files brought before,
and keeps what was imported. So a command has happened altogether or not at all, and running it again is safe.
"""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from eyrie.archive.change import Assignment, Change, Delivered
from eyrie.archive.publish import publish
from eyrie.archive.tag_sets import publish_checked
from eyrie.basics.errors import Refused, TagSetsClash
from eyrie.basics.faults import moment
from eyrie.basics.token import new_token
from eyrie.costs.ledger.parts import Delivery
from eyrie.costs.sources.focus.bill import Bill, Reading, read_bill
from eyrie.costs.sources.focus.gather import STANDARD_INPUT, Found, gather
from eyrie.costs.sources.focus.header import AnotherDataset
from eyrie.costs.sources.focus.progress import Progress
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.terms import Terms
from eyrie.costs.sources.focus.unpack import Allowance, Readable, discard, spooled, unpacked
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from eyrie.operations.house import House
from eyrie.records.bills import imports
from eyrie.records.bills.imports import Known
from eyrie.records.bills.tag_marks import preferred_tags
from eyrie.start.house import opened
from eyrie.start.import_drops import told_drops
from eyrie.start.import_target import Target, binding_of, find_target, settle_target
from eyrie.start.settings import Settings, read_settings
from eyrie.start.told_of_import import told_of
from eyrie.store.ledger import locked_version
from eyrie.surfaces.cli.bill_shapes import FileTold, ImportTold, ImportWish, Outcome
from eyrie.surfaces.cli.work import Flags

MOST_SALTS = 20
# More memory would not make an import quicker, and a server runs beside it.
MOST_MEMORY = 2_000_000_000


@dataclass
class _Read:
    """What was read so far."""

    files: list[Bill | FileTold] = field(default_factory=list)  # bills, and what is told of the others
    same: list[Known] = field(default_factory=list)  # delivered again as they are

    @property
    def bills(self) -> list[Bill]:
        """The files that were read."""
        return [each for each in self.files if isinstance(each, Bill)]


def import_bills(flags: Flags, wish: ImportWish, progress: Progress) -> ImportTold:
    """Import what is wished for."""
    settings = read_settings(os.environ, flags)
    with opened(settings) as house:
        return imported(house, settings, wish, progress)


def imported(
    house: House, settings: Settings, wish: ImportWish, progress: Progress, limits: ImportLimits | None = None
) -> ImportTold:
    """Import into an opened house."""
    limits = limits or ImportLimits()
    binding = binding_of(wish)
    target = find_target(house, wish)
    with _work_folder(house.staging) as work:
        found = _found(wish, work, limits)
        with closing(_engine(house, settings, work, found)) as engine:
            with house.database.reading() as session:
                preferred = preferred_tags(session, target.account)
            reading = Reading(
                *(engine, work, house.ledger, binding, limits, progress, wish.strict),
                preferred_tags=preferred,
            )
            for salt in range(MOST_SALTS):
                read = _read(found, wish, target, replace(reading, salt=salt, terms=Terms()))
                try:
                    return _published(house, wish, target, str(binding), read)
                except TagSetsClash:
                    continue
    raise Refused("The tag sets of these files clash with every salt")


@contextmanager
def _work_folder(staging: Path) -> Iterator[Path]:
    folder = staging / new_token("import")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _found(wish: ImportWish, work: Path, limits: ImportLimits) -> list[Found]:
    """Find the files; standard input is put aside first, since it can be read only once."""
    if STANDARD_INPUT in wish.paths:
        if len(wish.paths) > 1:
            raise Refused("Standard input is a delivery of its own; import the files apart")
        if not wish.name:
            raise Refused("Standard input has no name; give it one with --as NAME")
        return [spooled(sys.stdin.buffer, work, wish.name, limits)]
    found = gather(wish.paths, limits)
    if wish.name is None:
        return found
    if len(found) != 1:
        raise Refused(f"--as names one file, but these are {len(found):,}")
    return [replace(found[0], name=wish.name)]


def _engine(house: House, settings: Settings, work: Path, found: Sequence[Found]) -> DuckDb:
    """An engine of this import's own, which may read where the files are."""
    budget = Budget(
        min(settings.engine_bytes, MOST_MEMORY),
        settings.threads,
        house.home / "spill" / str(os.getpid()) / "import",
    )
    return DuckDb(budget, [house.ledger, work, *{file.path.parent for file in found}])


def _read(found: Sequence[Found], wish: ImportWish, target: Target, reading: Reading) -> _Read:
    """Read every file that is new; what is known already is left as it is."""
    read = _Read()
    allowance = Allowance(reading.limits.max_unpacked_bytes)
    names = {file.name for file in found}
    for file in found:
        reading.progress.begins(file.name, file.path.stat().st_size)
        for readable in unpacked(file, reading.work, reading.limits, allowance, lambda _: None):
            _read_one(readable, names, wish, target, reading, read)
            discard(readable)
        reading.progress.ends(file.name)
    _refuse_doubles(read, wish, target)
    if not read.bills and not read.same:
        raise Refused(
            "There is no bill among these files",
            *(f"{told.name}: {told.why}" for told in read.files if isinstance(told, FileTold)),
        )
    return _with_terms(read, wish, target, reading.terms)


def _read_one(
    file: Readable, names: set[str], wish: ImportWish, target: Target, reading: Reading, read: _Read
) -> None:
    known = target.known.get((target.dataset, file.name))
    if known and known.sha256 == file.sha256 and known.binding == str(reading.binding):
        read.same.append(known)
        read.files.append(
            FileTold(
                file.name,
                Outcome.UNCHANGED,
                "it is there already, as it is",
                months=tuple(sorted(known.months)),
            )
        )
        return
    for other in target.with_content(file.sha256):
        if (
            other.file != (target.dataset, file.name)
            and not wish.again
            and not _may_go(other, names, wish, target)
        ):
            raise _double(file.name, other.source_name)
    delivery = Delivery(target.token, target.dataset, file.name, file.sha256)
    try:
        bill = read_bill(file, delivery, reading)
    except AnotherDataset as another:
        read.files.append(
            FileTold(file.name, Outcome.SKIPPED, another.problems[0].removeprefix(f"{file.name}: "))
        )
        return
    read.files.append(bill)


def _may_go(other: Known, names: set[str], wish: ImportWish, target: Target) -> bool:
    """Tell whether a file that was imported earlier may be replaced or retired by this delivery."""
    of_a_zip = other.source_name.partition("/")[0]
    return other.dataset == target.dataset and (
        wish.complete or other.source_name in names or of_a_zip in names
    )


def _refuse_doubles(read: _Read, wish: ImportWish, target: Target) -> None:
    """Refuse if, after this import, one content would count under two names."""
    if wish.again:
        return
    names: dict[str, str] = {known.sha256: known.source_name for known in read.same}
    names |= {known.sha256: known.source_name for known in _staying(read, wish, target)}
    for bill in read.bills:
        other = names.setdefault(bill.file.sha256, bill.file.name)
        if other != bill.file.name:
            raise _double(bill.file.name, other)


def _staying(read: _Read, wish: ImportWish, target: Target) -> list[Known]:
    """The files that this import does not deliver, replace or retire."""
    delivered = {bill.file.name for bill in read.bills} | {known.source_name for known in read.same}
    return [
        known
        for known in target.known.values()
        if known.dataset != target.dataset or (known.source_name not in delivered and not wish.complete)
    ]


def _with_terms(read: _Read, wish: ImportWish, target: Target, terms: Terms) -> _Read:
    """Add what all files together tell of commitments."""
    others = [*read.same, *_staying(read, wish, target)]
    elsewhere = {month for known in others if known.dataset == target.dataset for month in known.months}
    told = terms.findings(elsewhere)
    if wish.strict and told:
        raise Refused(*(f"{name}: {finding}" for name, finding in told.items()))
    files = [
        replace(each, findings=(*each.findings, told[each.file.name]))
        if isinstance(each, Bill) and each.file.name in told
        else each
        for each in read.files
    ]
    return _Read(files, read.same)


def _double(name: str, other: str) -> Refused:
    return Refused(
        f"{name} has the same content as {other}, which is imported already, and would count twice. "
        "Import it as that file with --as, or say --again if both count"
    )


def _published(house: House, wish: ImportWish, target: Target, binding: str, read: _Read) -> ImportTold:
    """Publish everything in one transaction."""
    now = house.now()
    delivered = {bill.file.name for bill in read.bills} | {known.source_name for known in read.same}
    months = frozenset(part.billing_month for bill in read.bills for part in bill.parts)
    months |= {month for known in read.same for month in known.months}
    change = Change(
        account=target.account,
        what=f"import of {len(read.bills)} files into {target.token}",
        replace=tuple(Delivered(target.token, target.dataset, bill.file.name) for bill in read.bills),
        add=tuple(part for bill in read.bills for part in (*bill.parts, *bill.cubes)),
        assign=tuple(Assignment(target.token, workspace) for workspace in target.assign),
    )

    def commit(session: Session, checked: Change) -> ImportTold:
        before = locked_version(session)
        retired = _retired(session, target, delivered, months) if wish.complete else []
        gone = tuple(
            Delivered(target.token, known.dataset, known.source_name, months=months) for known in retired
        )
        version = publish(session, house.ledger, replace(checked, replace=checked.replace + gone), now)
        dropped = told_drops(session, target, before, version, now.date(), hold=wish.hold_drops)
        changed = bool(read.bills or retired or target.assign)
        settle_target(house, session, target, now, changed=changed)
        for bill in read.bills:
            imports.keep(session, target.account, bill, target.token, target.dataset, binding, now)
        if retired:
            imports.take_away(session, target.token, target.dataset, months, delivered)
        return ImportTold(
            target.name,
            target.token,
            target.created,
            [_told(each, target) for each in read.files],
            [known.source_name for known in retired],
            dropped,
            version,
        )

    moment("import: before publishing")
    told = publish_checked(house.database, house.ledger, change, house.clashing_tag_sets, commit)
    moment("import: after publishing")
    return told


def _told(file: Bill | FileTold, target: Target) -> FileTold:
    if isinstance(file, FileTold):
        return file
    return told_of(file, target.known.get((target.dataset, file.file.name)))


def _retired(
    session: Session, target: Target, delivered: set[str], months: frozenset[dt.date]
) -> list[Known]:
    """The other files of the dataset that have rows in the months delivered, as they are at this moment."""
    return [
        known
        for known in imports.known_files(session, target.token)
        if known.dataset == target.dataset and known.source_name not in delivered and known.months & months
    ]
