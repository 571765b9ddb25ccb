"""`eyrie costs`, `integrations`, `tags`: what there is and what it costs, asked without a server."""

import csv
import io
import json
from itertools import chain
from typing import Annotated

import typer

from eyrie.basics.money import plain
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import CostLine, CostsTold, CostsWish, Work

LINES_SHOWN = 20  # of each bin, unless told otherwise
PLAIN = str.maketrans("█▲▼…", "#+-~", "▏▎▍▌▋▊▉")  # for terminals that know no others

Filter = Annotated[
    str | None,
    typer.Option("--filter", "--vql", help="A VQL filter; without one, everything.", metavar="VQL"),
]
Group = Annotated[
    str | None,
    typer.Option(
        help="Comma-separated: provider, service, account_id, region, tag:<key> and so on; '' for none. "
        "[default: provider,service]"
    ),
]
BinWidth = Annotated[
    str | None,
    typer.Option("--bin", help="day, week, month, quarter or hour. [default: the report's, or month]"),
]
First = Annotated[
    str | None,
    typer.Option("--from", help="The first day. [default: the first of this month]", metavar="DATE"),
]
Last = Annotated[str | None, typer.Option("--to", help="The last day. [default: today]", metavar="DATE")]
Report = Annotated[str | None, typer.Option(help="Ask as this cost report.", metavar="TOKEN")]
Dashboard = Annotated[str | None, typer.Option(help="As this dashboard shows the report.", metavar="TOKEN")]
Workspace = Annotated[
    str | None, typer.Option(help="The workspace's name or token, if there are several.", metavar="NAME")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--setting", help="As in --setting include_credits=true.", metavar="NAME=VALUE"),
]
Limit = Annotated[
    int | None,
    typer.Option(help="Show the N largest lines of each bin. [default: 20 in tables, else all]", min=1),
]


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    _add_costs(app, work)
    _add_integrations(app, work)
    _add_tags(app, work)


def _add_costs(app: typer.Typer, work: Work) -> None:
    @app.command()
    def costs(
        home: Home = None,
        vql: Filter = None,
        group: Group = None,
        bin_width: BinWidth = None,
        first: First = None,
        last: Last = None,
        report: Report = None,
        dashboard: Dashboard = None,
        workspace: Workspace = None,
        setting: Settings = None,
        limit: Limit = None,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print exact rows as CSV.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer, all rows.")] = False,
    ) -> None:
        """Ask what things cost, as GET /v2/costs does, and print it as a table.

        Changes are against the bin before, shares are of the total. Nothing needs to run.

        Example:   eyrie costs --vql "costs.provider = 'aws'" --group service --bin month --from 2026-01-01
        """
        if as_csv and as_json:
            raise typer.BadParameter("choose one of --csv and --json", param_hint="--csv")
        wish = CostsWish(
            filter=vql,
            report=report,
            dashboard=dashboard,
            workspace=workspace,
            group="provider,service" if group is None else group,
            bin="month" if bin_width is None and report is None else bin_width,
            first=first,
            last=last,
            settings=tuple(setting or ()),
        )
        told = work.costs(flags(home), wish)
        if as_csv:
            typer.echo(costs_as_csv(told, limit), nl=False)
        elif as_json:
            typer.echo(costs_as_json(told, limit))
        else:
            _show(told, limit or LINES_SHOWN)


def costs_as_csv(told: CostsTold, limit: int | None) -> str:
    """The rows with exact amounts: a column for each grouping, and usage where rows are split by unit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    usage = ("usage", "unit") if told.with_usage else ()
    writer.writerow(("accrued_at", *told.heads, "amount", "currency", *usage))
    for line in _chosen(told, limit):
        used: tuple[str, ...] = ()
        if told.with_usage:
            used = (plain(line.usage[0]), line.usage[1] or "") if line.usage else ("", "")
        begins = f"{line.begins:%Y-%m-%dT%H:00:00Z}" if told.bin == "hour" else f"{line.begins:%Y-%m-%d}"
        writer.writerow((begins, *line.groups, plain(line.amount), told.currency, *used))
    return out.getvalue()


def costs_as_json(told: CostsTold, limit: int | None) -> str:
    """The API's answer with all its rows, or the largest of each bin; the total is that of all."""
    kept = set(map(id, _chosen(told, limit)))
    rows = told.body["costs"]
    shown = [row for row, line in zip(rows, told.lines, strict=True) if id(line) in kept]
    return json.dumps({**told.body, "costs": shown}, indent=2, ensure_ascii=False)


def _chosen(told: CostsTold, limit: int | None) -> list[CostLine]:
    from eyrie.surfaces.cli.cost_table import largest

    return list(chain.from_iterable(shown for shown, _ in largest(told, limit)))


def _show(told: CostsTold, limit: int) -> None:
    """Print the table; a terminal gets a little colour, a file or a pipe none."""
    from rich.console import Console
    from rich.text import Text

    from eyrie.surfaces.cli.cost_table import cost_table

    console = Console(highlight=False)
    shown = cost_table(told, limit, console.width)
    if not console.encoding.lower().startswith("utf"):
        shown = shown.translate(PLAIN).encode(console.encoding, "replace").decode(console.encoding)
    text = Text(shown)
    text.highlight_regex(r"[█▏▎▍▌▋▊▉]+", "cyan")
    text.highlight_regex(r"(?m)^TOTAL.*$", "bold")
    console.print(text, soft_wrap=True)


def _add_integrations(app: typer.Typer, work: Work) -> None:
    @app.command()
    def integrations(home: Home = None) -> None:
        """Show where costs come from, how far they reach, and which workspaces see them.

        Example:   eyrie integrations --home ./costs
        """
        rows = [
            (
                line.name,
                line.provider,
                line.status,
                f"{line.rows:,}",
                line.first,
                line.last,
                line.fresh,
                ", ".join(line.workspaces),
            )
            for line in work.integrations(flags(home))
        ]
        typer.echo(table(("NAME", "PROVIDER", "STATUS", "ROWS", "FIRST", "LAST", "AGE", "WORKSPACES"), rows))


def _add_tags(app: typer.Typer, work: Work) -> None:
    @app.command()
    def tags(
        key: Annotated[str | None, typer.Argument(help="Show the values of this key.")] = None,
        home: Home = None,
    ) -> None:
        """Show the tag keys that costs carry, with how many values each has; or the values of one.

        Example:   eyrie tags team --home ./costs
        """
        lines = work.tags(flags(home), key)
        if key is None:
            rows = [(line.text, f"{line.values:,}", ", ".join(line.providers)) for line in lines]
            typer.echo(table(("KEY", "VALUES", "PROVIDERS"), rows))
        else:
            typer.echo(
                table(("VALUE", "PROVIDERS"), [(line.text, ", ".join(line.providers)) for line in lines])
            )
