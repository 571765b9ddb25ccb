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
    """What a person is, in the account or in one workspace."""

    OWNER = "owner"
    INTEGRATION_OWNER = "integration_owner"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def shown(self) -> str:
        """The role as people read it."""
        return self.value.replace("_", " ").title()


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
class Caller:
    """The one who asks. `workspaces` holds the visible ones, oldest first, with the role there."""

    account: str
    name: str
    user: str | None
    role: Role
    workspaces: Mapping[str, Role]
    token: TokenSeen | None = None
    default_workspace: str | None = None
    source: Source = Source.API

    @property
    def created_by(self) -> str:
        """The token that created objects name."""
        return self.user or self.account
