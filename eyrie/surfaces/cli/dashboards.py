"""`eyrie dashboard …`: dashboards at the terminal, each widget with its figures."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.company_shapes import WidgetLine
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    dashboards = typer.Typer(no_args_is_help=True, help="List dashboards, and show their figures.")

    @dashboards.command("list")
    def list_dashboards(home: Home = None) -> None:
        """List the dashboards; `eyrie dashboard show TOKEN` shows one.

        Example:   eyrie dashboard list --home ./costs
        """
        rows = [
            (line.title, line.token, str(line.widgets), line.days, line.bin, line.workspace)
            for line in work.dashboards(flags(home))
        ]
        typer.echo(table(("TITLE", "TOKEN", "WIDGETS", "DAYS", "BIN", "WORKSPACE"), rows))

    @dashboards.command()
    def show(
        token: Annotated[str, typer.Argument(help="The token that `eyrie dashboard list` shows.")],
        home: Home = None,
    ) -> None:
        """Show what each widget comes to, and what it came to over the days before.

        The days, bin and saved filters of the dashboard act on each report, as they do in the API.

        Example:   eyrie dashboard show TOKEN --home ./costs
        """
        told = work.dashboard(flags(home), token)
        typer.echo(printable(told.about))
        if told.widgets:
            heads = ("WIDGET", "SHOWS", "DAYS", "TOTAL", "BEFORE", "CHANGE")
            typer.echo("\n" + table(heads, [_row(line) for line in told.widgets]))

    app.add_typer(dashboards, name="dashboard")


def _row(line: WidgetLine) -> tuple[str, ...]:
    # The layout of amounts loads what help should not wait for.
    from eyrie.surfaces.cli.cost_table import change_shown, money_shown

    if line.figures is None:
        return line.title, line.target, line.days, "", "", ""
    total, before = line.figures.total, line.figures.before
    return (
        line.title,
        line.target,
        line.days,
        f"{money_shown(total)} {line.figures.currency}",
        money_shown(before),
        change_shown(total, before),
    )
