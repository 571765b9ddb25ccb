"""`eyrie forecast show` and `backtest`: what costs will be, and how far off that was before."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer

from eyrie.basics.money import CENT, WIDE, plain
from eyrie.surfaces.cli.costs import Filter, Report, Workspace
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import BacktestTold, CostsWish, ForecastTold, Work

First = Annotated[
    str | None,
    typer.Option("--from", help="The first day. [default: the first that is not complete]", metavar="DATE"),
]
Last = Annotated[
    str | None, typer.Option("--to", help="The last day. [default: the end of the month]", metavar="DATE")
]


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    forecasts = typer.Typer(no_args_is_help=True, help="Show what costs will be, and how sure that is.")
    _add_show(forecasts, work)
    _add_backtest(forecasts, work)
    app.add_typer(forecasts, name="forecast")


def _add_show(forecasts: typer.Typer, work: Work) -> None:
    @forecasts.command()
    def show(
        home: Home = None,
        report: Report = None,
        vql: Filter = None,
        workspace: Workspace = None,
        first: First = None,
        last: Last = None,
        days: Annotated[bool, typer.Option("--days", help="Show each day instead of each service.")] = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print each day of each service as CSV.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer.")] = False,
    ) -> None:
        """Show what the days to come will cost: of a report with its plans, of a filter, or of everything.

        The range is what four of five days, or months, should come inside.

        Example:   eyrie forecast show --vql "costs.provider = 'aws'" --to 2026-12-31
        """
        if as_csv and as_json:
            raise typer.BadParameter("choose one of --csv and --json", param_hint="--csv")
        wish = CostsWish(filter=vql, report=report, workspace=workspace, first=first, last=last)
        told = work.forecast(flags(home), wish)
        if as_csv:
            typer.echo(_as_csv(told), nl=False)
        elif as_json:
            typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False))
        else:
            typer.echo(shown(told, days=days))


def _add_backtest(forecasts: typer.Typer, work: Work) -> None:
    @forecasts.command()
    def backtest(
        home: Home = None,
        report: Report = None,
        vql: Filter = None,
        workspace: Workspace = None,
        horizon: Annotated[int, typer.Option(help="How many days ahead.", min=1, max=90)] = 30,
    ) -> None:
        """Hold forecasts against costs that came: ours, the mean of 30 days, and the last week again.

        Forecasts are made as of each week of the last thirteen months, as they would have been then. Each
        figure is the share of all money by which they were off; smaller is better.

        Example:   eyrie forecast backtest --report rprt_0123456789abcdef
        """
        wish = CostsWish(filter=vql, report=report, workspace=workspace)
        typer.echo(compared(work.backtest(flags(home), wish, horizon)))


def shown(told: ForecastTold, *, days: bool) -> str:
    """A forecast for people: what each service or each day will cost, and all together."""
    if not told.days:
        return f"{printable(told.about)}\n\nThere are no costs to expect anything from."
    median, least, most = told.total
    if days:
        heads = ("DAY", told.currency, "FROM", "TO")
        listed = [(day, _money(amount), _money(low), _money(high)) for day, amount, low, high in told.days]
        listed.append(("TOTAL", _money(median), _money(least), _money(most)))
    else:
        heads = ("PROVIDER", "SERVICE", told.currency, "")
        listed = [(provider, service, _money(amount), " ") for provider, service, amount in told.services]
        listed.append(("TOTAL", " ", _money(median), " "))
    lines = [printable(told.about), "", _right(heads, listed, 2 if not days else 1)]
    if least is not None and most is not None:
        lines += ["", f"Four of five such stretches of days come to {_money(least)} to {_money(most)}."]
    months = [(month, *map(_money, amounts)) for month, *amounts in told.months]
    lines += ["", _right(("MONTH", "SPENT", "EXPECTED", "TOGETHER"), months, 1)]
    return "\n".join(lines)


def compared(told: BacktestTold) -> str:
    """A backtest for people."""
    rows = [(name, *map(_percent, shares)) for name, *shares in told.ways]
    lines = [printable(told.about), "", _right(("WAY", "SERVICES", "TOTAL", "MONTHS"), rows, 1)]
    inside = "Too few days to tell how often what came was inside the range."
    if told.coverage is not None:
        inside = (
            f"{_percent(told.coverage)} of the days came inside the range of the total; it is made for 80%."
        )
    return "\n".join([*lines, "", inside])


def _as_csv(told: ForecastTold) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("date", "provider", "service", "amount", "currency"))
    for day, provider, service, amount in told.rows:
        writer.writerow((day, provider, service, plain(amount), told.currency))
    return out.getvalue()


def _right(heads: Sequence[str], rows: Sequence[Sequence[str]], first: int) -> str:
    """A table whose columns from `first` on are figures, which stand on the right."""
    widths = [max(len(line[column]) for line in (heads, *rows)) for column in range(len(heads))]

    def aligned(line: Sequence[str]) -> list[str]:
        return [cell.rjust(widths[place]) if place >= first else cell for place, cell in enumerate(line)]

    return table(aligned(heads), [aligned(row) for row in rows])


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{WIDE.quantize(amount, CENT):,}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
