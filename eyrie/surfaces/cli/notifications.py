"""`eyrie notification …` and `eyrie mail …`: what people are told regularly, and whether it reaches them."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, Sets, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import Work


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    notifications = typer.Typer(
        no_args_is_help=True, help="List report notifications, and read what they tell."
    )
    mail = typer.Typer(no_args_is_help=True, help="Look after the mail that Eyrie sends.")
    _add_notifications(notifications, work)
    _add_mail(mail, work)
    app.add_typer(notifications, name="notification")
    app.add_typer(mail, name="mail")


def _add_notifications(notifications: typer.Typer, work: Work) -> None:
    @notifications.command("list")
    def list_notifications(home: Home = None) -> None:
        """List the report notifications.

        Example:   eyrie notification list --home ./costs
        """
        heads = ("TITLE", "TOKEN", "REPORT", "TELLS", "USERS", "LAST TOLD", "WORKSPACE")
        rows = [
            (
                line.title,
                line.token,
                line.report,
                line.frequency,
                ", ".join(line.users),
                line.told,
                line.workspace,
            )
            for line in work.notifications(flags(home))
        ]
        typer.echo(table(heads, rows))

    @notifications.command()
    def preview(
        token: Annotated[str, typer.Argument(help="The token that `eyrie notification list` shows.")],
        home: Home = None,
        sets: Sets = None,
    ) -> None:
        """Print the message of the last time it was due, with the figures of now; nothing is sent.

        Example:   eyrie notification preview TOKEN --home ./costs
        """
        typer.echo(work.preview_notification(flags(home, sets), token))


def _add_mail(mail: typer.Typer, work: Work) -> None:
    @mail.command("list")
    def list_mail(
        home: Home = None,
        state: Annotated[
            str | None, typer.Option(help="Only pending, sent or failed.", metavar="STATE")
        ] = None,
    ) -> None:
        """List the messages, newest first: what was sent, what waits, what could not be delivered.

        Example:   eyrie mail list --state failed
        """
        heads = ("SUBJECT", "TO", "STATE", "TRIES", "SENT", "NEXT TRY", "ERROR")
        rows = [
            (line.subject, line.to, line.state, str(line.tries), line.sent, line.next_try, line.error)
            for line in work.mail(flags(home), state)
        ]
        typer.echo(table(heads, rows))

    @mail.command()
    def test(
        address: Annotated[str, typer.Argument(help="Where to send it.")],
        home: Home = None,
        sets: Sets = None,
    ) -> None:
        """Send a mail at once, to see that the mail server takes it.

        Example:   EYRIE_SMTP_URL=smtp://mail.example.com:587 eyrie mail test me@example.com
        """
        typer.echo(work.test_mail(flags(home, sets), address))
