"""The commands, put together from the work that is there."""

import typer

from eyrie.surfaces.cli import bills, costs, demo, filters, people, reports, running, segments, upkeep
from eyrie.surfaces.cli.work import Work


def make_app(work: Work, version: str) -> typer.Typer:
    """Make the command line."""
    app = typer.Typer(
        name="eyrie",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(invoke_without_command=True)
    def eyrie(
        show_version: bool = typer.Option(False, "--version", help="Print the version and leave."),
    ) -> None:
        """Eyrie takes in every bill, keeps it exactly, and answers who bears each cent.

        Start here:   eyrie serve --show-token
        """
        if show_version:
            typer.echo(f"eyrie {version}")
            raise typer.Exit

    running.add(app, work)
    demo.add(app, work)
    costs.add(app, work)
    reports.add(app, work)
    segments.add(app, work)
    bills.add(app, work)
    people.add(app, work)
    filters.add(app)
    upkeep.add(app, work)
    return app
