"""Options that several commands share, and how they become settings."""

from collections.abc import Sequence
from typing import Annotated

import typer

from eyrie.basics.errors import Malformed
from eyrie.surfaces.cli.work import Flags

Home = Annotated[
    str | None,
    typer.Option("--home", help="The data folder (or EYRIE_HOME; else ~/.eyrie).", metavar="DIR"),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Any setting, as in --set retention_days=30; `eyrie settings` lists them.",
        metavar="NAME=VALUE",
    ),
]
Host = Annotated[str | None, typer.Option(help="The address to listen on (or EYRIE_HOST).")]
Port = Annotated[
    int | None, typer.Option(help="The port to listen on (or EYRIE_PORT); the next free one if it is taken.")
]
Workers = Annotated[
    int | None,
    typer.Option(help="Jobs to work on at once (or EYRIE_WORKERS); 0 leaves them to `eyrie worker`."),
]


def flags(home: str | None = None, sets: Sequence[str] | None = None, **named: object) -> Flags:
    """Gather what was given on the command line; what was not given is left out."""
    given: dict[str, str] = {}
    for pair in sets or ():
        name, equals, value = pair.partition("=")
        if not equals:
            raise Malformed(f"--set {pair} must be NAME=VALUE, as in --set retention_days=30")
        given[name.strip().replace("-", "_").lower()] = value
    given |= {name: str(value) for name, value in named.items() if value is not None}
    return given if home is None else {**given, "home": home}
