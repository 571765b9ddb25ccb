"""The outbox: jobs asked for in the transaction of the change that needs them.

A request writes its rows and `enqueue`s in one transaction: either both are there or neither. What runs the
jobs (`eyrie/jobs`) reads these tables; nothing that asks for a job needs to know it.

A job is *open* while it is queued or running. Two names order open jobs: of those with one `key` there is at
most one (asking again gives the job that is there), and those with one `lane` run one after another, in the
order in which they were asked for.
"""

import datetime as dt
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from eyrie.basics.errors import Unavailable
from eyrie.basics.token import new_token
from eyrie.store.database import inserting
from eyrie.store.rows import Row

ENQUEUED = "jobs enqueued"  # in `session.info` of a session that asked for a job: workers wake at its commit
_OPEN = sa.text("state IN ('queued', 'running')")


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRow(Row):
    """One piece of work that must happen, and how far it got."""

    __tablename__ = "jobs"
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    token: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str]
    payload: Mapped[str]
    key: Mapped[str | None]
    lane: Mapped[str | None]
    staged: Mapped[str | None]  # a file in the staging folder that is kept until the job is done
    state: Mapped[str] = mapped_column(String(16))
    run_at: Mapped[dt.datetime]
    tries: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (
        Index("ix_jobs_due", "state", "run_at"),
        Index("ix_jobs_lane", "lane", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_jobs_open_key", "key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class JobStepRow(Row):
    """The result of a finished step, so that a job that starts again does not repeat it."""

    __tablename__ = "job_steps"
    job: Mapped[str] = mapped_column(ForeignKey("jobs.token", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    result: Mapped[str]


class ScheduleRow(Row):
    """When a named schedule asks next; whoever moves it on has claimed the tick."""

    __tablename__ = "schedules"
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    next_at: Mapped[dt.datetime]


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],  # Any: whatever JSON can say
    *,
    run_at: dt.datetime,
    key: str | None = None,
    lane: str | None = None,
    staged: str | None = None,
) -> str:
    """Ask for a job in the caller's transaction; give its token, or that of the open job with its key."""
    token = new_token("job")
    row = {
        "token": token,
        "kind": kind,
        "payload": json.dumps(payload),
        "key": key,
        "lane": lane,
        "staged": staged,
        "state": JobState.QUEUED,
        "run_at": run_at,
        "tries": 0,
    }
    for _ in range(10):
        if _inserted(session, row):
            session.info[ENQUEUED] = True
            return token
        there = session.scalar(
            sa.select(JobRow.token).where(
                JobRow.key == key, JobRow.state.in_((JobState.QUEUED, JobState.RUNNING))
            )
        )
        if there is not None:
            return there
    raise Unavailable(f"Jobs with the key {key} come and go too fast; try again in a moment")


def _inserted(session: Session, row: dict[str, Any]) -> bool:
    """Insert a job unless an open one has its key."""
    insert = inserting(session, JobRow).values(row)
    statement = insert.on_conflict_do_nothing(index_elements=["key"], index_where=_OPEN)
    return session.scalar(statement.returning(JobRow.token)) is not None


def staged_files_needed(session: Session) -> set[str]:
    """Name the staged files of jobs that are not done; a failed one may yet be looked into."""
    query = sa.select(JobRow.staged).where(JobRow.staged.is_not(None), JobRow.state != JobState.DONE)
    return {name for name in session.scalars(query) if name is not None}
