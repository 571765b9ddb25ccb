"""Who asks: the caller behind a request, with the rights that follow from user and token."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What an API token may be used for."""

    READ = "read"
    WRITE = "write"


class Role(StrEnum):
    """What a person is, in the account or in one team."""

    OWNER = "owner"
    INTEGRATION_OWNER = "integration_owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def shown(self) -> str:
        """The role as people read it."""
        return self.value.replace("_", " ").title()


EDITORS = frozenset({Role.OWNER, Role.INTEGRATION_OWNER, Role.EDITOR})


class Access(StrEnum):
    """What a team may do in a workspace; most teams have no access to most workspaces."""

    EDIT = "edit"
    VIEW = "view"


class Source(StrEnum):
    """The way a change came in, as audit entries tell it."""

    API = "api"
    CONSOLE = "console"
    FINOPS_AGENT = "finops_agent"


@dataclass(frozen=True)
class TokenSeen:
    """The API token that a request carried; its secret stays outside."""

    token: str
    description: str
    created_at: dt.datetime
    scopes: tuple[Scope, ...]


@dataclass(frozen=True)
class Seat:
    """The caller's place in one team, and what the team may do in each workspace."""

    team: str
    role: Role
    workspaces: Mapping[str, Access]
    has_grants: bool  # whether it was given or denied anything by itself


@dataclass(frozen=True)
class Caller:
    """The one who asks, as far as rights are concerned.

    `role` holds in the account. `workspaces` are the visible ones, oldest first, with the highest role that a
    team gives there; a team that may only look makes viewers of all its people.
    """

    account: str
    name: str
    user: str | None
    role: Role
    workspaces: Mapping[str, Role]
    token: TokenSeen | None = None
    default_workspace: str | None = None
    source: Source = Source.API
    seats: tuple[Seat, ...] = ()  # in the order of joining
    team: str | None = None  # whose service token calls; then there is no user

    @property
    def created_by(self) -> str:
        """The token that created objects name."""
        return self.user or self.team or self.account
