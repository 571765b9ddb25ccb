"""`eyrie metric …`, `unit-costs`, `integration …`: what is counted, and what one of it costs."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eyrie.basics.errors import Malformed
from eyrie.surfaces.cli.metric_shapes import (
    AttachWish,
    MetricImportWish,
    MetricValuesWish,
    UnitCostsTold,
    UnitCostsWish,
)
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.work import Work

Metric = Annotated[str, typer.Argument(help="Its title or token.", metavar="METRIC")]
Report = Annotated[str, typer.Option(help="The cost report.", metavar="TOKEN")]
SCALES = ("per_unit", "per_hundred", "per_thousand", "per_million", "per_billion")
CALCULATIONS = ("unit_cost", "gross_margin", "usage_unit_cost", "raw_business_metric")
SOURCES = ("datadog", "aws", "snowflake")


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    metrics = typer.Typer(no_args_is_help=True, help="Business metrics: import, show and attach them.")
    _add_list(metrics, work)
    _add_import(metrics, work)
    _add_values(metrics, work)
    _add_attach(metrics, work)
    app.add_typer(metrics, name="metric")
    _add_unit_costs(app, work)
    sources = typer.Typer(no_args_is_help=True, help="Accounts that metrics are fetched from.")
    _add_sources(sources, work)
    app.add_typer(sources, name="integration")


def _add_list(metrics: typer.Typer, work: Work) -> None:
    @metrics.command("list")
    def list_metrics(home: Home = None) -> None:
        """List the business metrics, and why values of one did not come.

        Example:   eyrie metric list --home ./costs
        """
        lines = work.metrics.listed(flags(home))
        rows = [
            (
                line.title,
                line.token,
                line.source,
                line.state,
                f"{line.values:,}",
                line.first,
                line.last,
                str(line.reports),
            )
            for line in lines
        ]
        heads = ("TITLE", "TOKEN", "SOURCE", "STATE", "VALUES", "FIRST", "LAST", "REPORTS")
        typer.echo(table(heads, rows))
        for line in lines:
            if line.error:
                typer.echo(printable(f"{line.title}: {line.error}"))

    @metrics.command("fetch")
    def fetch(metric: Metric, home: Home = None) -> None:
        """Fetch a metric's values now, from Datadog, CloudWatch or Snowflake; a server does it each hour.

        Example:   eyrie metric fetch "Requests"
        """
        typer.echo(work.metrics.fetched(flags(home), metric))


def _add_import(metrics: typer.Typer, work: Work) -> None:
    @metrics.command("import")
    def import_(
        path: Annotated[str, typer.Argument(help="A CSV, or - for standard input.", metavar="FILE")],
        metric: Annotated[
            str, typer.Option(help="Title or token; a title that is new makes one.", metavar="METRIC")
        ],
        forecasted: Annotated[
            bool, typer.Option("--forecasted", help="The values are expected ones.")
        ] = False,
        home: Home = None,
    ) -> None:
        """Import values of any number: columns date and amount, perhaps label, or label:KEY for several.

        A value of the same date and label is replaced, a blank amount takes it away. If one row is wrong,
        all that is wrong is told, and nothing is kept.

        Example:   eyrie metric import requests.csv --metric "Requests"
        """
        told = work.metrics.imported(flags(home), MetricImportWish(path, metric, forecasted))
        new = ", which is new" if told.is_new else ""
        taken = f", {told.deleted:,} taken away" if told.deleted else ""
        done = f"{told.rows:,} rows, {told.written:,} values written{taken}"
        typer.echo(printable(f"{told.title} ({told.token}{new}): {done}."))


def _add_values(metrics: typer.Typer, work: Work) -> None:
    @metrics.command("values")
    def values(
        metric: Metric,
        home: Home = None,
        bin_width: Annotated[str | None, typer.Option("--bin", help="Add up by day or month.")] = None,
        first: Annotated[str | None, typer.Option("--from", help="The first day.", metavar="DATE")] = None,
        label: Annotated[str | None, typer.Option(help="Only values with this label.")] = None,
        forecasted: Annotated[bool, typer.Option("--forecasted", help="The expected values.")] = False,
        as_csv: Annotated[
            bool, typer.Option("--csv", help="Print CSV, as `metric import` reads it.")
        ] = False,
    ) -> None:
        """Show a metric's values, the newest first.

        Example:   eyrie metric values "Requests" --bin month
        """
        lines = work.metrics.values(
            flags(home), MetricValuesWish(metric, bin_width, first, label, forecasted)
        )
        rows = [(line.date, line.amount, line.label) for line in lines]
        heads = ("date", "amount", "label")
        text = _csv(heads, rows) if as_csv else table([head.upper() for head in heads], rows) + "\n"
        typer.echo(text, nl=False)


def _add_attach(metrics: typer.Typer, work: Work) -> None:
    @metrics.command("attach")
    def attach(
        metric: Metric,
        report: Report,
        home: Home = None,
        scale: Annotated[str, typer.Option(help=f"One of {', '.join(SCALES)}.")] = SCALES[0],
        calculation: Annotated[str, typer.Option(help=f"One of {', '.join(CALCULATIONS)}.")] = CALCULATIONS[
            0
        ],
        name: Annotated[str | None, typer.Option(help="What it is called on this report.")] = None,
        label: Annotated[
            list[str] | None, typer.Option(help="Count only values with this label; may be repeated.")
        ] = None,
    ) -> None:
        """Put a metric on a cost report, besides those that are there.

        Example:   eyrie metric attach "Requests" --report rprt_0123456789abcdef --scale per_thousand
        """
        for given, known, option in (
            (scale, SCALES, "--scale"),
            (calculation, CALCULATIONS, "--calculation"),
        ):
            if given not in known:
                raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint=option)
        wish = AttachWish(
            metric=metric,
            report=report,
            scale=scale,
            calculation=calculation,
            label=name,
            only=tuple(label or ()),
        )
        typer.echo(printable(work.metrics.attached(flags(home), wish)))


def _add_unit_costs(app: typer.Typer, work: Work) -> None:
    @app.command("unit-costs")
    def unit_costs(
        report: Report,
        home: Home = None,
        bin_width: Annotated[
            str | None,
            typer.Option("--bin", help="day, week, month, quarter or hour. [default: the report's]"),
        ] = None,
        first: Annotated[
            str | None, typer.Option("--from", help="The first day. [default: the report's]", metavar="DATE")
        ] = None,
        last: Annotated[
            str | None, typer.Option("--to", help="The last day. [default: the report's]", metavar="DATE")
        ] = None,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the API's answer.")] = False,
    ) -> None:
        """Ask what one of something costs: the metrics on a report against its costs, the newest first.

        Example:   eyrie unit-costs --report rprt_0123456789abcdef --bin month
        """
        if as_csv and as_json:
            raise typer.BadParameter("choose one of --csv and --json", param_hint="--csv")
        told = work.metrics.unit_costs(flags(home), UnitCostsWish(report, bin_width, first, last))
        if as_json:
            typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False))
        else:
            typer.echo(_unit_costs(told, as_csv=as_csv), nl=False)


def _unit_costs(told: UnitCostsTold, *, as_csv: bool) -> str:
    rows = [
        (line.date, line.metric, line.calculation, line.scale, line.counted, line.amount)
        for line in told.lines
    ]
    heads = ("date", "metric", "calculation", "scale", "counted", "amount")
    return _csv(heads, rows) if as_csv else table([head.upper() for head in heads], rows) + "\n"


def _csv(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heads, *rows])
    return out.getvalue()


def _add_sources(sources: typer.Typer, work: Work) -> None:
    @sources.command("add")
    def add_source(
        name: Annotated[str, typer.Argument(help="The name of the account.")],
        provider: Annotated[str, typer.Option(help=f"One of {', '.join(SOURCES)}.")],
        home: Home = None,
    ) -> None:
        """Add an account that metrics are fetched from, and print its token.

        Example:   eyrie integration add "Production" --provider datadog
        """
        if provider not in SOURCES:
            raise typer.BadParameter(f"must be one of {', '.join(SOURCES)}", param_hint="--provider")
        typer.echo(work.metrics.add_source(flags(home), provider, name))

    @sources.command("credentials")
    def credentials(
        integration: Annotated[str, typer.Argument(help="Its token.", metavar="TOKEN")],
        home: Home = None,
        file: Annotated[str, typer.Option(help="A file of JSON, or - for standard input.")] = "-",
    ) -> None:
        """Set what an account is asked with, from JSON: the fields of PUT /api/metric_sources/TOKEN.

        From a file or standard input, so that no list of processes shows a secret. Secrets are sealed.

        Example:   eyrie integration credentials accss_crdntl_0123456789abcdef --file datadog.json
        """
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise Malformed(f"{file} cannot be read: {error}") from None
        kept = work.metrics.set_credentials(flags(home), integration, text)
        typer.echo(f"{integration} is asked with {', '.join(kept)}.")
