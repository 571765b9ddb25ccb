"""The work behind `eyrie export` and `eyrie exports`: costs as one file, and the exports asked for."""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from eyrie.answers.exports.costs import CreateCostExport, ExportSchema, lines_of
from eyrie.answers.exports.kind import Lines, Written
from eyrie.archive.durable import flush_file, flush_folder
from eyrie.archive.manifest import members_of
from eyrie.archive.snapshot import snapshot
from eyrie.basics.errors import NotFound, Refused
from eyrie.basics.period import iso_seconds
from eyrie.basics.token import new_token
from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.query.listing import NUMBER, column_of
from eyrie.costs.sources.focus.export import export_of, write_export
from eyrie.engine.port import Sheet, SheetFormat
from eyrie.operations.house import House
from eyrie.operations.paging import NEWEST_FIRST
from eyrie.records.exports import DataExportRow
from eyrie.start.asking import in_options_words, parameters, workspace_of
from eyrie.start.calling import asking, calling
from eyrie.start.house import opened
from eyrie.start.import_target import find_integration
from eyrie.start.settings import read_settings
from eyrie.surfaces.api.bodies import checked
from eyrie.surfaces.cli.bill_shapes import ExportTold, ExportWish
from eyrie.surfaces.cli.work import ExportLine, Flags, SheetWish

EXPORTS_SHOWN = 100
C = TypeVar("C", bound=StrEnum)


def export_bills(flags: Flags, wish: ExportWish) -> ExportTold:
    """Write what was imported."""
    with opened(read_settings(os.environ, flags)) as house:
        return exported(house, wish)


def export_costs(flags: Flags, wish: SheetWish) -> ExportTold:
    """Write what a question about costs gives."""
    with opened(read_settings(os.environ, flags)) as house:
        return exported_costs(house, wish)


def exports(flags: Flags) -> Sequence[ExportLine]:
    """List the exports that were asked for, the newest first."""
    with opened(read_settings(os.environ, flags)) as house:
        return exports_of(house)


def exports_of(house: House) -> Sequence[ExportLine]:
    """List the exports of an opened house."""
    with asking(house) as call:
        order = [getattr(DataExportRow, by.column).desc() for by in NEWEST_FIRST]
        rows = call.rows.all(call.rows.query(DataExportRow).order_by(*order).limit(EXPORTS_SHOWN))
        return [
            ExportLine(
                token=row.token,
                kind=row.export_type,
                status=row.status,
                created_at=iso_seconds(row.created_at),
                rows=sum(file["rows"] for file in row.files),
                files=len(row.files),
                valid_until=iso_seconds(row.valid_until) if row.valid_until else "",
                error=row.error or "",
            )
            for row in rows
        ]


@dataclass(frozen=True)
class _Delivered:
    """The rows of parts as they were delivered, every cell that was told and no other."""

    standing: Sequence[Standing]

    def write(self, house: House, path: Path) -> Written:
        """Write them in the order in which they came."""
        export = export_of(house.engine, house.ledger, self.standing)
        return Written(export.columns, write_export(house.engine, export, path))


def exported(house: House, wish: ExportWish) -> ExportTold:
    """Write what was imported out of an opened house."""
    file_format = _one_of(SheetFormat, "--format", wish.format)
    return _written(house, _Delivered(_standing(house, wish)), file_format, wish.out)


def exported_costs(house: House, wish: SheetWish) -> ExportTold:
    """Write what a question gives out of an opened house; without a filter, of the whole workspace."""
    file_format = _one_of(SheetFormat, "--format", wish.format)
    _one_of(ExportSchema, "--schema", wish.schema)
    with asking(house) as call, in_options_words():
        workspace = workspace_of(call, wish.question)
        lines = lines_of(call, checked(CreateCostExport, _body(wish, parameters(wish.question, workspace))))
    return _written(house, lines, file_format, wish.out)


def _body(wish: SheetWish, given: Any) -> dict[str, Any]:  # Any: texts, and settings by name
    """The parameters of a question as the body of an export."""
    body: dict[str, Any] = {"schema": wish.schema, "settings": {}}
    for name, (text,) in given.items():
        if name.startswith("settings["):
            body["settings"][name.removeprefix("settings[").removesuffix("]")] = text
        else:
            body[name] = [text] if name == "groupings" else text
    return body


def _one_of(choices: type[C], option: str, text: str) -> C:
    try:
        return choices(text)
    except ValueError:
        raise Refused(f"{option} must be one of {', '.join(choices)}") from None


def _written(house: House, lines: Lines, file_format: SheetFormat, out: Path | None) -> ExportTold:
    """Write under another name first, so that a file is whole or not there."""
    folder = house.home if out is None else out.absolute().parent
    if not folder.is_dir():
        raise Refused(f"{folder} is not there; make the folder first")
    work = house.staging / new_token("export")
    work.mkdir(mode=0o700)
    try:
        sheet = work / "sheet"
        written = lines.write(house, work / "lines")
        house.engine.print(
            Sheet(
                path=sheet,
                format=file_format,
                titles=written.titles,
                columns=tuple(column_of(place) for place in range(len(written.titles))),
                rows=work / "lines" if written.rows else None,
                numbered=NUMBER,
            )
        )
        size = sheet.stat().st_size
        if out is None:
            with sheet.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return ExportTold(written.rows, size, "standard output")
        _placed(sheet, out.absolute())
        return ExportTold(written.rows, size, str(out))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _placed(sheet: Path, out: Path) -> None:
    """Bring a file where it is wanted, perhaps to another disk."""
    draft = out.with_name(f".{new_token('export')}.partial")
    try:
        shutil.copyfile(sheet, draft)
        flush_file(draft)
        draft.replace(out)
        flush_folder(out.parent)
    finally:
        draft.unlink(missing_ok=True)


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
