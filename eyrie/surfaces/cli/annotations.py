"""`eyrie annotate` and `eyrie annotations`: notes on a day of reports."""

import json
from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.trace_shapes import AnnotationWish
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    _add_annotate(app, work)
    _add_annotations(app, work)


def _add_annotate(app: typer.Typer, work: Work) -> None:
    @app.command()
    def annotate(
        reports: Annotated[
            list[str], typer.Argument(help="The tokens of reports of one workspace.", metavar="REPORT...")
        ],
        message: Annotated[str, typer.Option("--message", "-m", help="What there is to know.")],
        date: Annotated[str | None, typer.Option(help="The day. [default: today]", metavar="DATE")] = None,
        title: Annotated[
            str | None, typer.Option(help="A title. [default: that of the first report, and the day]")
        ] = None,
        home: Home = None,
    ) -> None:
        """Put a note on a day of one or more reports, and print its token: after a deployment, say.

        Example:   eyrie annotate rprt_0123456789abcdef --message "Moved to Frankfurt" --date 2026-03-01
        """
        typer.echo(work.annotate(flags(home), AnnotationWish(tuple(reports), message, date, title)))


def _add_annotations(app: typer.Typer, work: Work) -> None:
    @app.command()
    def annotations(
        home: Home = None,
        report: Annotated[str | None, typer.Option(help="Only those on it.", metavar="TOKEN")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer.")] = False,
    ) -> None:
        """List the notes on all reports or on one, the newest day first.

        Example:   eyrie annotations --report rprt_0123456789abcdef
        """
        told = work.annotations(flags(home), report)
        if as_json:
            typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False))
            return
        rows = [
            (line.date, line.title, line.message, ", ".join(line.reports), line.token) for line in told.lines
        ]
        typer.echo(table(("DATE", "TITLE", "MESSAGE", "REPORTS", "TOKEN"), rows))
