"""Data exports: what was asked to be written out, how far it is, and the links to its files.

A link needs no token. It carries a signature by the home's secret over the export and the file, so nobody
can make one up, and it ends with the export's validity. A file is only ever found by looking its name up
among those of its export; nothing of an address becomes a path.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from pydantic import Field
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from eyrie.access.caller import Scope
from eyrie.basics.errors import NotFound
from eyrie.engine.port import SheetFormat
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import Answer, Door, Finds, Operation, Work
from eyrie.operations.outcome import Accepted, Download, Page, Shown
from eyrie.operations.paging import one_page, page_of
from eyrie.operations.shapes import Json, Moment, PagedQuery, View
from eyrie.store.rows import KeptInWorkspace

PREFIX = "dta_xprt"
EXPORT = "export"  # the kind of the job that writes one
VALID_FOR = dt.timedelta(hours=24)
RETRY_AFTER_SECONDS = 5
PENDING, COMPLETED, FAILED = "pending", "completed", "failed"
MEDIA_TYPES = {
    SheetFormat.CSV: "text/csv; charset=utf-8",
    SheetFormat.PARQUET: "application/vnd.apache.parquet",
}


class DataExportRow(KeptInWorkspace):
    """One export: what it is asked for, and once it is written, its files."""

    __tablename__ = "data_exports"
    export_type: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: what the kind of export wants to know
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: the same as it is shown
    file_format: Mapped[str]
    status: Mapped[str]
    error: Mapped[str | None]
    ledger_version: Mapped[int | None]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # Any: name, rows and bytes of each
    completed_at: Mapped[dt.datetime | None]
    valid_until: Mapped[dt.datetime | None]

    def is_valid(self, now: dt.datetime) -> bool:
        """Tell whether its files can be had."""
        return self.valid_until is not None and now < self.valid_until


class Manifest(View):
    """The files of an export."""

    files: list[str] = Field(description="Where each file can be had, without a token.")
    completed_at: Moment | None = Field(description="When the last file was written.")
    valid_until: Moment | None = Field(description="Until when the files can be had.")


class DataExport(View):
    """A data export."""

    token: str = Field(description="The token of the DataExport.")
    status: str = Field(description="pending, completed or failed.")
    created_at: Moment = Field(description="When it was asked for.")
    export_type: str = Field(description="What is exported, such as cost_report.")
    manifest: Manifest = Field(description="Its files.")
    attributes: Json = Field(description="What was asked for.")


class ExportFile(View):
    """One file of an export."""

    name: str = Field(description="What it is called.")
    rows: int = Field(description="How many rows it has, without the header.")
    bytes: int = Field(description="Its size.")
    url: str | None = Field(description="Where it can be had; null once the export is no longer valid.")


class OwnDataExport(View):
    """A data export with all that Eyrie knows of it."""

    token: str = Field(description="The token of the DataExport.")
    status: str = Field(description="pending, completed or failed.")
    error: str | None = Field(description="Why it failed.")
    created_at: Moment = Field(description="When it was asked for.")
    export_type: str = Field(description="What is exported, such as cost_report.")
    workspace_token: str = Field(description="The Workspace that it is about.")
    file_format: SheetFormat = Field(description="csv or parquet.")
    rows: int = Field(description="The rows of all files together.")
    files: list[ExportFile] = Field(description="Its files.")
    ledger_version: int | None = Field(description="The version of the ledger that it shows.")
    completed_at: Moment | None = Field(description="When the last file was written.")
    valid_until: Moment | None = Field(description="Until when the files can be had.")
    attributes: Json = Field(description="What was asked for.")


def folder_of(house: House, export: str) -> Path:
    """Where the files of an export are."""
    return house.exports / export


def shown(call: Call, row: DataExportRow) -> DataExport:
    """An export as the contract has it; the files of one that is over are no longer told."""
    there = row.files if row.is_valid(call.now) else []
    return DataExport(
        token=row.token,
        status=row.status,
        created_at=row.created_at,
        export_type=row.export_type,
        manifest=Manifest(
            files=[link(call, row, file["name"]) for file in there],
            completed_at=row.completed_at,
            valid_until=row.valid_until,
        ),
        attributes=row.attributes,
    )


def shown_whole(call: Call, row: DataExportRow) -> OwnDataExport:
    """An export with all that is known of it."""
    valid = row.is_valid(call.now)
    files = [ExportFile(**file, url=link(call, row, file["name"]) if valid else None) for file in row.files]
    told = {name: getattr(row, name) for name in OwnDataExport.model_fields if name not in ("files", "rows")}
    return OwnDataExport(**told, files=files, rows=sum(file.rows for file in files))


def pending(call: Call, row: DataExportRow) -> Accepted:
    """What is answered as long as an export is not written: where to look, and when to look again."""
    return Accepted(shown(call, row), f"/v2/data_exports/{row.token}", RETRY_AFTER_SECONDS)


def link(call: Call, row: DataExportRow, file: str) -> str:
    """The address of a file."""
    signature = call.house.secrets.sign(_signed(row.token, file))
    return f"{call.address.base}/exports/{row.token}/{signature}/{file}"


def _signed(export: str, file: str) -> str:
    return f"export file:{export}/{file}"


def _found(call: Call) -> DataExportRow:
    row = call.found["data_export_token"]
    assert isinstance(row, DataExportRow)
    return row


def _status(call: Call) -> Accepted | Shown:
    row = _found(call)
    return pending(call, row) if row.status == PENDING else Shown(shown(call, row))


def _listed(call: Call) -> Page:
    assert isinstance(call.query, PagedQuery)
    found = one_page(call.session, call.rows.query(DataExportRow), DataExportRow, call.query)
    return page_of("data_exports", found, [shown_whole(call, row) for row in found.rows])


def _downloaded(call: Call) -> Download:
    """Give a file to whoever has its link; all that is wrong with a link is told alike."""
    export, signature, file = (call.path[name] for name in ("data_export_token", "signature", "file"))
    row = call.session.get(DataExportRow, export)
    if (
        call.house.secrets.is_signed(_signed(export, file), signature)
        and row is not None
        and row.is_valid(call.now)
        and file in [each["name"] for each in row.files]
        and (path := folder_of(call.house, row.token) / file).is_file()
    ):
        return Download(path, MEDIA_TYPES[SheetFormat(row.file_format)])
    raise NotFound("There is no such file, or no longer; ask for another export")


def operations() -> list[Operation]:
    """The operations of exports that there are, whatever they are of."""
    finds = (Finds("data_export_token", DataExportRow, "Data export"),)
    return [
        Operation(
            name="getDataExport",
            tag="DataExports",
            method="GET",
            path="/data_exports/{data_export_token}",
            summary="Get a data export",
            description="202 with `Retry-After` until it is written; then its files, which can be had for "
            f"{VALID_FOR.total_seconds() // 3600:.0f} hours without a token.",
            scope=Scope.READ,
            finds=finds,
            answers=Answer(200, DataExport),
            also=(Answer(202, DataExport),),
            refuses=frozenset({400, 402, 404}),
            work=Work.READS,
            run=_status,
        ),
        Operation(
            name="getOwnDataExports",
            tag="DataExports",
            door=Door.API,
            method="GET",
            path="/data_exports",
            summary="List data exports",
            description="All data exports that the token can see, with why one failed.",
            scope=Scope.READ,
            query=PagedQuery,
            answers=Answer(200, OwnDataExport, key="data_exports"),
            refuses=frozenset({400}),
            work=Work.READS,
            run=_listed,
        ),
        Operation(
            name="getOwnDataExport",
            tag="DataExports",
            door=Door.API,
            method="GET",
            path="/data_exports/{data_export_token}",
            summary="Get a data export with all that is known of it",
            description="Its files with their rows, the ledger's version, and why it failed.",
            scope=Scope.READ,
            finds=finds,
            answers=Answer(200, OwnDataExport),
            refuses=frozenset({404}),
            work=Work.READS,
            run=lambda call: Shown(shown_whole(call, _found(call))),
        ),
        Operation(
            name="getDataExportFile",
            tag="DataExports",
            door=Door.ROOT,
            method="GET",
            path="/exports/{data_export_token}/{signature}/{file}",
            summary="Get a file of a data export",
            description="The address is in the manifest of the DataExport. No token is needed: the signature "
            "stands for it.",
            scope=None,
            answers=Answer(200, media=tuple(MEDIA_TYPES.values())),
            refuses=frozenset({404}),
            work=Work.READS,
            run=_downloaded,
        ),
    ]
