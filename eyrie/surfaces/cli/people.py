"""`eyrie token …` and `eyrie user …`: who may come in; `eyrie team` says what they may do."""

from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.work import TokenWish, UserWish, Work

Role = Annotated[str, typer.Option(help="owner, editor, viewer or integration_owner.")]
ROLES = ("owner", "editor", "viewer", "integration_owner")


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    tokens = typer.Typer(no_args_is_help=True, help="Make, list and revoke API tokens.")
    users = typer.Typer(no_args_is_help=True, help="Add people, and let them set a password.")
    _add_create(tokens, work)
    _add_list_and_revoke(tokens, work)
    _add_users(users, work)
    app.add_typer(tokens, name="token")
    app.add_typer(users, name="user")


def _add_create(tokens: typer.Typer, work: Work) -> None:
    @tokens.command()
    def create(
        home: Home = None,
        scopes: Annotated[str, typer.Option(help="read, write, or both with a comma.")] = "read,write",
        user: Annotated[
            str | None,
            typer.Option(help="E-mail of the user it acts for; else the first owner.", metavar="EMAIL"),
        ] = None,
        team: Annotated[
            str | None,
            typer.Option(help="A team, by name or token: make a service token with its access."),
        ] = None,
        role: Annotated[str, typer.Option(help="What a service token is in its team.")] = "editor",
        description: Annotated[str, typer.Option(help="What it is for.")] = "Made on the command line",
        expires_in_days: Annotated[
            int | None, typer.Option(help="Days until it ends; else it does not.", min=1)
        ] = None,
    ) -> None:
        """Make a token and print it, and nothing else.

        It is shown this once and kept only as a hash.

        Example:   TOKEN=$(eyrie token create --scopes read --description "monthly report")
        """
        wished = tuple(dict.fromkeys(scope.strip() for scope in scopes.split(",") if scope.strip()))
        if not wished or set(wished) - {"read", "write"}:
            raise typer.BadParameter("must be read, write, or read,write", param_hint="--scopes")
        if team is not None and user is not None:
            raise typer.BadParameter("cannot be combined with --user", param_hint="--team")
        if role not in ROLES:
            raise typer.BadParameter(f"must be one of {', '.join(ROLES)}", param_hint="--role")
        wish = TokenWish(wished, user, description, expires_in_days, team, role)
        typer.echo(work.create_token(flags(home), wish))


def _add_list_and_revoke(tokens: typer.Typer, work: Work) -> None:
    @tokens.command("list")
    def list_tokens(home: Home = None) -> None:
        """Show all tokens, without their secrets.

        Example:   eyrie token list --home ./costs
        """
        rows = [
            (
                row.name,
                row.owner,
                ",".join(row.scopes),
                row.created_at,
                row.last_used_at,
                row.expires_at,
                row.description,
            )
            for row in work.list_tokens(flags(home))
        ]
        typer.echo(table(("NAME", "OWNER", "SCOPES", "CREATED", "LAST USED", "EXPIRES", "DESCRIPTION"), rows))

    @tokens.command()
    def revoke(
        name: Annotated[str, typer.Argument(help="The name that `eyrie token list` shows.")],
        home: Home = None,
    ) -> None:
        """End a token at once.

        Example:   eyrie token revoke NAME
        """
        work.revoke_token(flags(home), name)
        typer.echo(f"{name} is revoked.")


def _add_users(users: typer.Typer, work: Work) -> None:
    @users.command("add")
    def add_user(
        email: Annotated[str, typer.Argument(help="Their e-mail address.")],
        home: Home = None,
        name: Annotated[str | None, typer.Option(help="Their name.")] = None,
        role: Role = "editor",
    ) -> None:
        """Add a person and print their user token.

        Example:   eyrie user add ada@example.com --name "Ada" --role editor
        """
        if role not in ROLES:
            raise typer.BadParameter(f"must be one of {', '.join(ROLES)}", param_hint="--role")
        typer.echo(work.add_user(flags(home), UserWish(email, name, role)))

    @users.command("link")
    def make_link(
        email: Annotated[str, typer.Argument(help="Their e-mail address.")],
        home: Home = None,
    ) -> None:
        """Print a link by which a person sets a password for the console, once and within a day.

        Links of theirs from before are void. Whoever has the link can sign in as them.

        Example:   eyrie user link ada@example.com
        """
        typer.echo(work.make_sign_in_link(flags(home), email))
