"""Fetches the values of metrics from where they are measured: every hour, and as soon as a source is told.

What comes replaces what was there between its first and its last moment; an answer without points changes
nothing. When a source cannot be asked, the metric says why and keeps its last values.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.basics.errors import EyrieError, Refused, Unavailable
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.metric_sources import cloudwatch, datadog, snowflake
from eyrie.jobs.schedules import Every, Schedule
from eyrie.operations.house import House
from eyrie.records.bills.rows import IntegrationRow
from eyrie.records.metrics import connections, values
from eyrie.records.metrics.metric_shapes import ImportType
from eyrie.records.metrics.rows import BusinessMetricRow
from eyrie.records.metrics.sources import FETCH, SOURCES, ask_for
from eyrie.records.metrics.values import Point

FETCH_ALL = "fetch metrics"
SCHEDULE = Schedule("metrics", FETCH_ALL, Every(3600))
HISTORY = dt.timedelta(days=395)  # what the first fetch asks for: thirteen months
OVERLAP = dt.timedelta(days=3)  # days that are asked for again, since late values still come
MOST_POINTS = 1_000_000  # of one fetch

Asks = Callable[[Mapping[str, str], Mapping[str, Any], dt.datetime, dt.datetime], Iterator[Point]]
ASKS: Mapping[ImportType, Asks] = {
    ImportType.DATADOG: datadog.fetch,
    ImportType.CLOUDWATCH: cloudwatch.fetch,
    ImportType.SNOWFLAKE: snowflake.fetch,
}


def run_all(_job: Job, house: House) -> None:
    """Ask for a job for each metric that is fetched, so that none waits for the failures of another."""
    fetched = sa.select(BusinessMetricRow.token).where(BusinessMetricRow.import_type.in_(list(SOURCES)))
    with house.database.writing() as session:
        for metric in session.scalars(fetched).all():
            ask_for(session, metric, house.now())


def run_one(job: Job, house: House) -> None:
    """Fetch the metric that the job names."""
    fetched(house, job.payload["metric"], job.done)


def fetched(house: House, metric: str, and_then: Callable[[Session], None] = lambda _: None) -> int:
    """Fetch the values of a metric and tell how many came."""
    with house.database.reading() as session:
        row = session.get(BusinessMetricRow, metric)
        integration = session.get(IntegrationRow, row.integration_token) if row else None
    if row is None or ImportType(row.import_type) not in SOURCES:
        return 0
    try:
        points = _points(house, row, integration)
    except EyrieError as error:
        _failed(house, row, str(error))
        raise
    with house.database.writing() as session:
        kept = session.get(BusinessMetricRow, metric, with_for_update=True)
        if kept is not None and _same_source(kept, row):
            _replace(session, metric, points)
            kept.tried_at = kept.fetched_at = house.now()
            kept.fetch_error = None
        and_then(session)
        if kept is not None and not _same_source(kept, row):
            ask_for(session, metric, house.now())
    return len(points)


def _points(house: House, row: BusinessMetricRow, integration: IntegrationRow | None) -> list[Point]:
    """Ask the source; all points before any of them is kept."""
    if integration is None:
        raise Refused(f"The Integration {row.integration_token} is gone; name another one")
    account = connections.opened(house.secrets, integration)
    if connections.SET_AT not in account:
        raise Refused(
            f"The Integration {integration.token} has no credentials; "
            f"set them with `eyrie integration credentials {integration.token}`"
        )
    now = house.now()
    since = row.fetched_at - OVERLAP if row.fetched_at else now - HISTORY
    since = since.replace(hour=0, minute=0, second=0, microsecond=0)
    found = ASKS[ImportType(row.import_type)](account, row.source or {}, since, now)
    try:
        points = list(islice(found, MOST_POINTS + 1))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unavailable(f"The source answered in a form that is not known here: {error!r}") from error
    if len(points) > MOST_POINTS:
        raise Refused(f"The source gives more than {MOST_POINTS:,} values at once; ask it for fewer labels")
    return points


def _replace(session: Session, metric: str, points: list[Point]) -> None:
    if points:
        first, last = min(point.at for point in points), max(point.at for point in points)
        after = last + dt.timedelta(seconds=1)
        values.delete(session, metric, forecasted=False, since=first, before=after)
        values.write(session, metric, points)


def _same_source(kept: BusinessMetricRow, asked: BusinessMetricRow) -> bool:
    """What was fetched is of no use if the source was changed meanwhile."""
    return (kept.import_type, kept.integration_token, kept.source) == (
        asked.import_type,
        asked.integration_token,
        asked.source,
    )


def _failed(house: House, row: BusinessMetricRow, error: str) -> None:
    with house.database.writing() as session:
        kept = session.get(BusinessMetricRow, row.token, with_for_update=True)
        if kept is not None and _same_source(kept, row):
            kept.tried_at, kept.fetch_error = house.now(), error


KINDS: tuple[Kind[House], ...] = (Kind(FETCH_ALL, run_all), Kind(FETCH, run_one))
