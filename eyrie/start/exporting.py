"""The work behind `eyrie export`: what was imported, as one file with FOCUS's columns."""

import datetime as dt
import os
import shutil
import sys
from contextlib import closing

from sqlalchemy.orm import Session

from eyrie.archive.durable import flush_file, flush_folder
from eyrie.archive.manifest import members_of
from eyrie.archive.snapshot import snapshot
from eyrie.basics.errors import NotFound, Refused
from eyrie.basics.token import new_token
from eyrie.costs.ledger.apart import taken_apart
from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.sources.focus.export import FORMATS, export_of, write_export
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from eyrie.operations.house import House
from eyrie.start.calling import calling
from eyrie.start.house import opened
from eyrie.start.import_target import find_integration
from eyrie.start.importing import MOST_MEMORY
from eyrie.start.settings import Settings, read_settings
from eyrie.surfaces.cli.bill_shapes import ExportTold, ExportWish
from eyrie.surfaces.cli.work import Flags


def export_bills(flags: Flags, wish: ExportWish) -> ExportTold:
    """Write what is wished for."""
    settings = read_settings(os.environ, flags)
    with opened(settings) as house:
        return exported(house, settings, wish)


def exported(house: House, settings: Settings, wish: ExportWish) -> ExportTold:
    """Write out of an opened house: under another name first, so that a file is whole or not there."""
    if wish.format not in FORMATS:
        raise Refused(f"--format must be one of {', '.join(FORMATS)}")
    standing = _standing(house, wish)
    folder = house.home / "exports" if wish.out is None else wish.out.absolute().parent
    if not folder.is_dir():
        raise Refused(f"{folder} is not there; make the folder first")
    draft = folder / f".{new_token('export')}.partial"
    work = house.staging / new_token("export")
    spill = house.home / "spill" / str(os.getpid()) / "export"
    budget = Budget(min(settings.engine_bytes, MOST_MEMORY), settings.threads, spill)
    try:
        with closing(DuckDb(budget, [house.ledger, folder, work])) as engine:
            work.mkdir(mode=0o700)
            parts = [part for each in standing for part in taken_apart(engine, house.ledger, work, each)]
            rows = write_export(engine, export_of(engine, house.ledger, parts), wish.format, draft)
        size = draft.stat().st_size
        if wish.out is None:
            with draft.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return ExportTold(rows, size, "standard output")
        flush_file(draft)
        draft.replace(wish.out)
        flush_folder(folder)
        return ExportTold(rows, size, str(wish.out))
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)


def _standing(house: House, wish: ExportWish) -> list[Standing]:
    """The parts of line items that are wished for, as they are now, and the deliveries in them."""
    month = _month(wish.month) if wish.month else None
    with house.database.reading() as session:
        integration = _token(house, session, wish.integration) if wish.integration else None
        seen = snapshot(session, house.ledger, None, None, house.now(), house.retention_days)
        found = [
            part
            for part in seen.parts
            if (integration is None or part.delivery.integration == integration)
            and (month is None or part.billing_month == month)
        ]
        members = members_of(session, [part.token for part in found if part.is_compacted])
    if not found:
        raise NotFound("There are no costs to export; `eyrie import` brings some in")
    return [
        Standing(part, seen.counting(part, members.get(part.token, (part.as_member(),)))) for part in found
    ]


def _token(house: House, session: Session, named: str) -> str:
    row = find_integration(calling(house, session), named)
    if row is None:
        raise NotFound(f"There is no integration {named}")
    return row.token


def _month(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise Refused("--month must be a month such as 2025-01") from None
