"""Publishing: the one way in which the ledger changes.

A `Change` (`change.py`) says what shall be different; `publish` makes it so inside the caller's
transaction, so that "the upload is complete", "the job is done" and "the rows count" are one fact. It waits
for the lock of the one ledger row, hence changes happen one after another and every check below sees all
earlier ones.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Assignment, Change, Delivered, Member
from eyrie.archive.manifest import files_of, row_of
from eyrie.basics.errors import LedgerBroken, LedgerMoved
from eyrie.basics.faults import moment
from eyrie.costs.ledger.parts import Part
from eyrie.store.ledger import (
    LedgerAssignmentRow,
    LedgerMaskRow,
    LedgerPartRow,
    LedgerRow,
    LedgerVersionRow,
    locked_version,
)

AT_ONCE = 500  # how many tokens one statement names


def publish(session: Session, folder: Path, change: Change, now: dt.datetime) -> int:
    """Apply a change and give the ledger's version, a new one unless nothing was to be done."""
    moment("publish: before lock")
    before = locked_version(session)
    moment("publish: after lock")
    version = before + 1
    touched = _retire(session, change, version)
    _check_new_parts(session, folder, change)
    touched += _add(session, change, version)
    touched += _mask(session, change.mask, version)
    touched += _unassign(session, change.unassign, version) + _assign(session, change, version)
    if not touched:
        return before
    moment("publish: before version")
    previous = session.scalars(
        sa.select(LedgerVersionRow.committed_at).where(LedgerVersionRow.version == before)
    ).one()
    session.execute(
        sa.insert(LedgerVersionRow).values(version=version, committed_at=max(now, previous), what=change.what)
    )
    session.execute(_quiet(sa.update(LedgerRow).values(version=version)))
    moment("publish: after version")
    return version


def _retire(session: Session, change: Change, version: int) -> int:
    """Retire the named parts and those of the deliveries to replace, and their masks with them."""
    row = LedgerPartRow
    live = sa.and_(row.retired_version.is_(None), row.account_token == change.account)
    retired = 0
    for tokens in _chunks(sorted(set(change.retire))):
        update = _quiet(sa.update(row).where(live, row.token.in_(tokens)).values(retired_version=version))
        count = _changed(session, update)
        if count != len(tokens):
            raise LedgerMoved("A part to retire is no longer live: another change came first. Redo this one")
        retired += count
    for delivered in change.replace:
        retired += _changed(
            session, _quiet(sa.update(row).where(live, _of(delivered)).values(retired_version=version))
        )
    if retired:
        gone = sa.select(row.token).where(row.retired_version == version)
        mask = LedgerMaskRow
        _changed(
            session,
            _quiet(
                sa.update(mask)
                .where(mask.retired_version.is_(None), mask.part.in_(gone))
                .values(retired_version=version)
            ),
        )
    return retired


def _of(delivered: Delivered) -> sa.ColumnElement[bool]:
    """The condition that a part came from a delivery."""
    row = LedgerPartRow
    conditions = [row.integration == delivered.integration]
    if delivered.dataset is not None:
        conditions.append(row.dataset == delivered.dataset)
    if delivered.source_name is not None:
        conditions.append(row.source_name == delivered.source_name)
    if delivered.source is not None:
        conditions.append(row.source == delivered.source)
    if delivered.months is not None:
        conditions.append(row.billing_month.in_(sorted(delivered.months)))
    return sa.and_(*conditions)


def _check_new_parts(session: Session, folder: Path, change: Change) -> None:
    """Refuse parts without their files, parts of what is live already, and unchecked tag sets."""
    for part in change.add:
        _check_files(folder, part)
    places: dict[tuple[str, str, str], dict[tuple[dt.date, str, str], str]] = {}
    for part in change.add:
        source = part.delivery
        named = places.setdefault((source.integration, source.dataset, source.source_name), {})
        if (
            named.setdefault((part.billing_month, part.kind.value, part.shape), source.source)
            != source.source
        ):
            raise LedgerBroken(f"Two deliveries of {source.source_name} are to be published as one")
    for (integration, dataset, source_name), new in places.items():
        if not new.keys().isdisjoint(_taken(session, integration, dataset, source_name)):
            raise LedgerMoved(
                f"{source_name} of {integration} is live already for a month to add: replace it, or leave it"
            )
    if any(part.tag_sets for part in change.add):
        _check_tag_sets_were_compared(session, change.tag_sets_checked)


def _taken(
    session: Session, integration: str, dataset: str, source_name: str
) -> list[tuple[dt.date, str, str]]:
    """List the months, kinds and shapes that are live of a file of a dataset."""
    row = LedgerPartRow
    query = sa.select(row.billing_month, row.kind, row.shape).distinct()
    query = query.where(
        row.retired_version.is_(None),
        row.integration == integration,
        row.dataset == dataset,
        row.source_name == source_name,
    )
    return [(month, kind, shape) for month, kind, shape in session.execute(query)]


def _check_files(folder: Path, part: Part) -> None:
    """Look at the files once more: a writer that took longer than a day may have met the sweep."""
    for file in files_of(part):
        if not (folder / file).is_file():
            raise LedgerBroken(
                f"{file} is to be published, but is not in the ledger's folder; write it again"
            )
    if (folder / part.file).stat().st_size != part.bytes:
        raise LedgerBroken(
            f"{part.file} is to be published, but has another size than its part; write it again"
        )


def _check_tag_sets_were_compared(session: Session, checked: int | None) -> None:
    """Refuse if parts came that the new tag sets were not compared with."""
    if checked is None:
        raise LedgerBroken(
            "Parts with tag sets are to be published without comparing their ids with the live ones"
        )
    row = LedgerPartRow
    newcomers = sa.select(row.token).where(
        row.added_version > checked, row.retired_version.is_(None), row.tag_sets.is_not(None)
    )
    if session.scalar(newcomers.limit(1)) is not None:
        raise LedgerMoved("Parts came whose tag sets the new ones were not compared with. Compare again")


def _add(session: Session, change: Change, version: int) -> int:
    if change.add:
        rows = [
            {**row_of(part), "account_token": change.account, "added_version": version} for part in change.add
        ]
        session.execute(sa.insert(LedgerPartRow), rows)
    return len(change.add)


def _mask(session: Session, members: Sequence[Member], version: int) -> int:
    """Mask members of live parts; one that is masked already stays so."""
    masked = 0
    for member in dict.fromkeys(members):
        part = LedgerPartRow
        live = sa.select(part.token).where(part.token == member.part, part.retired_version.is_(None))
        if session.scalar(live) is None:
            raise LedgerMoved("A part with a member to mask is no longer live. Redo the change")
        mask = LedgerMaskRow
        there = sa.select(mask.part).where(mask.part == member.part, mask.member == member.number)
        if session.scalar(there) is None:
            session.execute(
                sa.insert(mask).values(part=member.part, member=member.number, added_version=version)
            )
            masked += 1
    return masked


def _assign(session: Session, change: Change, version: int) -> int:
    """Assign what is not assigned yet."""
    row = LedgerAssignmentRow
    assigned = 0
    for wanted in dict.fromkeys(change.assign):
        there = sa.select(row.workspace).where(
            row.integration == wanted.integration,
            row.workspace == wanted.workspace,
            row.removed_version.is_(None),
        )
        if session.scalar(there) is None:
            session.execute(
                sa.insert(row).values(
                    integration=wanted.integration,
                    workspace=wanted.workspace,
                    added_version=version,
                    account_token=change.account,
                )
            )
            assigned += 1
    return assigned


def _unassign(session: Session, assignments: Sequence[Assignment], version: int) -> int:
    """Take away what is assigned."""
    row = LedgerAssignmentRow
    return sum(
        _changed(
            session,
            _quiet(
                sa.update(row)
                .where(
                    row.integration == gone.integration,
                    row.workspace == gone.workspace,
                    row.removed_version.is_(None),
                )
                .values(removed_version=version)
            ),
        )
        for gone in dict.fromkeys(assignments)
    )


def _quiet(update: sa.Update) -> sa.Update:
    """Objects in the session are not looked through: these tables are only ever written by statement."""
    return update.execution_options(synchronize_session=False)


def _changed(session: Session, update: sa.Update) -> int:
    """Run an update and count the rows that it changed."""
    result = session.execute(update)
    assert isinstance(result, sa.CursorResult)
    return result.rowcount


def _chunks(tokens: Iterable[str]) -> Iterable[list[str]]:
    """Cut a list of any length into pieces that one statement can name."""
    rest = iter(tokens)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk
