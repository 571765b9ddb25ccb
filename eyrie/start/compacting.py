"""The work behind `eyrie compact`: what the job of that name does, all of it now and told line by line."""

import datetime as dt
import os
from collections.abc import Iterator

from eyrie.archive.compact import Bounds, Group, Month
from eyrie.basics.errors import LedgerMoved
from eyrie.costs.ledger.compacting import Compacted
from eyrie.jobs.compact import compact_group, group_of
from eyrie.operations.house import House
from eyrie.records.bills.rows import IntegrationRow
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from eyrie.surfaces.cli.work import Flags


def compact(flags: Flags) -> Iterator[str]:
    """Compact what is worth it, group by group."""
    with opened(read_settings(os.environ, flags)) as house:
        yield from compacted(house)


def compacted(house: House) -> Iterator[str]:
    """Compact in an opened house: a line when a group is done, and one at the end."""
    bounds = Bounds(masks_kept=dt.timedelta())
    passed_over: set[Month] = set()
    done = 0
    while (group := group_of(house, bounds, passed_over)) is not None:
        place = _place(house, group)
        try:
            made = compact_group(house, group)
        except LedgerMoved:
            passed_over.add(group.month)
            yield f"{place}: it changed meanwhile, so it stays as it is; run this again"
            continue
        done += 1
        yield f"{place}: {_told(group, made)}"
    yield f"{'Nothing' if not done else 'Nothing more'} to compact."


def _place(house: House, group: Group) -> str:
    token, month = group.month
    with house.database.reading() as session:
        row = session.get(IntegrationRow, token)
    return f"{row.account_identifier if row else token}, {month:%Y-%m}"


def _told(group: Group, made: Compacted) -> str:
    before = sum(each.part.bytes for each in group.standing)
    files = len(group.standing)
    what = f"{files} files in one" if files > 1 else "written without what was deleted"
    return f"{what}, {made.part.rows:,} rows, {made.part.bytes:,} bytes instead of {before:,}"
