"""What the commands ask to be done. `start` hands it in, so that this door knows nobody's inside.

Each piece of work takes the flags: the settings that were given on the command line, by name. It imports
what it needs when it is called, which keeps `eyrie --help` quick.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.costs.sources.focus.progress import Progress
from eyrie.surfaces.cli.bill_shapes import ExportTold, ExportWish, ImportTold, ImportWish

Flags = Mapping[str, str]


@dataclass(frozen=True)
class SettingRow:
    """One setting as it is shown."""

    name: str
    variable: str
    value: str
    origin: str
    description: str


@dataclass(frozen=True)
class TokenWish:
    """A token that somebody wants."""

    scopes: tuple[str, ...]
    user: str | None  # an e-mail address; None means the home's first owner
    description: str
    expires_in_days: int | None


@dataclass(frozen=True)
class TokenRow:
    """A token as it is shown: never the secret itself."""

    name: str  # what `token revoke` takes
    user: str
    scopes: tuple[str, ...]
    description: str
    created_at: str
    last_used_at: str
    expires_at: str


@dataclass(frozen=True)
class UserWish:
    """A user that somebody wants."""

    email: str
    name: str | None
    role: str


@dataclass(frozen=True)
class Work:
    """The work behind each command."""

    settings: Callable[[Flags], Sequence[SettingRow]]
    settings_page: Callable[[], str]  # docs/settings.md
    serve: Callable[[Flags, bool], None]  # True: show a token
    worker: Callable[[Flags], None]
    create_token: Callable[[Flags, TokenWish], str]  # gives the secret
    list_tokens: Callable[[Flags], Sequence[TokenRow]]
    revoke_token: Callable[[Flags, str], None]
    add_user: Callable[[Flags, UserWish], str]  # gives the user's token
    openapi: Callable[[Flags], str]  # the document as JSON text
    doctor: Callable[[Flags], Sequence[str]]  # what is wrong, a sentence each
    backup: Callable[[Flags, Path], Sequence[str]]  # what was done, a sentence each
    restore: Callable[[Flags, Path], Sequence[str]]
    import_bills: Callable[[Flags, ImportWish, Progress], ImportTold]
    export_bills: Callable[[Flags, ExportWish], ExportTold]
