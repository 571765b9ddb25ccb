"""Compacts the ledger: one group of small parts for each job, and a next job while there is more.

So nobody waits for more than one group: an upload that was asked for earlier is imported first. A group that
changed while it was written is passed over; the next tick of the clock looks at it again.
"""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from eyrie.archive.compact import Bounds, Group, Month, compact, next_group
from eyrie.basics.errors import LedgerMoved
from eyrie.costs.ledger.compacting import Compacted, Standing, write_compacted
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Every, Schedule
from eyrie.operations.house import House
from eyrie.records.bills.tag_marks import preferred_tags
from eyrie.store.outbox import enqueue

COMPACT = "compact"
SCHEDULE = Schedule(COMPACT, COMPACT, Every(900))
_log = logging.getLogger(__name__)


def run_compact(job: Job, house: House) -> None:
    """Compact the first group that is worth it and still what it was when its new part is written."""

    def and_then(session: Session) -> None:
        job.done(session)
        enqueue(session, COMPACT, {}, run_at=house.now(), key=SCHEDULE.key)

    passed_over: set[Month] = set()
    while (group := group_of(house, Bounds(), passed_over)) is not None:
        job.check()
        try:
            made = compact_group(house, group, and_then)
        except LedgerMoved:
            _log.info("compaction passed over %s %s: it has just changed", *group.month)
            passed_over.add(group.month)
            continue
        _log.info("compacted %d parts into one of %d rows", len(group.standing), made.part.rows)
        return


def group_of(house: House, bounds: Bounds, passing_over: set[Month]) -> Group | None:
    """Choose what to compact next."""
    with house.database.reading() as session:
        return next_group(session, bounds, house.now(), passing_over)


def compact_group(
    house: House, group: Group, and_then: Callable[[Session], None] = lambda _: None
) -> Compacted:
    """Compact a group with the engine of the house."""

    with house.database.reading() as session:
        preferred = preferred_tags(session, group.account)

    def write(standing: Sequence[Standing], salt: int) -> Compacted:
        return write_compacted(house.engine, house.ledger, standing, preferred=preferred, salt=salt)

    tag_sets = house.clashing_tag_sets
    return compact(house.database, house.ledger, group, write, tag_sets, house.now(), and_then)


KIND: Kind[House] = Kind(COMPACT, run_compact)
