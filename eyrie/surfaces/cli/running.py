"""`eyrie serve` and `eyrie worker`: the processes that stay."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, Host, Port, Sets, Workers, flags
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""

    @app.command()
    def serve(
        home: Home = None,
        host: Host = None,
        port: Port = None,
        workers: Workers = None,
        show_token: Annotated[
            bool, typer.Option("--show-token", help="Make a token for you and print it.")
        ] = False,
        sets: Sets = None,
    ) -> None:
        """Answer the API until you press Ctrl-C.

        The data folder is made if it is new. Everything works without any other program.

        Example:   eyrie serve --home ./costs --port 8080 --show-token
        """
        work.serve(flags(home, sets, host=host, port=port, workers=workers), show_token)

    @app.command()
    def worker(home: Home = None, workers: Workers = None, sets: Sets = None) -> None:
        """Work on jobs in a process of its own, beside `eyrie serve`.

        Uploads, exports and alerts are jobs. The server does them too unless it runs with --workers 0;
        any number of workers may share a data folder.

        Example:   eyrie worker --home ./costs --workers 4
        """
        work.worker(flags(home, sets, workers=workers))
