"""`eyrie settings`, `openapi`, `doctor`, `compact`, `backup`, `restore`: looking after an installation."""

from pathlib import Path
from typing import Annotated

import typer

from eyrie.surfaces.cli.exits import Exit
from eyrie.surfaces.cli.options import Home, Sets, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    _add_settings(app, work)
    _add_openapi(app, work)
    _add_doctor(app, work)
    _add_compact(app, work)
    _add_copies(app, work)


def _add_settings(app: typer.Typer, work: Work) -> None:
    @app.command()
    def settings(
        home: Home = None,
        sets: Sets = None,
        markdown: Annotated[
            bool, typer.Option("--markdown", help="Print the page docs/settings.md instead.")
        ] = False,
    ) -> None:
        """Show every setting, its value, and where the value came from.

        Secrets are not shown. What each one means is told in docs/settings.md.

        Example:   EYRIE_PORT=9000 eyrie settings
        """
        if markdown:
            typer.echo(work.settings_page(), nl=False)
            return
        rows = [(row.name, row.variable, row.value, row.origin) for row in work.settings(flags(home, sets))]
        typer.echo(table(("SETTING", "VARIABLE", "VALUE", "FROM"), rows))


def _add_openapi(app: typer.Typer, work: Work) -> None:
    @app.command()
    def openapi(home: Home = None) -> None:
        """Print the OpenAPI document of /v2, without a server.

        Example:   eyrie openapi > eyrie.json
        """
        typer.echo(work.openapi(flags(home)))


def _add_doctor(app: typer.Typer, work: Work) -> None:
    @app.command()
    def doctor(home: Home = None) -> None:
        """Check that everything kept is whole: files, manifest, database, keys.

        Ends with 3 if something is wrong. Nothing is changed.

        Example:   eyrie doctor --home ./costs
        """
        findings = work.doctor(flags(home))
        for finding in findings:
            typer.echo(finding)
        if findings:
            raise typer.Exit(Exit.UNWELL)
        typer.echo("All is well.")


def _add_compact(app: typer.Typer, work: Work) -> None:
    @app.command()
    def compact(home: Home = None, sets: Sets = None) -> None:
        """Put the small files of a month together, so that questions over many uploads stay quick.

        No answer changes, and each upload can still be deleted, replaced and explained by itself. The server
        does this by itself, now and then. It may be stopped at any moment and run beside everything else.

        Example:   eyrie compact --home ./costs
        """
        for line in work.compact(flags(home, sets)):
            typer.echo(line)


def _add_copies(app: typer.Typer, work: Work) -> None:
    @app.command()
    def backup(
        target: Annotated[Path, typer.Argument(help="A new folder for the copy.")], home: Home = None
    ) -> None:
        """Copy everything that is kept, at one moment, while the server runs.

        The key for secrets is left out: keep it elsewhere.

        Example:   eyrie backup ./eyrie-2026-11-20
        """
        for line in work.backup(flags(home), target):
            typer.echo(line)

    @app.command()
    def restore(
        source: Annotated[Path, typer.Argument(help="A folder that `eyrie backup` made.")],
        home: Home = None,
    ) -> None:
        """Make a data folder from a backup. The folder must be new or empty.

        Example:   eyrie restore ./eyrie-2026-11-20 --home ./costs
        """
        for line in work.restore(flags(home), source):
            typer.echo(line)
