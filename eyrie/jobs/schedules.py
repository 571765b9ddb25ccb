"""When the clock asks for jobs: named schedules, one row each, of which every tick happens once.

Ticks are counted in UTC from midnight, so all processes mean the same moments. Of the processes that see a
tick, the one that moves the row on has claimed it and asks for the job in the same transaction.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.period import ONE_DAY
from eyrie.store.database import inserting
from eyrie.store.outbox import ScheduleRow, enqueue


@dataclass(frozen=True)
class Every:
    """Every so many seconds, beginning anew at midnight."""

    seconds: int


@dataclass(frozen=True)
class Daily:
    """Once a day, at a UTC time."""

    hour: int
    minute: int = 0


@dataclass(frozen=True)
class Schedule:
    """A named wish: the kind is asked for at each tick, unless it is still open from the last."""

    name: str
    kind: str
    timing: Every | Daily

    @property
    def key(self) -> str:
        """The key of its jobs, of which at most one is open."""
        return f"schedule {self.name}"

    def after(self, now: dt.datetime) -> dt.datetime:
        """Give the first tick after a moment; missed ticks are not made up for.

        >>> noon = dt.datetime(2025, 1, 31, 12)
        >>> [str(Schedule("s", "k", t).after(noon)) for t in (Every(3600), Daily(4, 30), Daily(12))]
        ['2025-01-31 13:00:00', '2025-02-01 04:30:00', '2025-02-01 12:00:00']
        """
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        match self.timing:
            case Every(seconds):
                width = dt.timedelta(seconds=seconds)
                return min(midnight + ((now - midnight) // width + 1) * width, midnight + ONE_DAY)
            case Daily(hour, minute):
                tick = midnight.replace(hour=hour, minute=minute)
                return tick if tick > now else tick + ONE_DAY
            case _:
                assert_never(self.timing)


def to_move(session: Session, schedules: Collection[Schedule], now: dt.datetime) -> list[Schedule]:
    """Find the schedules whose time has come, that are new, or that a new timing makes earlier."""
    waiting = {row.name: row.next_at for row in session.scalars(sa.select(ScheduleRow))}
    return [
        schedule for schedule in schedules if not now < waiting.get(schedule.name, now) <= schedule.after(now)
    ]


def tick(session: Session, schedule: Schedule, now: dt.datetime) -> bool:
    """Move a schedule on; if its time had come, ask for its kind. Of many processes one succeeds."""
    row, next_at = ScheduleRow, schedule.after(now)
    this = sa.update(row).where(row.name == schedule.name).values(next_at=next_at).returning(row.name)
    this = this.execution_options(synchronize_session=False)
    if session.scalar(this.where(row.next_at <= now)) is not None:
        enqueue(session, schedule.kind, {}, run_at=now, key=schedule.key)
        return True
    if session.scalar(this.where(row.next_at > next_at)) is None:
        insert = inserting(session, row).values(name=schedule.name, next_at=next_at)
        session.execute(insert.on_conflict_do_nothing())
    return False
