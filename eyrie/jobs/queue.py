"""The queue: every change of a job's state, each a function in the caller's transaction.

    queued ──claim──► running ──finish──► done
       ▲                │ │
       └──put back──────┘ └──fail──► failed

Claiming takes a lease: an owner's name and a moment until which it holds. Every later change asks for that
owner: if another worker has taken the job over, it changes nothing and raises `LeaseLost`, which undoes the
transaction.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from eyrie.basics.errors import LeaseLost
from eyrie.jobs.presence import is_certainly_dead
from eyrie.store.outbox import JobRow, JobState, JobStepRow

LONGEST_ERROR = 2000  # characters of an error's text that are kept


@dataclass(frozen=True)
class Claimed:
    """A job and the lease on it."""

    token: str
    kind: str
    payload: dict[str, Any]  # Any: whatever JSON can say
    tries: int  # this one included
    owner: str
    last_error: str | None


def due(kinds: Collection[str], now: dt.datetime) -> sa.ColumnElement[bool]:
    """The condition that a job can be claimed: its time has come or its lease is over; its lane is free."""
    earlier = aliased(JobRow)
    lane_is_taken = (
        sa.select(earlier.number)
        .where(
            earlier.lane == JobRow.lane,
            earlier.number < JobRow.number,
            earlier.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
        .exists()
    )
    return sa.and_(
        JobRow.kind.in_(sorted(kinds)),
        sa.or_(
            sa.and_(JobRow.state == JobState.QUEUED, JobRow.run_at <= now),
            sa.and_(JobRow.state == JobState.RUNNING, JobRow.lease_until < now),
        ),
        sa.or_(JobRow.lane.is_(None), ~lane_is_taken),
    )


def anything_due(session: Session, kinds: Collection[str], now: dt.datetime) -> bool:
    """Look, without any lock, whether claiming is worth a transaction."""
    return session.scalar(sa.select(JobRow.number).where(due(kinds, now)).limit(1)) is not None


def claim(
    session: Session, kinds: Collection[str], owner: str, now: dt.datetime, lease: dt.timedelta
) -> Claimed | None:
    """Take the job that has waited longest. On PostgreSQL rows that others are taking are passed over."""
    query = sa.select(JobRow).where(due(kinds, now)).order_by(JobRow.run_at, JobRow.number).limit(1)
    row = session.scalar(query.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state, row.tries = JobState.RUNNING, row.tries + 1
    row.lease_owner, row.lease_until = owner, now + lease
    return Claimed(row.token, row.kind, json.loads(row.payload), row.tries, owner, row.last_error)


def extend(session: Session, owners: Iterable[str], until: dt.datetime) -> set[str]:
    """Make leases last longer; give those that still hold."""
    held = sa.and_(JobRow.lease_owner.in_(list(owners)), JobRow.state == JobState.RUNNING)
    update = sa.update(JobRow).where(held).values(lease_until=until).returning(JobRow.lease_owner)
    return {owner for owner in session.scalars(_quiet(update)) if owner is not None}


def finish(session: Session, job: Claimed, now: dt.datetime) -> None:
    """Mark a job done, in the transaction of its work."""
    _change(session, job, state=JobState.DONE, finished_at=now, lease_owner=None, lease_until=None)


def put_back(session: Session, job: Claimed, run_at: dt.datetime, error: str | None) -> None:
    """Queue a job again: after an error for another try, without one as if it had never been claimed."""
    tries = job.tries if error else job.tries - 1
    _change(
        session,
        job,
        state=JobState.QUEUED,
        run_at=run_at,
        tries=tries,
        last_error=error[:LONGEST_ERROR] if error else job.last_error,
        lease_owner=None,
        lease_until=None,
    )


def fail(session: Session, job: Claimed, now: dt.datetime, error: str) -> None:
    """Give a job up."""
    _change(
        session,
        job,
        state=JobState.FAILED,
        finished_at=now,
        last_error=error[:LONGEST_ERROR],
        lease_owner=None,
        lease_until=None,
    )


def hold(session: Session, job: Claimed) -> None:
    """Make sure that the lease is still ours when this transaction commits."""
    _change(session, job, state=JobState.RUNNING)


def result_of_step(session: Session, job: Claimed, name: str) -> str | None:
    """Read the result of a finished step, as JSON text."""
    return session.scalar(
        sa.select(JobStepRow.result).where(JobStepRow.job == job.token, JobStepRow.name == name)
    )


def keep_step(session: Session, job: Claimed, name: str, result: str) -> None:
    """Keep the result of a step, if the job is still ours."""
    hold(session, job)
    session.add(JobStepRow(job=job.token, name=name, result=result))


def still_ours(session: Session, job: Claimed) -> bool:
    """Tell whether the job is running under our lease."""
    return session.scalar(sa.select(JobRow.number).where(_ours(job))) is not None


def dead_owners(session: Session) -> list[str]:
    """Find the leases whose process has died here."""
    held = sa.select(JobRow.lease_owner).where(JobRow.state == JobState.RUNNING)
    return [owner for owner in session.scalars(held) if owner is not None and is_certainly_dead(owner)]


def release(session: Session, owners: Collection[str], now: dt.datetime) -> None:
    """End leases early, so that the jobs can be claimed at once."""
    over = now - dt.timedelta(microseconds=1)
    dead = sa.and_(JobRow.lease_owner.in_(owners), JobRow.lease_until >= now)
    session.execute(_quiet(sa.update(JobRow).where(dead).values(lease_until=over)))


def _change(session: Session, job: Claimed, **values: object) -> None:
    """Change a job that is ours; raise `LeaseLost` if it is not."""
    update = sa.update(JobRow).where(_ours(job)).values(**values).returning(JobRow.token)
    changed = session.scalar(_quiet(update))
    if changed is None:
        raise LeaseLost(f"Job {job.token} was taken over by another worker")


def _ours(job: Claimed) -> sa.ColumnElement[bool]:
    return sa.and_(
        JobRow.token == job.token, JobRow.lease_owner == job.owner, JobRow.state == JobState.RUNNING
    )


def _quiet(update: Any) -> Any:  # Any: SQLAlchemy's updates with and without RETURNING
    return update.execution_options(synchronize_session=False)
