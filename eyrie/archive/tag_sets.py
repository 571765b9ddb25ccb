"""Holding that an id of a tag set means one tag set everywhere, without coordination between writers.

Ids are 64 bits of a content hash, so two writers that meet the same tags make the same id alone. That two
different tag sets share an id is very unlikely (one in 40 million with a million sets), but it would mix up
two teams' costs in silence, so it is checked. Reading side files takes too long to do it under the ledger's
lock. Hence: compare with what is live at version v, outside any transaction; then publish, which refuses
with `LedgerMoved` if parts with tag sets came after v; compare with those only, and try again. On a clash
the writer gets `TagSetsClash` and writes its part with another salt: two ids for one tag set are harmless.

The road not taken: a table of all ids. It would grow with every unique Name tag and be written under the
lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.archive.change import Change
from eyrie.basics.errors import LedgerMoved, TagSetsClash, Unavailable
from eyrie.store.database import Database
from eyrie.store.ledger import LedgerPartRow, current_version

# Given the new side files and the live ones, give ids with two meanings: among the new, or between both.
Clashing = Callable[[Sequence[Path], Sequence[Path]], Sequence[int]]

TRIES = 20
_T = TypeVar("_T")


def publish_checked(
    database: Database,
    folder: Path,
    change: Change,
    clashing: Clashing,
    commit: Callable[[Session, Change], _T],
) -> _T:
    """Compare the tag sets, then call `commit` in a transaction with a change that `publish` accepts.

    `commit` publishes, and does whatever must happen in the same transaction: finish the job, mark the
    upload. It may be called more than once, each time in a new transaction; the earlier ones left no trace.
    """
    checked = change
    for _ in range(TRIES):
        checked = compared(database, folder, checked, clashing)
        try:
            with database.writing() as session:
                return commit(session, checked)
        except LedgerMoved:
            if checked.tag_sets_checked is None or not _newcomers(database, checked.tag_sets_checked):
                raise  # not the tag sets: the caller's own work is stale
    raise Unavailable("Other writers publish too fast to compare tag sets with theirs; try again in a moment")


def compared(database: Database, folder: Path, change: Change, clashing: Clashing) -> Change:
    """Compare the new tag sets with the live ones that they were not compared with yet."""
    new = sorted({part.tag_sets for part in change.add if part.tag_sets is not None})
    if not new:
        return change
    with database.reading() as session:
        version = current_version(session)
        live = _side_files(session, change.tag_sets_checked)
    clashes = clashing([folder / file for file in new], [folder / file for file in sorted(live - set(new))])
    if clashes:
        ids = ", ".join(str(number) for number in clashes[:5])
        raise TagSetsClash(
            f"{len(clashes)} tag set ids have two meanings ({ids}); write the part with other salt"
        )
    return replace(change, tag_sets_checked=version)


def _newcomers(database: Database, checked: int) -> set[str]:
    with database.reading() as session:
        return _side_files(session, checked)


def _side_files(session: Session, after: int | None) -> set[str]:
    """Name the side files of live parts that were added after a version."""
    row = LedgerPartRow
    query = sa.select(row.tag_sets).distinct().where(row.retired_version.is_(None), row.tag_sets.is_not(None))
    if after is not None:
        query = query.where(row.added_version > after)
    return {file for file in session.scalars(query) if file is not None}
