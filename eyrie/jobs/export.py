"""Writes exports: first all lines into one file of ours, then that into the files that people get.

The first step reads the ledger, at one version, and leaves its lines sorted and numbered in a file. Every
further step writes one file out of it, so a job that was killed goes on with the next file, and what it
writes then is of the same facts as what it wrote before. Each file is written under another name, flushed,
renamed; they are told in the one transaction that completes the export.

Files are had for a day. The sweep then takes the folder of an export away, as it does where the export
failed or its workspace is gone.
"""

import datetime as dt
import logging
import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from eyrie.answers.exports.kind import Lines
from eyrie.answers.exports.kinds import KINDS
from eyrie.archive.durable import flush_folder, place_written
from eyrie.basics.errors import Refused
from eyrie.basics.token import new_token
from eyrie.costs.query.listing import NUMBER, column_of
from eyrie.engine.port import Sheet, SheetFormat
from eyrie.jobs.job import Job
from eyrie.jobs.kinds import Kind
from eyrie.jobs.schedules import Every, Schedule
from eyrie.operations.acting import acting
from eyrie.operations.house import House
from eyrie.operations.shapes import Json
from eyrie.records.exports import (
    COMPLETED,
    EXPORT,
    FAILED,
    PENDING,
    PREFIX,
    VALID_FOR,
    DataExportRow,
    folder_of,
)
from eyrie.store.ledger import current_version
from eyrie.store.outbox import JobRow

SWEEP = "sweep exports"
STRAY_KEPT = dt.timedelta(hours=24)
ROWS_A_FILE = 1_000_000
_log = logging.getLogger(__name__)


def run_export(job: Job, house: House) -> None:
    """Write the export that the job names, from wherever an attempt before got to."""
    with house.database.reading() as session:
        row = session.get(DataExportRow, job.payload["export"])
    if row is None:
        return
    folder = folder_of(house, row.token)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)
    lines = job.step("lines", lambda: _lines_written(house, row, folder))
    if lines["rows"] and not (folder / lines["file"]).is_file():
        raise Refused("What was written of it so far is gone; ask for another export")
    files = [_file(job, house, row, folder, lines, number) for number in range(_count(lines["rows"]))]
    _completed(job, house, row.token, lines["version"], files)
    (folder / lines["file"]).unlink(missing_ok=True)


def _lines_written(house: House, row: DataExportRow, folder: Path) -> Json:
    """Read the ledger once, and keep what the export holds; each attempt under a name of its own."""
    with house.database.reading() as session:
        call = acting(house, session, row.account_token, row.workspace_token)
        lines: Lines = KINDS[row.export_type].lines(call, row.request)
        version = current_version(session)
    draft = folder / f"{new_token('lines')}.draft"
    final = draft.with_suffix(".parquet")
    written = lines.write(house, draft)
    if written.rows:
        place_written(draft, final, "export: lines")
    return {"file": final.name, "rows": written.rows, "titles": list(written.titles), "version": version}


def _count(rows: int) -> int:
    """How many files so many rows make; of none there is one with a header alone."""
    return max(1, -(-rows // ROWS_A_FILE))


def _file(job: Job, house: House, row: DataExportRow, folder: Path, lines: Json, number: int) -> Json:
    """Write one file, unless an attempt before did."""
    name = f"{row.export_type.replace('_', '-')}-{row.token[-8:]}-{number + 1}.{row.file_format}"
    final, start = folder / name, number * ROWS_A_FILE
    stop = min(start + ROWS_A_FILE, lines["rows"])

    def write() -> Json:
        draft = folder / f"{new_token('file')}.draft"
        house.engine.print(
            Sheet(
                path=draft,
                format=SheetFormat(row.file_format),
                titles=tuple(lines["titles"]),
                columns=tuple(column_of(place) for place in range(len(lines["titles"]))),
                rows=folder / lines["file"] if lines["rows"] else None,
                numbered=NUMBER,
                start=start,
                stop=stop,
            )
        )
        place_written(draft, final, "export: file")
        return {"name": name, "rows": stop - start, "bytes": final.stat().st_size}

    done: Json = job.step(f"file {number + 1}", write)
    return done if final.is_file() else write()


def _completed(job: Job, house: House, export: str, version: int, files: list[Json]) -> None:
    """Tell the files, in the transaction that ends the job."""
    now = house.now()
    with house.database.writing() as session:
        row = session.get(DataExportRow, export, with_for_update=True)
        if row is not None:
            row.status, row.files, row.ledger_version = COMPLETED, files, version
            row.completed_at, row.valid_until, row.updated_at = now, now + VALID_FOR, now
        job.done(session)


def _failed(session: Session, job: Job) -> None:
    row = session.get(DataExportRow, job.payload["export"])
    if row is not None:
        row.status = FAILED
        row.error = session.scalar(sa.select(JobRow.last_error).where(JobRow.token == job.token))


def sweep_exports(_job: Job, house: House) -> None:
    """Remove the folders of exports whose files nobody can have any more, and what writing left behind."""
    now = house.now()
    for path in sorted(house.exports.iterdir()):
        with house.database.reading() as session:
            row = session.get(DataExportRow, path.name)
        if row is None and not path.name.startswith(PREFIX) and not _is_stray(path, now):
            continue
        if row is None or not (row.status == PENDING or row.is_valid(now)):
            _remove(path)
            _log.info("swept %s, whose files nobody can have any more", path.name)
        elif row.status == COMPLETED:
            named = {file["name"] for file in row.files}
            for left in (each for each in path.iterdir() if each.name not in named):
                _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_stray(path: Path, now: dt.datetime) -> bool:
    """Tell whether something that is no export has lain there for a day."""
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)
    return written < now - STRAY_KEPT


KINDS_OF_JOBS: tuple[Kind[House], ...] = (
    Kind(EXPORT, run_export, on_failed=_failed),
    Kind(SWEEP, sweep_exports),
)
SCHEDULE = Schedule(SWEEP, SWEEP, Every(3600))
