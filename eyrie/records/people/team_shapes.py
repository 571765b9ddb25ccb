"""The shapes of teams, their members, and what they may do in which workspace."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from eyrie.access.caller import Access, Role
from eyrie.operations.shapes import (
    Change,
    Clears,
    Draft,
    PagedQuery,
    Part,
    Title,
    Token,
    Tokens,
    View,
)


class TeamRole(StrEnum):
    """What the people of a list become in their team."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


def _once(sent: list[str]) -> list[str]:
    return list(dict.fromkeys(sent))


Emails = Annotated[list[str], AfterValidator(_once)]


class Team(View):
    """A Team: people who may do the same."""

    token: Token
    name: str = Field(description="The name of the Team.")
    description: str | None = Field(description="The description of the Team.")
    workspace_tokens: list[Token] = Field(description="The Workspaces that the Team edits.")
    user_emails: list[str] = Field(description="The e-mail addresses of its Users.")
    user_tokens: list[Token] = Field(description="The tokens of its Users, in the same order.")
    default_dashboard_token: Token | None = Field(description="The Dashboard that its Users see first.")


class CreateTeam(Draft):
    """What makes a Team."""

    name: Title = Field(description="The name of the Team; no other has it.")
    description: str = Field("", description="The description of the Team.")
    workspace_tokens: Tokens = Field([], description="The Workspaces that the Team edits.")
    user_tokens: Tokens = Field([], description="The Users of the Team; or `user_emails`.")
    user_emails: Emails = Field([], description="The Users of the Team, by e-mail; or `user_tokens`.")
    role: TeamRole = Field(TeamRole.EDITOR, description="What these Users are in the Team.")
    default_dashboard_token: Token | None = Field(None, description="The Dashboard its Users see first.")


class UpdateTeam(Change):
    """What changes a Team."""

    name: Title | None = Field(None, description="The name of the Team; no other has it.")
    description: str | None = Field(None, description="The description of the Team.")
    workspace_tokens: Tokens | None = Field(None, description="Replaces the Workspaces that it edits.")
    user_tokens: Tokens | None = Field(None, description="Replaces its Users; or `user_emails`.")
    user_emails: Emails | None = Field(None, description="Replaces its Users; or `user_tokens`.")
    role: TeamRole | None = Field(
        None, description="What all its Users are in the Team; without it who stays keeps a role."
    )
    default_dashboard_token: Annotated[Token | None, Clears.BY_NULL | Clears.BY_EMPTY] = Field(
        None, description="The Dashboard that its Users see first; null clears."
    )


class ListTeams(PagedQuery):
    """Which Teams to list."""

    q: str | None = Field(None, description="A part of the name.")
    workspace_token: Token | None = Field(None, description="Only those with access to this Workspace.")


class TeamMember(View):
    """A User in a Team."""

    name: str = Field(description="The name of the User.")
    email: str = Field(description="The e-mail address of the User.")
    user_token: Token = Field(description="The token of the User.")
    role: str = Field(description="What the User is in the Team.")


class AddTeamMember(Draft):
    """Who comes into a Team, and as what."""

    user_email: Title = Field(description="The e-mail address of the User.")
    role: Role = Field(Role.EDITOR, description="What the User is in the Team.")


class TeamWorkspace(Part):
    """What a Team may do in one Workspace."""

    workspace_token: Token = Field(description="The Workspace.")
    access: Access = Field(Access.EDIT, description="`edit`, or `view` to look only.")


class ShownTeamWorkspace(View):
    """What a Team may do in one Workspace."""

    workspace_token: Token = Field(description="The Workspace.")
    access: Access = Field(description="`edit`, or `view` to look only.")


class TeamWorkspaces(View):
    """What a Team may do in which Workspaces; to those not listed it has no access."""

    workspaces: list[ShownTeamWorkspace] = Field(description="In the order in which they were sent.")


class UpdateTeamWorkspaces(Change):
    """What a Team may do from now on."""

    workspaces: list[TeamWorkspace] | None = Field(
        None, description="Replaces the whole list; to what is not listed the Team has no access."
    )
