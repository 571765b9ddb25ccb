"""What an example of an operation says, and what all families make their examples with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.world import World

Names = dict[str, str]
Sent = Mapping[str, Any]  # what httpx takes: json, data, files, params
Maker = Callable[[World, Names, str], str]  # makes in a workspace what a path parameter names
_numbers = count(1)


def new_name(what: str) -> str:
    """A name that no other test has used."""
    return f"{what} {next(_numbers)}"


def made(answer: httpx.Response) -> str:
    """The token of what was just made."""
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


@dataclass(frozen=True)
class Entry:
    """The audit entry that a write leaves; `field` is one that is in it as changed."""

    object_type: str
    event: str
    field: str


def _nothing(_world: World) -> Sent:
    return {}


@dataclass(frozen=True)
class Example:
    """What is sent with an operation, and what it leaves; `first` prepares what its path names.

    `fills` puts something into a list, may name another path, and tells what to send so that it is seen.
    """

    sends: Callable[[World], Sent] = _nothing
    leaves: Entry | None = None
    first: Callable[[World, Names], object] = field(default=lambda _world, _names: None)
    fills: Callable[[World, Names], Sent] | None = None
