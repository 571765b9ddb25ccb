"""`eyrie export` and `eyrie exports`: costs into files, and the exports that were asked for over the API."""

from pathlib import Path
from typing import Annotated

import typer

from eyrie.basics.errors import Malformed
from eyrie.surfaces.cli.bill_shapes import ExportWish
from eyrie.surfaces.cli.costs import Filter, First, Last, Report, Settings, Workspace
from eyrie.surfaces.cli.options import Home, Sets, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import CostsWish, SheetWish, Work

Group = Annotated[
    str | None,
    typer.Option(
        help="Comma-separated: provider, service, account_id, region, tag:<key> and so on; '' for none. "
        "[default: provider,service,account_id; for focus, every row by itself]"
    ),
]
BinWidth = Annotated[
    str | None,
    typer.Option("--bin", help="day, week, month, quarter or hour. [default: the report's, or day]"),
]


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    _add_export(app, work)
    _add_exports(app, work)


def _add_export(app: typer.Typer, work: Work) -> None:
    @app.command()
    def export(
        out: Annotated[
            str, typer.Option(help="The file to write, or - for standard output.", metavar="FILE")
        ],
        home: Home = None,
        focus: Annotated[
            bool,
            typer.Option(
                "--focus", help="What was imported, row by row, as FOCUS 1.2 with every other column."
            ),
        ] = False,
        integration: Annotated[
            str | None, typer.Option(help="With --focus: name or token; else all of them.", metavar="NAME")
        ] = None,
        month: Annotated[
            str | None, typer.Option(help="With --focus: a billing month such as 2025-01.")
        ] = None,
        schema: Annotated[
            str | None,
            typer.Option(help="What a question gives: vntg, comparison with the period before, or focus."),
        ] = None,
        vql: Filter = None,
        first: First = None,
        last: Last = None,
        group: Group = None,
        bin_width: BinWidth = None,
        report: Report = None,
        workspace: Workspace = None,
        setting: Settings = None,
        format_: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
        sets: Sets = None,
    ) -> None:
        """Write costs to a file: what was imported (--focus), or what a question gives (--schema).

        What --focus writes gives the same rows when it is imported again.

        Example:   eyrie export --focus --integration "AWS" --month 2025-01 --out january.csv

        Example:   eyrie export --schema vntg --group service --bin month --from 2025-01-01 --out services.csv
        """
        if focus is (schema is not None):
            raise Malformed(
                "Say either --focus, for what was imported, or --schema, for what a question gives"
            )
        place = None if out == "-" else Path(out)
        question = CostsWish(
            filter=vql,
            report=report,
            workspace=workspace,
            group=group,
            bin=bin_width,
            first=first,
            last=last,
            settings=tuple(setting or ()),
        )
        if schema is None:
            _refuse_others(
                question != CostsWish(), "--focus writes what was imported; questions go with --schema"
            )
            told = work.export_bills(flags(home, sets), ExportWish(integration, month, place, format_))
        else:
            _refuse_others(bool(integration or month), "--integration and --month go with --focus")
            told = work.export_costs(flags(home, sets), SheetWish(question, schema, place, format_))
        typer.echo(f"Wrote {told.rows:,} rows, {told.bytes:,} bytes, to {told.place}.", err=place is None)


def _refuse_others(given: bool, why: str) -> None:
    if given:
        raise Malformed(why)


def _add_exports(app: typer.Typer, work: Work) -> None:
    @app.command()
    def exports(home: Home = None) -> None:
        """List the data exports that were asked for, the newest first, and why one failed.

        Example:   eyrie exports --home ./costs
        """
        rows = [
            (
                *(line.token, line.kind, line.status, line.created_at),
                *(f"{line.rows:,}", str(line.files), line.valid_until, line.error),
            )
            for line in work.exports(flags(home))
        ]
        heads = ("TOKEN", "KIND", "STATUS", "ASKED FOR", "ROWS", "FILES", "VALID UNTIL", "ERROR")
        typer.echo(table(heads, rows))
