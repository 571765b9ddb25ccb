"""Puts the house together from settings: database, engine, secrets, and the people who work in it.

Opening a home makes what is missing, in whichever command comes first: the tables, the ledger at version 0,
an account with one workspace and its owner.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.access.first import ensure_first
from eyrie.costs.sources.custom.settings import UploadLimits
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from eyrie.jobs import (
    canvases,
    compact,
    delivery,
    export,
    fetch_metrics,
    forecasts,
    housekeeping,
    report_notifications,
    segments,
)
from eyrie.jobs.ingest import INGEST_KIND
from eyrie.jobs.kinds import Kind
from eyrie.jobs.sinks import LogSink, SmtpSink
from eyrie.jobs.worker import Worker
from eyrie.operations.house import House, Limits, utc_now
from eyrie.operations.mail import Post, Sink
from eyrie.operations.memory import Memory
from eyrie.operations.questions import Questions
from eyrie.records.founding import furnish
from eyrie.start.home import Home, clear_spill, locked, open_home, open_secrets
from eyrie.start.settings import Settings
from eyrie.store.database import Database
from eyrie.store.ledger import begin_ledger, current_version
from eyrie.store.migrations import migrate
from eyrie.store.outbox import JobRow
from eyrie.store.people import WorkspaceRow

FILTERS_BYTES = 16_000_000
INSIGHTS_BYTES = 64_000_000


@contextmanager
def opened(settings: Settings, clock: Callable[[], dt.datetime] = utc_now) -> Iterator[House]:
    """Open a home, as the house that operations and jobs work with."""
    home = open_home(settings.home_folder)
    database = Database(settings.database)
    engine = DuckDb(_budget(settings, home), [home.ledger, home.staging, home.exports])
    try:
        with locked(home.folder):
            migrate(database)
            with database.writing() as session:
                begin_ledger(session, clock())
                _furnish_first(session, clock())
        rows_bytes, pages_bytes = settings.kept_bytes
        house = House(
            database=database,
            engine=engine,
            home=home.folder,
            secrets=open_secrets(home, settings.secret_key),
            questions=Questions(engine.at_once),
            answers=Memory(rows_bytes),
            pages=Memory(pages_bytes),
            insights=Memory(INSIGHTS_BYTES),
            filters=Memory(FILTERS_BYTES),
            limits=Limits(
                UploadLimits(max_rows=settings.upload_limit_rows, max_bytes=settings.upload_limit_bytes),
                settings.body_limit_bytes,
            ),
            ways=settings.ways,
            post=Post(_sink(settings), settings.notification_hour, settings.public_url),
            retention_days=settings.retention_days,
            audit_retention_months=settings.audit_retention_months,
            clock=clock,
            slow_question_seconds=settings.slow_question_seconds,
        )
        with closing(house.questions):
            yield house
    finally:
        engine.close()
        clear_spill(home)
        database.checkpoint()
        database.close()


def _furnish_first(session: Session, now: dt.datetime) -> None:
    """Make the first account, and what its workspace begins with."""
    account, is_new = ensure_first(session, now)
    if is_new:
        workspace = session.scalars(sa.select(WorkspaceRow.token)).one()
        furnish(session, account.token, workspace, now)


def _budget(settings: Settings, home: Home) -> Budget:
    return Budget(settings.engine_bytes, settings.threads, home.spill)


def _sink(settings: Settings) -> Sink:
    return SmtpSink(settings.smtp_url, settings.mail_from) if settings.smtp_url else LogSink()


def worker_of(house: House, threads: int) -> Worker[House]:
    """A worker for all kinds of jobs."""
    kinds: list[Kind[House]] = [
        *housekeeping.KINDS,
        INGEST_KIND,
        compact.KIND,
        *canvases.KINDS,
        *report_notifications.KINDS,
        delivery.KIND,
        forecasts.KIND,
        *fetch_metrics.KINDS,
        *export.KINDS_OF_JOBS,
        segments.KIND,
    ]
    return Worker(
        house.database,
        {kind.name: kind for kind in kinds},
        house,
        clock=house.now,
        threads=threads,
        schedules=(
            *housekeeping.SCHEDULES,
            compact.SCHEDULE,
            canvases.SCHEDULE,
            report_notifications.SCHEDULE,
            forecasts.SCHEDULE,
            fetch_metrics.SCHEDULE,
            export.SCHEDULE,
        ),
        watches=housekeeping.WATCHES,
    )


def unready(house: House) -> list[str]:
    """The reasons why requests should not come here."""
    try:
        with house.database.reading() as session:
            current_version(session)
    except sa.exc.SQLAlchemyError as error:
        return [f"the metadata database does not answer: {type(error).__name__}"]
    return [] if house.ledger.is_dir() else [f"the ledger's folder is gone: {house.ledger}"]


def ledger_version(house: House) -> int:
    """The version that questions see now."""
    with house.database.reading() as session:
        return current_version(session)


def job_counts(house: House) -> dict[tuple[str, str], int]:
    """How many jobs there are of each kind in each state."""
    counted = sa.select(JobRow.kind, JobRow.state, sa.func.count()).group_by(JobRow.kind, JobRow.state)
    with house.database.reading() as session:
        return {(kind, state): number for kind, state, number in session.execute(counted)}
