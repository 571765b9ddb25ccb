"""`eyrie demo`: a company's costs to look at, before there are any of one's own."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.work import DemoWish, Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the command."""

    @app.command()
    def demo(
        home: Home = None,
        seed: Annotated[int, typer.Option(help="The same seed and day give the same rows.")] = 7,
        today: Annotated[
            str | None,
            typer.Option(help="The day on which it is; the costs end the day before.", metavar="DATE"),
        ] = None,
        if_empty: Annotated[
            bool, typer.Option("--if-empty", help="Leave a home that is in use alone, and say so.")
        ] = False,
    ) -> None:
        """Fill an empty home with a year of costs of a company that does not exist.

        Eight providers, eight teams, people, folders, filters and reports. A home in use is refused.

        Example:   eyrie demo --home ./demo
        """
        for line in work.demo(flags(home), DemoWish(seed, today, if_empty)):
            typer.echo(line)
