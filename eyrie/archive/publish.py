"""Publishing: the one way in which the ledger changes.

A `Change` (`change.py`) says what shall be different; `publish` makes it so inside the caller's
transaction, so that "the upload is complete", "the job is done" and "the rows count" are one fact. It waits
for the lock of the one ledger row, hence changes happen one after another and every check below sees all
earlier ones.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Assignment, Change
from eyrie.archive.manifest import chunks, files_of, row_of, row_of_member
from eyrie.archive.rates import keep_rates
from eyrie.archive.retiring import MASKED, changed, retire
from eyrie.basics.errors import LedgerBroken, LedgerMoved
from eyrie.basics.faults import moment
from eyrie.costs.ledger.parts import Part
from eyrie.store.ledger import (
    LedgerAssignmentRow,
    LedgerMemberRow,
    LedgerPartRow,
    LedgerRow,
    LedgerVersionRow,
    locked_version,
)

Place = tuple[str, dt.date, str, str]  # a file's name; billing month, kind and shape of its rows


def publish(session: Session, folder: Path, change: Change, now: dt.datetime) -> int:
    """Apply a change and give the ledger's version, a new one unless nothing was to be done."""
    moment("publish: before lock")
    before = locked_version(session)
    moment("publish: after lock")
    version = before + 1
    touched = retire(session, change, version)
    _check_new_parts(session, folder, change)
    touched += _add(session, change, version)
    touched += _unassign(session, change.unassign, version) + _assign(session, change, version)
    touched += keep_rates(session, change.account, change.rates, version, now)
    if not touched:
        return before
    moment("publish: before version")
    previous = session.scalars(
        sa.select(LedgerVersionRow.committed_at).where(LedgerVersionRow.version == before)
    ).one()
    session.execute(
        sa.insert(LedgerVersionRow).values(version=version, committed_at=max(now, previous), what=change.what)
    )
    changed(session, sa.update(LedgerRow).values(version=version))
    moment("publish: after version")
    return version


def _check_new_parts(session: Session, folder: Path, change: Change) -> None:
    """Refuse parts without their files, parts of what is live already, and unchecked tag sets."""
    for part in change.add:
        _check_files(folder, part)
    for (integration, dataset), new in _to_be_live(change).items():
        if taken := new.keys() & _live(session, integration, dataset, {name for name, *_ in new}):
            raise LedgerMoved(
                f"{min(taken)[0]} of {integration} is live already for a month to add: "
                "replace it, or leave it"
            )
    if any(part.tag_sets for part in change.add):
        _check_tag_sets_were_compared(session, change.tag_sets_checked)


def _to_be_live(change: Change) -> dict[tuple[str, str], dict[Place, str]]:
    """List by integration and dataset where the files of the new parts will be live, and their sources."""
    found: dict[tuple[str, str], dict[Place, str]] = {}
    for part in change.add:
        for source in (part.delivery, *(member.delivery for member in change.members.get(part.token, ()))):
            places = found.setdefault((source.integration, source.dataset), {})
            place = (source.source_name, part.billing_month, part.kind.value, part.shape)
            if places.setdefault(place, source.source) != source.source:
                raise LedgerBroken(f"Two deliveries of {source.source_name} are to be published as one")
    return found


def _live(session: Session, integration: str, dataset: str, names: set[str]) -> set[Place]:
    """List where files of a dataset are live, in parts of their own and as members of others."""
    row, member = LedgerPartRow, LedgerMemberRow
    kinds = (row.billing_month, row.kind, row.shape)
    found: set[Place] = set()
    for some in chunks(sorted(names)):
        own = sa.select(row.source_name, *kinds).where(
            row.integration == integration, row.dataset == dataset, row.source_name.in_(some)
        )
        inside = (
            sa.select(member.source_name, *kinds)
            .join(member, member.part == row.token)
            .where(member.integration == integration, member.dataset == dataset)
            .where(member.source_name.in_(some), ~MASKED)
        )
        for query in (own, inside):
            live = session.execute(query.where(row.retired_version.is_(None)).distinct())
            found |= {(name, month, kind, shape) for name, month, kind, shape in live}
    return found


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
    members = [row_of_member(part, member) for part, held in change.members.items() for member in held]
    if members:
        session.execute(sa.insert(LedgerMemberRow), members)
    return len(change.add)


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
        changed(
            session,
            sa.update(row)
            .where(
                row.integration == gone.integration,
                row.workspace == gone.workspace,
                row.removed_version.is_(None),
            )
            .values(removed_version=version),
        )
        for gone in dict.fromkeys(assignments)
    )
