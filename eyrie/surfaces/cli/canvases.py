"""`eyrie canvas …`: prompts in plain words, and their tables."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.company_shapes import CanvasTold
from eyrie.surfaces.cli.costs import Workspace
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    canvases = typer.Typer(
        no_args_is_help=True, help="Ask in plain words: list canvases, show one, try a prompt."
    )

    @canvases.command("list")
    def list_canvases(home: Home = None) -> None:
        """List the canvases; `eyrie canvas show TOKEN` shows one.

        Example:   eyrie canvas list --home ./costs
        """
        rows = [
            (line.title, line.token, line.prompt, line.refreshed, line.workspace)
            for line in work.canvases(flags(home))
        ]
        typer.echo(table(("TITLE", "TOKEN", "PROMPT", "REFRESHED", "WORKSPACE"), rows))

    @canvases.command()
    def show(
        token: Annotated[str, typer.Argument(help="The token that `eyrie canvas list` shows.")],
        home: Home = None,
    ) -> None:
        """Show the table that was worked out last.

        Example:   eyrie canvas show TOKEN --home ./costs
        """
        _show(work.canvas(flags(home), token))

    @canvases.command("try")
    def try_prompt(
        prompt: Annotated[str, typer.Argument(help="What to ask, in plain words.")],
        home: Home = None,
        workspace: Workspace = None,
    ) -> None:
        """Work a prompt out at once, without keeping anything.

        Example:   eyrie canvas try "top 5 services by cost last month"
        """
        _show(work.try_prompt(flags(home), prompt, workspace))

    app.add_typer(canvases, name="canvas")


def _show(told: CanvasTold) -> None:
    typer.echo(printable(told.about))
    if told.heads:
        typer.echo("\n" + table([head.upper() for head in told.heads], told.rows))
    if told.error:
        typer.echo("\n" + printable(told.error))
