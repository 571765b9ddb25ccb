"""What the commands about teams ask to be done, and what they are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class TeamLine:
    """A team as it is listed."""

    name: str
    token: str
    members: int
    edits: tuple[str, ...]  # names of workspaces
    views: tuple[str, ...]
    grants: int


@dataclass(frozen=True)
class MembersWish:
    """Who shall come into a team, and who shall leave it, by e-mail address."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    role: str = "editor"  # of those who come


@dataclass(frozen=True)
class MemberLine:
    """Somebody in a team."""

    email: str
    name: str
    role: str


@dataclass(frozen=True)
class GrantLine:
    """A resource that a team is given or denied."""

    resource: str
    title: str
    access: str


Flags = Mapping[str, str]


@dataclass(frozen=True)
class TeamWork:
    """The work behind `eyrie team`; a team and a workspace are named by name or token."""

    list: Callable[[Flags], Sequence[TeamLine]]
    add: Callable[[Flags, str, str], str]  # name and description; gives the token
    remove: Callable[[Flags, str], None]
    members: Callable[[Flags, str, MembersWish], Sequence[MemberLine]]  # as they are then
    workspaces: Callable[
        [Flags, str, Mapping[str, str]], Mapping[str, str]
    ]  # edit, view or none; as it is then
    grants: Callable[[Flags, str, Mapping[str, str]], Sequence[GrantLine]]  # allowed, denied or none
