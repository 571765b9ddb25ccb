"""`eyrie audit …`, `eyrie feedback …`: what was done, that nobody meddled with it, and what people say."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from eyrie.surfaces.cli.exits import Exit
from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import printable, table
from eyrie.surfaces.cli.trace_shapes import AuditLine, AuditWish, ChainTold
from eyrie.surfaces.cli.work import Work

Json = Annotated[bool, typer.Option("--json", help="Print the API's answer.")]
Limit = Annotated[int, typer.Option(help="At most so many, the newest ones.", min=1)]


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    audit = typer.Typer(no_args_is_help=True, help="See who changed what, and that nobody meddled with it.")
    feedback = typer.Typer(no_args_is_help=True, help="Read what people say of this installation.")
    _add_list(audit, work)
    _add_verify(audit, work)
    _add_feedback(feedback, work)
    app.add_typer(audit, name="audit")
    app.add_typer(feedback, name="feedback")


def _add_list(audit: typer.Typer, work: Work) -> None:
    @audit.command("list")
    def list_entries(
        home: Home = None,
        user: Annotated[
            str | None, typer.Option(help="Who: an e-mail address, or a token.", metavar="USER")
        ] = None,
        action: Annotated[str | None, typer.Option(help="create, update or delete.")] = None,
        kind: Annotated[
            str | None, typer.Option("--type", help="As in --type cost_report.", metavar="TYPE")
        ] = None,
        name: Annotated[str | None, typer.Option(help="Exactly this title or name.")] = None,
        token: Annotated[
            str | None, typer.Option("--object", help="All of the thing with this token.", metavar="TOKEN")
        ] = None,
        workspace: Annotated[
            str | None, typer.Option(help="In the workspace of this name or token.", metavar="NAME")
        ] = None,
        source: Annotated[str | None, typer.Option(help="api, console or finops_agent.")] = None,
        first: Annotated[str | None, typer.Option("--from", help="The first day.", metavar="DATE")] = None,
        last: Annotated[str | None, typer.Option("--to", help="The last day.", metavar="DATE")] = None,
        limit: Limit = 100,
        as_json: Json = False,
    ) -> None:
        """List what was changed, the newest first; --json tells each value before and after.

        Example:   eyrie audit list --type cost_report --action delete --from 2026-01-01
        """
        wish = AuditWish(
            user=user,
            action=action,
            kind=kind,
            name=name,
            token=token,
            workspace=workspace,
            source=source,
            first=first,
            last=last,
            limit=limit,
        )
        told = work.audit(flags(home), wish)
        typer.echo(
            json.dumps(told.body, indent=2, ensure_ascii=False) if as_json else entries_told(told.lines)
        )


def entries_told(lines: Sequence[AuditLine]) -> str:
    """Entries in columns."""
    rows = [
        (line.when, line.who, line.what, line.kind, line.title, line.token, ", ".join(line.fields))
        for line in lines
    ]
    return table(("WHEN", "WHO", "WHAT", "TYPE", "TITLE", "TOKEN", "CHANGED"), rows)


def _add_verify(audit: typer.Typer, work: Work) -> None:
    @audit.command()
    def verify(
        home: Home = None,
        head: Annotated[
            str | None, typer.Option(help="A head that was noted earlier, elsewhere.", metavar="HASH")
        ] = None,
    ) -> None:
        """Follow the chain of audit entries, and tell the first that was changed, added or removed.

        Ends with 3 if there is one. Note the head that is printed where nobody who can write to the database
        can write: with --head it tells later whether anything up to it was changed since.

        Example:   eyrie audit verify --head 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
        """
        chains = work.verify_audit(flags(home), head)
        typer.echo("\n".join(chain_told(chain) for chain in chains) or "There are no entries yet.")
        if head is not None:
            typer.echo(
                "The noted head is in it: nothing up to there was changed."
                if any(chain.noted for chain in chains)
                else "THE NOTED HEAD IS NOT IN IT: entries up to there were changed, removed or forgotten."
            )
        if any(chain.broken for chain in chains) or (head and not any(chain.noted for chain in chains)):
            raise typer.Exit(Exit.UNWELL)


def chain_told(chain: ChainTold) -> str:
    """What was found of a chain."""
    entries = "1 entry is" if chain.entries == 1 else f"{chain.entries:,} entries are"
    if chain.broken is not None:
        return printable(f"BROKEN: {chain.broken}. Before that {entries} whole.")
    return f"{entries} whole.\nHead: {chain.head}"


def _add_feedback(feedback: typer.Typer, work: Work) -> None:
    @feedback.command("list")
    def list_feedback(home: Home = None, limit: Limit = 100, as_json: Json = False) -> None:
        """List what people said, the newest first.

        Example:   eyrie feedback list --home ./costs
        """
        told = work.feedback(flags(home), limit)
        if as_json:
            typer.echo(json.dumps(told.body, indent=2, ensure_ascii=False))
            return
        rows = [(line.when, line.who, line.message) for line in told.lines]
        typer.echo(table(("WHEN", "WHO", "MESSAGE"), rows))

    # A group with one command would lose its name: `eyrie feedback` instead of `eyrie feedback list`.
    feedback.callback()(lambda: None)
