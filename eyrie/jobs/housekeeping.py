"""The kinds of jobs that keep a home in order: sweeping, SQLite's log, what is over, what is too old."""

import datetime as dt
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from eyrie.access.sessions import forget_ended
from eyrie.archive.sweep import sweep
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind, Watch
from eyrie.jobs.schedules import Daily, Every, Schedule
from eyrie.operations.audit import kept_since
from eyrie.store.audit_chain import forget
from eyrie.store.database import Database
from eyrie.store.messages import MessageRow, MessageState
from eyrie.store.outbox import JobRow, JobState, JobStepRow
from eyrie.store.people import ApiTokenRow
from eyrie.store.traces import REPEATABLE_FOR, RepeatableRow

DONE_KEPT = dt.timedelta(days=7)
FAILED_KEPT = dt.timedelta(days=30)
MESSAGES_KEPT = dt.timedelta(days=90)
GRANTED_KEPT = dt.timedelta(days=1)  # what OAuth gives lives an hour; people's own tokens stay to be listed
LONG_LOG_BYTES = 16 << 20
FORGOTTEN_AT_ONCE = 1000  # entries; who writes the next one waits meanwhile


class Keeper(Protocol):
    """What housekeeping needs of the context of all work."""

    @property
    def database(self) -> Database:
        """The metadata."""

    @property
    def ledger(self) -> Path:
        """The folder of the ledger's files."""

    @property
    def staging(self) -> Path:
        """The folder of staged files."""

    @property
    def retention_days(self) -> int:
        """How long `as_of` reaches back."""

    @property
    def audit_retention_months(self) -> int:
        """How long audit entries are kept."""

    def now(self) -> dt.datetime:
        """The time, UTC without zone."""


def run_sweep(_job: Job, keeper: Keeper) -> None:
    """Remove files that nobody can ask for any more."""
    sweep(keeper.database, keeper.ledger, keeper.staging, keeper.now(), keeper.retention_days)


def run_checkpoint(_job: Job, keeper: Keeper) -> None:
    """Move SQLite's log into its database file."""
    keeper.database.checkpoint()


def run_cleanup(_job: Job, keeper: Keeper) -> None:
    """Forget what is over: jobs and their steps, messages, repeatable answers, tokens of OAuth, sessions."""
    now = keeper.now()
    old = sa.or_(
        sa.and_(JobRow.state == JobState.DONE, JobRow.finished_at < now - DONE_KEPT),
        sa.and_(JobRow.state == JobState.FAILED, JobRow.finished_at < now - FAILED_KEPT),
    )
    with keeper.database.writing() as session:
        steps = sa.delete(JobStepRow).where(JobStepRow.job.in_(sa.select(JobRow.token).where(old)))
        session.execute(steps.execution_options(synchronize_session=False))
        session.execute(sa.delete(JobRow).where(old).execution_options(synchronize_session=False))
        session.execute(sa.delete(RepeatableRow).where(RepeatableRow.created_at <= now - REPEATABLE_FOR))
        old_messages = MessageRow.created_at < now - MESSAGES_KEPT
        session.execute(sa.delete(MessageRow).where(old_messages, MessageRow.state != MessageState.PENDING))
        granted = ApiTokenRow.client_token.is_not(None)
        session.execute(sa.delete(ApiTokenRow).where(granted, ApiTokenRow.expires_at < now - GRANTED_KEPT))
        forget_ended(session, now)


def run_forget(_job: Job, keeper: Keeper) -> None:
    """Forget audit entries that are older than is wished for, some in each transaction."""
    before = kept_since(keeper.now(), keeper.audit_retention_months)
    gone = 1
    while gone:
        with keeper.database.writing() as session:
            gone = forget(session, before, FORGOTTEN_AT_ONCE)


def log_is_long(keeper: Keeper) -> bool:
    """Tell whether SQLite's log has grown so much that it slows readers down."""
    url = keeper.database.url
    if not keeper.database.is_sqlite or not url.database:
        return False
    try:
        return Path(f"{url.database}-wal").stat().st_size > LONG_LOG_BYTES
    except FileNotFoundError:
        return False


KINDS: tuple[Kind[Keeper], ...] = (
    Kind("sweep", run_sweep),
    Kind("checkpoint", run_checkpoint),
    Kind("cleanup", run_cleanup),
    Kind("forget", run_forget),
)
SCHEDULES = (
    Schedule("sweep", "sweep", Daily(3, 15)),
    Schedule("checkpoint", "checkpoint", Every(300)),
    Schedule("cleanup", "cleanup", Daily(3, 45)),
    Schedule("forget", "forget", Daily(4, 15)),
)
WATCHES: tuple[Watch[Keeper], ...] = (Watch("checkpoint", log_is_long),)
