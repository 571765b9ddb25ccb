"""`eyrie team …`: who works together, and in what."""

from collections.abc import Sequence
from typing import Annotated

import typer

from eyrie.surfaces.cli.options import Home, flags
from eyrie.surfaces.cli.people import ROLES
from eyrie.surfaces.cli.printing import table
from eyrie.surfaces.cli.team_shapes import MembersWish
from eyrie.surfaces.cli.work import Work

Team = Annotated[str, typer.Argument(help="The team's name or token.")]


def add(app: typer.Typer, work: Work) -> None:
    """Add the commands."""
    teams = typer.Typer(no_args_is_help=True, help="List teams, and say who is in them and what they may do.")
    _add_list_add_remove(teams, work)
    _add_members(teams, work)
    _add_workspaces(teams, work)
    _add_grant(teams, work)
    app.add_typer(teams, name="team")


def _add_list_add_remove(teams: typer.Typer, work: Work) -> None:
    @teams.command("list")
    def list_teams(home: Home = None) -> None:
        """Show all teams.

        Example:   eyrie team list --home ./costs
        """
        rows = [
            (
                line.name,
                f"{line.members}",
                ", ".join(line.edits),
                ", ".join(line.views),
                f"{line.grants}",
                line.token,
            )
            for line in work.teams.list(flags(home))
        ]
        typer.echo(table(("NAME", "MEMBERS", "EDITS", "LOOKS AT", "GRANTS", "TOKEN"), rows))

    @teams.command("add")
    def add_team(
        name: Annotated[str, typer.Argument(help="Its name; no other has it.")],
        home: Home = None,
        description: Annotated[str, typer.Option(help="What it is for.")] = "",
    ) -> None:
        """Add a team and print its token.

        Example:   eyrie team add "Platform"
        """
        typer.echo(work.teams.add(flags(home), name, description))

    @teams.command()
    def remove(team: Team, home: Home = None) -> None:
        """Remove a team; its people stay, its service tokens end.

        Example:   eyrie team remove "Platform"
        """
        work.teams.remove(flags(home), team)
        typer.echo(f"{team} is removed.")


def _add_members(teams: typer.Typer, work: Work) -> None:
    @teams.command()
    def members(
        team: Team,
        home: Home = None,
        add: Annotated[
            list[str] | None,
            typer.Option("--add", help="Somebody who comes, or gets another role.", metavar="EMAIL"),
        ] = None,
        remove: Annotated[
            list[str] | None, typer.Option("--remove", help="Somebody who leaves.", metavar="EMAIL")
        ] = None,
        role: Annotated[str, typer.Option(help=f"Of those who come: {', '.join(ROLES)}.")] = "editor",
    ) -> None:
        """Show who is in a team, after letting people come and leave.

        Example:   eyrie team members Platform --add ada@example.com --role viewer
        """
        if role not in ROLES:
            raise typer.BadParameter(f"must be one of {', '.join(ROLES)}", param_hint="--role")
        wish = MembersWish(tuple(add or ()), tuple(remove or ()), role)
        rows = [(line.email, line.name, line.role) for line in work.teams.members(flags(home), team, wish)]
        typer.echo(table(("EMAIL", "NAME", "ROLE"), rows))


def _add_workspaces(teams: typer.Typer, work: Work) -> None:
    @teams.command()
    def workspaces(
        team: Team,
        home: Home = None,
        edit: Annotated[
            list[str] | None, typer.Option("--edit", help="A workspace it may edit.", metavar="WORKSPACE")
        ] = None,
        view: Annotated[
            list[str] | None,
            typer.Option("--view", help="A workspace it may only look at.", metavar="WORKSPACE"),
        ] = None,
        none: Annotated[
            list[str] | None,
            typer.Option("--none", help="A workspace that is none of its business.", metavar="WORKSPACE"),
        ] = None,
    ) -> None:
        """Show what a team may do in which workspace, after changing it.

        Example:   eyrie team workspaces Platform --edit Main --view "AI lab"
        """
        wished = _by_name({"edit": edit or (), "view": view or (), "none": none or ()})
        found = work.teams.workspaces(flags(home), team, wished)
        typer.echo(table(("WORKSPACE", "ACCESS"), list(found.items())))


def _by_name(named: dict[str, Sequence[str]]) -> dict[str, str]:
    """What is wished for each workspace; one that is named twice is a mistake."""
    wished: dict[str, str] = {}
    for access, names in named.items():
        for name in names:
            if wished.setdefault(name, access) != access:
                raise typer.BadParameter(f"{name} is named twice", param_hint=f"--{access}")
    return wished


def _add_grant(teams: typer.Typer, work: Work) -> None:
    @teams.command()
    def grant(
        team: Team,
        resource: Annotated[
            str | None, typer.Argument(help="The token of a report, folder, filter and so on.")
        ] = None,
        home: Home = None,
        deny: Annotated[bool, typer.Option("--deny", help="Deny it, whatever the team may do else.")] = False,
        remove: Annotated[bool, typer.Option("--remove", help="Go back to what the workspace says.")] = False,
    ) -> None:
        """Give a team one resource, and show all that it is given or denied.

        A folder reaches what is inside. Without a resource nothing is changed.

        Example:   eyrie team grant "AI lab" rprt_0123456789abcdef
        """
        if deny and remove:
            raise typer.BadParameter("cannot be combined with --deny", param_hint="--remove")
        wished = {resource: "denied" if deny else "none" if remove else "allowed"} if resource else {}
        rows = [
            (line.title, line.resource, line.access) for line in work.teams.grants(flags(home), team, wished)
        ]
        typer.echo(table(("TITLE", "RESOURCE", "ACCESS"), rows))
