"""Retiring: what a change takes out of the ledger, with all that hangs on it.

A delivery is either parts of its own or members of compacted parts. A part is retired; a member is masked in
its part, and the part goes when no member of it is left. With a part go its masks and its cubes.
"""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Change, Delivered
from eyrie.archive.manifest import chunks
from eyrie.basics.errors import LedgerMoved
from eyrie.store.ledger import LedgerMaskRow, LedgerMemberRow, LedgerPartRow

# That the member of this row does not count any more. Masks go with their part, so of a live part all hold.
MASKED = (
    sa.select(LedgerMaskRow.part)
    .where(LedgerMaskRow.part == LedgerMemberRow.part, LedgerMaskRow.member == LedgerMemberRow.member)
    .exists()
)


def retire(session: Session, change: Change, version: int) -> int:
    """Retire what a change names or replaces; count the parts and the members that are gone."""
    retired = _named(session, change, version)
    for delivered in change.replace:
        retired += _retired(session, _of(LedgerPartRow, delivered), change, version)
    masks = _members(session, change)
    emptied = [part for part, members in masks.items() if members == _counting(session, part)]
    for tokens in chunks(emptied):
        retired += _retired(session, LedgerPartRow.token.in_(tokens), change, version)
    retired += _mask(session, masks, set(emptied), version)
    if retired:
        _take_along(session, version)
    return retired


def changed(session: Session, update: sa.Update) -> int:
    """Run an update and count the rows that it changed.

    Objects in the session are not looked through: the ledger's tables are only ever written by statement.
    """
    result = session.execute(update.execution_options(synchronize_session=False))
    assert isinstance(result, sa.CursorResult)
    return result.rowcount


def _named(session: Session, change: Change, version: int) -> int:
    """Retire the parts that the caller has read, if they are still what they were then."""
    retired = 0
    for tokens in chunks(sorted(set(change.retire))):
        count = _retired(session, LedgerPartRow.token.in_(tokens), change, version)
        if count != len(tokens):
            raise LedgerMoved("A part to retire is no longer live: another change came first. Redo this one")
        mask = LedgerMaskRow
        later = sa.select(mask.part).where(mask.part.in_(tokens), mask.added_version > change.read_at)
        if session.scalar(later.limit(1)) is not None:
            raise LedgerMoved("A member of a part to retire was deleted since it was read. Redo the change")
        retired += count
    return retired


def _retired(session: Session, which: sa.ColumnElement[bool], change: Change, version: int) -> int:
    """Retire live parts."""
    row = LedgerPartRow
    live = sa.and_(row.retired_version.is_(None), row.account_token == change.account)
    return changed(session, sa.update(row).where(live, which).values(retired_version=version))


def _of(row: type[LedgerPartRow] | type[LedgerMemberRow], delivered: Delivered) -> sa.ColumnElement[bool]:
    """The condition that a part, or a member of a part, came from a delivery."""
    conditions = [row.integration == delivered.integration]
    if delivered.dataset is not None:
        conditions.append(row.dataset == delivered.dataset)
    if delivered.source_name is not None:
        conditions.append(row.source_name == delivered.source_name)
    if delivered.source is not None:
        conditions.append(row.source == delivered.source)
    if delivered.months is not None:
        conditions.append(LedgerPartRow.billing_month.in_(sorted(delivered.months)))
    return sa.and_(*conditions)


def _members(session: Session, change: Change) -> dict[str, set[int]]:
    """Find the members that came from deliveries to replace, by their parts."""
    part, member = LedgerPartRow, LedgerMemberRow
    found: dict[str, set[int]] = defaultdict(set)
    for delivered in change.replace:
        query = sa.select(member.part, member.member).join(part, part.token == member.part)
        live = sa.and_(part.retired_version.is_(None), part.account_token == change.account)
        for token, number in session.execute(query.where(live, _of(member, delivered), ~MASKED)):
            found[token].add(number)
    return found


def _counting(session: Session, part: str) -> set[int]:
    """List the members of a part that count."""
    member = LedgerMemberRow
    return set(session.scalars(sa.select(member.member).where(member.part == part, ~MASKED)))


def _mask(session: Session, masks: dict[str, set[int]], but: set[str], version: int) -> int:
    """Mask members of live parts."""
    rows = [
        {"part": part, "member": member, "added_version": version}
        for part, members in masks.items()
        if part not in but
        for member in sorted(members)
    ]
    if rows:
        session.execute(sa.insert(LedgerMaskRow), rows)
    return len(rows)


def _take_along(session: Session, version: int) -> None:
    """Retire the cubes and masks of the parts that go at this version."""
    part, mask = LedgerPartRow, LedgerMaskRow
    gone = sa.select(part.token).where(part.retired_version == version)
    for row, of in ((part, part.cube_of), (mask, mask.part)):
        update = sa.update(row).where(row.retired_version.is_(None), of.in_(gone))
        changed(session, update.values(retired_version=version))
