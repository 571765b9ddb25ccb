"""One attempt at a job, and what becomes of the job afterwards."""

import datetime as dt
import logging
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from eyrie.basics.errors import LeaseLost, UserFault
from eyrie.basics.faults import moment
from eyrie.basics.trace import job_id, within
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.queue import fail, finish, put_back, still_ours
from eyrie.store.database import Database

_log = logging.getLogger(__name__)
C = TypeVar("C")


class Outcome(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    RETRIED = "retried"
    FAILED = "failed"
    LOST = "lost"  # another worker has the job now; nothing of this attempt was committed


def attempt(
    database: Database, kind: Kind[C], context: C, job: Job, clock: Callable[[], dt.datetime]
) -> Outcome:
    """Run a job and record how it ended."""
    with within(job_id, job.token):
        outcome = _attempt(database, kind, context, job, clock)
        _log.info("job %s: %s", outcome.value, kind.name, extra=_words(job))
        return outcome


def _attempt(
    database: Database, kind: Kind[C], context: C, job: Job, clock: Callable[[], dt.datetime]
) -> Outcome:
    if job.tries > kind.tries:
        error = job.claimed.last_error or f"The worker died in each of {kind.tries} tries"
        return _give_up(database, kind, job, clock(), error)
    try:
        kind.run(job, context)
        moment("job: work is over")
        _finish(database, job, clock())
    except LeaseLost:
        return Outcome.LOST
    except UserFault as fault:
        return _give_up(database, kind, job, clock(), str(fault))
    except Exception as error:  # noqa: BLE001  the door of all work: whatever it was, the job must not vanish
        _log.warning("job failed at try %d: %s", job.tries, kind.name, exc_info=True, extra=_words(job))
        if job.tries >= kind.tries:
            return _give_up(database, kind, job, clock(), _told(error))
        return _try_again(database, kind, job, clock(), _told(error))
    return Outcome.DONE


def _finish(database: Database, job: Job, now: dt.datetime) -> None:
    """Mark a job done whose work did not do so itself."""
    with database.reading() as session:
        open_still = still_ours(session, job.claimed)
    if open_still:
        with database.writing() as session:
            finish(session, job.claimed, now)


def _try_again(database: Database, kind: Kind[C], job: Job, now: dt.datetime, error: str) -> Outcome:
    try:
        with database.writing() as session:
            put_back(session, job.claimed, now + kind.pause_after(job.tries), error)
    except LeaseLost:
        return Outcome.LOST
    return Outcome.RETRIED


def _give_up(database: Database, kind: Kind[C], job: Job, now: dt.datetime, error: str) -> Outcome:
    """Mark the job failed and tell whoever waits for it, in one transaction."""
    try:
        with database.writing() as session:
            fail(session, job.claimed, now, error)
            if kind.on_failed is not None:
                kind.on_failed(session, job)
    except LeaseLost:
        return Outcome.LOST
    return Outcome.FAILED


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _words(job: Job) -> dict[str, object]:
    """What every line about a job says, besides which one it is."""
    return {"kind": job.kind, "tries": job.tries}
