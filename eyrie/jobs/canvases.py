"""Works out the tables of canvases: after a change of the prompt, and once a day, when new costs have come.

Days that are told from today move, so each table is worked out anew after a day in any case.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.answers.canvases import worked_out
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Every, Schedule
from eyrie.operations.acting import acting
from eyrie.operations.house import House
from eyrie.records.reports.canvas_rows import CanvasRow
from eyrie.records.reports.canvases import REFRESH, refresh
from eyrie.store.ledger import current_version

LOOK = "look at canvases"
SCHEDULE = Schedule(LOOK, LOOK, Every(3600))
LONGEST = dt.timedelta(hours=24)
FAILED = "Eyrie failed to work this out, and its log says why. It tries again within the hour."


def run_refresh(job: Job, house: House) -> None:
    """Work out the table of the canvas that the job names, as its prompt is now."""
    now = house.now()
    with house.database.reading() as session:
        canvas = session.get(CanvasRow, job.payload["canvas"])
        if canvas is None:
            return
        prompt, version = canvas.prompt, current_version(session)
        call = acting(house, session, canvas.account_token, canvas.workspace_token)
        data = worked_out(call, canvas.workspace_token, prompt)
    with house.database.writing() as session:
        row = session.get(CanvasRow, canvas.token, with_for_update=True)
        if row is not None and row.prompt == prompt:  # else the next job in the lane is about the new one
            row.data, row.refreshed_at, row.refreshed_version = data, now, version
        job.done(session)


def _failed(session: Session, job: Job) -> None:
    row = session.get(CanvasRow, job.payload["canvas"])
    if row is not None and row.data is None:
        row.data = {"table": None, "error": FAILED}


def run_look(job: Job, house: House) -> None:
    """Ask for a refresh of each canvas that is due."""
    now = house.now()
    with house.database.writing() as session:
        version = current_version(session)
        for row in session.scalars(sa.select(CanvasRow)):
            if is_due(row, version, now):
                refresh(acting(house, session, row.account_token, row.workspace_token), row)
        job.done(session)


def is_due(row: CanvasRow, version: int, now: dt.datetime) -> bool:
    """Tell whether a table is of an earlier day, and costs have come since or a whole day went by."""
    if row.refreshed_at is None or row.refreshed_version is None:
        return True
    if row.refreshed_at.date() == now.date():
        return False
    return version > row.refreshed_version or now - row.refreshed_at >= LONGEST


KINDS: tuple[Kind[House], ...] = (
    Kind(REFRESH, run_refresh, on_failed=_failed),
    Kind(LOOK, run_look),
)
