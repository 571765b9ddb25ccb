"""`eyrie rates`: what one currency is worth in another, day by day."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from eyrie.basics.errors import Malformed
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    rates = typer.Typer(no_args_is_help=True, help="Import and list exchange rates.")
    _add_import(rates, work)
    _add_list(rates, work)
    app.add_typer(rates, name="rates")


def _add_import(rates: typer.Typer, work: Work) -> None:
    @rates.command("import")
    def import_(
        file: Annotated[str, typer.Argument(help="A CSV file, or - for standard input.", metavar="FILE")],
        home: Home = None,
    ) -> None:
        """Import exchange rates: base_currency_code,currency_code,rate,date.

        1 of the base currency is worth `rate` of the other. A pair and day that is there already gets the
        new rate. All rows are kept, or none, and every problem is told by row.

        Example:   eyrie rates import rates.csv
        """
        told = work.import_rates(flags(home), _content(file))
        typer.echo(f"{told.read:,} rates read, {told.new:,} of them new.")


def _add_list(rates: typer.Typer, work: Work) -> None:
    @rates.command("list")
    def list_(home: Home = None) -> None:
        """Show the exchange rates that convert costs now.

        Example:   eyrie rates list --home ./costs
        """
        rows = [(line.day, line.base, line.currency, line.rate) for line in work.rates(flags(home))]
        typer.echo(table(("DATE", "1 OF", "IN", "IS"), rows))


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Malformed(f"{file} cannot be read: {error.strerror}") from error
