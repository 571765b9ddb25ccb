"""Keeps what each report's forecast says, once a day, so that it can be held against what comes.

A report that cannot be answered today, as one with costs in several currencies, is passed over.
"""

import datetime as dt
import logging

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.answers.forecast_ranges import ranged
from eyrie.answers.forecast_shapes import ForecastQuery, ForecastTold
from eyrie.answers.forecasts import RUNS_HELD_DAYS, posed_for
from eyrie.basics.errors import UserFault
from eyrie.basics.period import ONE_DAY
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Daily, Schedule
from eyrie.operations.acting import acting
from eyrie.operations.house import House
from eyrie.records.reports.forecast_rows import ForecastRunRow
from eyrie.records.reports.rows import CostReportRow

FORECAST = "forecast"
DAYS_AHEAD = 30
SCHEDULE = Schedule(FORECAST, FORECAST, Daily(5, 30))
_log = logging.getLogger(__name__)


def run_forecasts(job: Job, house: House) -> None:
    """Keep today's forecast of every report of which it is not kept yet, and forget old ones."""
    today = house.now().date()
    with house.database.writing() as session:
        old = ForecastRunRow.made_on < today - RUNS_HELD_DAYS * ONE_DAY
        session.execute(sa.delete(ForecastRunRow).where(old))
    with house.database.reading() as session:
        row = CostReportRow
        made = sa.select(ForecastRunRow.report).where(ForecastRunRow.made_on == today)
        tokens = session.scalars(sa.select(row.token).where(row.token.not_in(made)).order_by(row.token)).all()
    for token in tokens:
        job.check()
        try:
            told = _told(house, token)
        except UserFault as problem:
            _log.info("no forecast of %s was kept: %s", token, problem)
            continue
        if told is not None and told.days:
            with house.database.writing() as session:
                job.hold(session)
                _keep(session, token, house, told)


def _told(house: House, token: str) -> ForecastTold | None:
    """The forecast that a report shows for the next thirty days; None if the report has gone."""
    with house.database.reading() as session:
        report = session.get(CostReportRow, token)
        if report is None:
            return None
        call = acting(house, session, report.account_token, report.workspace_token)
        query = ForecastQuery(end_date=call.today + DAYS_AHEAD * ONE_DAY)
        question = posed_for(call, token, query)
    return ranged(question.answered(house), None, None)


def _keep(session: Session, token: str, house: House, told: ForecastTold) -> None:
    if session.get(CostReportRow, token) is None:
        return
    session.add(
        ForecastRunRow(
            report=token,
            made_on=house.now().date(),
            begins=dt.date.fromisoformat(told.days[0].date),
            amounts=[
                [str(day.median), *(None if end is None else str(end) for end in (day.min, day.max))]
                for day in told.days
            ],
        )
    )


KIND: Kind[House] = Kind(FORECAST, run_forecasts)
