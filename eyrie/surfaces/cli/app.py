"""The commands, put together from the work that is there."""

import typer

from eyrie.surfaces.cli import (
    annotations,
    audit,
    bills,
    canvases,
    costs,
    dashboards,
    demo,
    exports,
    filters,
    forecasts,
    metrics,
    notifications,
    people,
    rates,
    reports,
    running,
    segments,
    teams,
    upkeep,
)
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
    annotations.add(app, work)
    dashboards.add(app, work)
    canvases.add(app, work)
    notifications.add(app, work)
    forecasts.add(app, work)
    segments.add(app, work)
    bills.add(app, work)
    metrics.add(app, work)
    exports.add(app, work)
    rates.add(app, work)
    people.add(app, work)
    audit.add(app, work)
    teams.add(app, work)
    filters.add(app)
    upkeep.add(app, work)
    return app
