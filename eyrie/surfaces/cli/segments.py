"""`eyrie segment …`: the trees of segments, and what each of their segments costs."""

import json
from decimal import Decimal
from typing import Annotated

import typer

from eyrie.basics.money import CENT, WIDE
from eyrie.surfaces.cli.costs import First, Last, Settings
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import CostsWish, SegmentTold, Work

_STEP = "  "  # for each level of a tree


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    segments = typer.Typer(no_args_is_help=True, help="List trees of segments, and show what they cost.")
    _add_list(segments, work)
    _add_show(segments, work)
    app.add_typer(segments, name="segment")


def _add_list(segments: typer.Typer, work: Work) -> None:
    @segments.command("list")
    def list_segments(home: Home = None) -> None:
        """List the segments of all workspaces, each below its parent.

        Example:   eyrie segment list --home ./costs
        """
        rows = [
            (
                _STEP * line.depth + line.title,
                line.token,
                str(line.priority),
                printable(" ".join(line.filter.split())),
                line.workspace,
            )
            for line in work.segments(flags(home))
        ]
        typer.echo(table(("SEGMENT", "TOKEN", "PRIORITY", "FILTER", "WORKSPACE"), rows))


def _add_show(segments: typer.Typer, work: Work) -> None:
    @segments.command()
    def show(
        token: Annotated[str, typer.Argument(help="A segment, or the report of one.", metavar="TOKEN")],
        home: Home = None,
        first: First = None,
        last: Last = None,
        setting: Settings = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print exact amounts as JSON.")] = False,
    ) -> None:
        """Show what a segment costs, with everything below it, as its reports say; this month by default.

        Example:   eyrie segment show fltr_sgmt_0123456789abcdef --from 2026-01-01 --to 2026-01-31
        """
        wish = CostsWish(report=token, group="", first=first, last=last, settings=tuple(setting or ()))
        told = work.segment(flags(home), wish)
        typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False) if as_json else shown(told))


def shown(told: SegmentTold) -> str:
    """A tree for people: amounts in cents, shares of the whole."""
    amounts = [f"{WIDE.quantize(line.amount, CENT):,}" for line in told.lines]
    width = max(map(len, (told.currency, *amounts)))
    rows = [
        (_STEP * line.depth + line.title, amount.rjust(width), _share(line.amount, told.total), line.token)
        for line, amount in zip(told.lines, amounts, strict=True)
    ]
    head = ("SEGMENT", told.currency.rjust(width), " SHARE", "TOKEN")
    return f"{printable(told.about)}\n\n{table(head, rows)}"


def _share(amount: Decimal, total: Decimal) -> str:
    return f"{amount / total:6.1%}" if total else ""
