"""`eyrie import`: bills of any size."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from eyrie.basics.money import plain
from eyrie.surfaces.cli.bill_shapes import FileTold, ImportTold, ImportWish, Outcome
from eyrie.surfaces.cli.options import Home, Sets, flags
from eyrie.surfaces.cli.printing import printable
from eyrie.surfaces.cli.work import Work

FINDINGS_TOLD = 25


def add(app: typer.Typer, work: Work) -> None:
    """Add the command."""

    @app.command("import")
    def import_(
        paths: Annotated[
            list[str],
            typer.Argument(help="Files, folders, patterns, or - for standard input.", metavar="PATH…"),
        ],
        integration: Annotated[
            str, typer.Option(help="Its name or token; a name that is new makes one.", metavar="NAME")
        ],
        home: Home = None,
        provider: Annotated[
            str | None, typer.Option(help="Whose costs these are, such as aws; else a custom provider's.")
        ] = None,
        split: Annotated[
            bool, typer.Option("--split", help="Each row belongs to the provider that it names.")
        ] = False,
        workspace: Annotated[
            str | None,
            typer.Option(help="Who sees a new integration; needed if there are several.", metavar="NAME"),
        ] = None,
        dataset: Annotated[
            str | None, typer.Option(help="Apart from other deliveries of the integration.", metavar="NAME")
        ] = None,
        name: Annotated[
            str | None,
            typer.Option("--as", help="What one file, or standard input, is called.", metavar="NAME"),
        ] = None,
        complete: Annotated[
            bool,
            typer.Option(
                "--complete", help="These files are all there is of their months; others are retired."
            ),
        ] = False,
        again: Annotated[
            bool, typer.Option("--again", help="Count the same content again under another name.")
        ] = False,
        strict: Annotated[bool, typer.Option("--strict", help="Refuse what does not keep to FOCUS.")] = False,
        hold_drops: Annotated[
            bool,
            typer.Option("--hold-drops", help="Refuse if a closed month would lose more than half."),
        ] = False,
        sets: Sets = None,
    ) -> None:
        """Import FOCUS bills of any size: CSV, gzip, zip, zstd or Parquet, FOCUS 0.5 to 1.4.

        It works while the server runs, and can be stopped and run again: it happens altogether or not at all.
        A file of the same name takes the place of the one before. What looks wrong is told by rule and row.

        Example:   eyrie import bills/ --integration "AWS" --provider aws
        """
        wish = ImportWish(
            paths=tuple(paths),
            integration=integration,
            provider=provider,
            split=split,
            workspace=workspace,
            dataset=dataset,
            name=name,
            complete=complete,
            again=again,
            strict=strict,
            hold_drops=hold_drops,
        )
        from eyrie.surfaces.cli.import_progress import shown_on  # help should not wait for it

        with shown_on(sys.stderr) as progress:
            told = work.import_bills(flags(home, sets), wish, progress)
        for line in _lines(told):
            typer.echo(printable(line))


def _lines(told: ImportTold) -> Iterator[str]:
    """Tell what an import did, file by file."""
    for file in told.files:
        yield from _file(file)
    if told.retired:
        yield f"No longer part of these months: {', '.join(told.retired)}"
    for drop in told.dropped:
        yield f"Look at this: {drop}. If files are missing, import them too."
    counts = {outcome: sum(file.outcome is outcome for file in told.files) for outcome in Outcome}
    done = ", ".join(f"{count:,} {outcome.value}" for outcome, count in counts.items() if count)
    made = ", which is new" if told.created else ""
    yield f"{told.integration} ({told.token}{made}): {done}. Ledger version {told.ledger_version}."


def _file(file: FileTold) -> Iterator[str]:
    if file.outcome in (Outcome.UNCHANGED, Outcome.SKIPPED):
        yield f"{file.name}: {file.outcome.value}, {file.why}"
        return
    months = ", ".join(f"{month:%Y-%m}" for month in file.months)
    yield f"{file.name}: {file.outcome.value}, FOCUS {file.version}, {file.rows:,} rows, {months}"
    for line in file.sums:
        hidden = "".join(f", of it {name} {plain(amount)}, hidden by default" for name, amount in line.hidden)
        yield f"  {line.currency}  billed {plain(line.billed)}, effective {plain(line.effective)}{hidden}"
    for title, listed in (("not as FOCUS has it", file.warnings), ("worth knowing", file.notices)):
        if listed:
            yield f"  {title}:"
            yield from (f"    {each}" for each in listed[:FINDINGS_TOLD])
            if len(listed) > FINDINGS_TOLD:
                yield f"    … and {len(listed) - FINDINGS_TOLD:,} more"
