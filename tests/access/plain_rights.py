"""The table of rights, read by eye: what a person may do with one resource, a few lines of plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RIGHTS = {  # role in the team, and what the team may do in the workspace
    ("viewer", "granted"): {"look"},
    ("viewer", "view"): {"look"},
    ("viewer", "edit"): {"look"},
    ("editor", "granted"): {"look", "change"},
    ("editor", "view"): {"look"},
    ("editor", "edit"): {"look", "change"},
    ("owner", "granted"): {"look", "change"},
    ("owner", "view"): {"look", "grant"},
    ("owner", "edit"): {"look", "change", "grant"},
}


@dataclass(frozen=True)
class Team:
    """A team as one of its people has it: role, access to the workspace, and grants by resource."""

    role: str
    access: str | None
    grants: Mapping[str, str]


def rights(teams: Sequence[Team], path: Sequence[str]) -> set[str]:
    """What the best of the teams gives; `path` is the resource, the folder around it, and so on outwards."""
    found: set[str] = set()
    for team in teams:
        role = "editor" if team.role == "integration_owner" else team.role
        said = next((team.grants[token] for token in path if token in team.grants), None)
        if said == "denied":
            continue
        if said == "allowed":
            found |= RIGHTS[role, "granted"]
        if team.access is not None:
            found |= RIGHTS[role, team.access]
    return found
