"""Short ways to ask for jobs and to look at them, and a clock that tests can set."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.worker import Worker
from eyrie.store.database import Database
from eyrie.store.outbox import JobRow, enqueue

NOON = dt.datetime.combine(dt.date(2025, 1, 31), dt.time(12))
LEASE = dt.timedelta(seconds=30)


def later(seconds: float) -> dt.datetime:
    """A moment after noon."""
    return NOON + dt.timedelta(seconds=seconds)


def ask(database: Database, kind: str, payload: Mapping[str, Any] | None = None, **words: Any) -> str:
    """Ask for a job in a transaction of its own."""
    with database.writing() as session:
        return enqueue(session, kind, payload or {}, **{"run_at": NOON, **words})


def row(database: Database, token: str) -> JobRow:
    """Read a job's row."""
    with database.reading() as session:
        found = session.scalars(sa.select(JobRow).where(JobRow.token == token)).one()
        session.expunge(found)
        return found


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


def worker(
    database: Database, run: Callable[[Job, None], None], clock: Callable[[], dt.datetime], **words: Any
) -> Worker[None]:
    """Make a worker of one kind, `k`."""
    kind = Kind("k", run, **{word: words.pop(word) for word in ("tries", "on_failed") if word in words})
    return Worker(database, {"k": kind}, None, clock=clock, **words)


def jobs_of_kind(database: Database, kind: str) -> int:
    """Count the jobs of a kind."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(JobRow.kind == kind)) or 0
