"""`eyrie reports` and `eyrie explain`: what is kept to ask, and what a total is made of."""

import json
import re
from typing import Annotated

import typer

from eyrie.surfaces.cli.costs import Dashboard, Filter, First, Last, Report, Settings, Workspace
from eyrie.surfaces.cli.exits import Exit
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import CostsWish, ExplainTold, Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    _add_reports(app, work)
    _add_explain(app, work)


def _add_reports(app: typer.Typer, work: Work) -> None:
    @app.command()
    def reports(home: Home = None) -> None:
        """List the cost reports; `eyrie costs --report TOKEN` asks one.

        Example:   eyrie reports --home ./costs
        """
        rows = [
            (line.title, line.token, line.folder, line.days, line.groupings, line.workspace)
            for line in work.reports(flags(home))
        ]
        typer.echo(table(("TITLE", "TOKEN", "FOLDER", "DAYS", "GROUPED BY", "WORKSPACE"), rows))


def _add_explain(app: typer.Typer, work: Work) -> None:
    @app.command()
    def explain(
        home: Home = None,
        vql: Filter = None,
        first: First = None,
        last: Last = None,
        report: Report = None,
        dashboard: Dashboard = None,
        workspace: Workspace = None,
        setting: Settings = None,
        part: Annotated[
            str | None, typer.Option(help="Open this part: list its rows that count.", metavar="TOKEN")
        ] = None,
        member: Annotated[
            int | None,
            typer.Option(help="Of this part, only the rows of this member.", metavar="NUMBER", min=0),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer.")] = False,
    ) -> None:
        """Explain a total: settings, filter, files, parts, source rows, and that the sums agree.

        Ends with 3 if they do not.

        Example:   eyrie explain --vql "costs.provider = 'aws'" --from 2026-01-01 --to 2026-01-31
        """
        wish = CostsWish(
            filter=vql,
            report=report,
            dashboard=dashboard,
            workspace=workspace,
            first=first,
            last=last,
            settings=tuple(setting or ()),
        )
        told = work.explain(flags(home), wish, part, member)
        typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False) if as_json else shown(told))
        if not told.adds_up:
            raise typer.Exit(Exit.UNWELL)


def shown(told: ExplainTold) -> str:
    """An explanation for people, from the question down to the rows."""
    filter_in_a_line = printable(re.sub(r"\s", " ", told.filter))
    lines = [printable(told.about), f"Filter    {filter_in_a_line}", f"Settings  {' '.join(told.settings)}"]
    lines += [f"Left out  {amount} by {setting}=false" for setting, amount in told.left_out]
    if told.claims:
        claims = [(each.title, each.token, f"{each.rows:,}", each.amount) for each in told.claims]
        lines += ["", table(("TAKEN BY", "SEGMENT", "ROWS", "AMOUNT"), claims)]
    several = any(each.member for each in told.parts)
    parts = [
        (
            each.part,
            *([each.member] if several else []),
            each.source,
            each.month,
            f"{each.rows:,}",
            each.amount,
        )
        for each in told.parts
    ]
    heads = ("PART", *(["MEMBER"] if several else []), "DELIVERED", "MONTH", "ROWS", "AMOUNT")
    listed = table(heads, parts)
    lines += ["", listed if parts else "No part of the ledger has rows for this."]
    if told.parts_without_rows:
        lines.append(f"{told.parts_without_rows} more parts hold no day of it.")
    if told.rows:
        rows = [
            (
                *(row.source, row.source_row, row.day, row.service, row.charge_type, row.basis),
                *((row.billed, row.rate) if told.converted else ()),
                row.amount,
            )
            for row in told.rows
        ]
        heads = ("FILE", "SOURCE ROW", "DAY", "SERVICE", "CHARGE", "VIEW")
        lines += ["", table((*heads, *(("COST", "RATE") if told.converted else ()), "AMOUNT"), rows)]
    agree = "which is what the parts add up to" if told.adds_up else "BUT THE PARTS ADD UP TO SOMETHING ELSE"
    return "\n".join([*lines, "", f"Total     {told.total} {told.currency}, {agree}"])
