"""`eyrie vql check`: is this filter right, and if not, where is it wrong."""

import sys
from typing import Annotated

import typer

from eyrie.surfaces.cli.exits import Exit

Scope = Annotated[
    str, typer.Option(help="What the filter is for: cost, resource, kubernetes, commitment or network.")
]
Text = Annotated[str | None, typer.Argument(metavar="FILTER", help="The filter; else one a line from stdin.")]


def add(app: typer.Typer) -> None:
    """Add the commands."""
    vql = typer.Typer(no_args_is_help=True, help="Check filters of costs and other things.")

    @vql.command()
    def check(text: Text = None, scope: Scope = "cost") -> None:
        """Check filters and underline what is wrong with them.

        Ends with 2 if one is wrong. Nothing is asked of a data folder.

        Example:   eyrie vql check "costs.provider = 'aws' AND costs.regoin = 'eu-west-1'"
        """
        from eyrie.vql.invalid import InvalidFilter
        from eyrie.vql.read import read_filter
        from eyrie.vql.scopes import SCOPES

        known = {each.name: each for each in SCOPES}
        if scope not in known:
            raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint="--scope")
        wrong = 0
        filters = [text] if text is not None else (line.rstrip("\r\n") for line in sys.stdin)
        for number, each in enumerate(filters, 1):
            try:
                read_filter(each, known[scope])
            except InvalidFilter as error:
                wrong += 1
                line = "" if text is not None else f"line {number}: "
                typer.echo(line + error.underlined(), err=True)
        if wrong:
            raise typer.Exit(Exit.MISTAKEN)
        typer.echo("All is well.")

    # A group with one command would lose its name: `eyrie vql FILTER` instead of `eyrie vql check FILTER`.
    vql.callback()(lambda: None)
    app.add_typer(vql, name="vql")
