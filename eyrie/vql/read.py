"""Reads a filter for a scope: what comes back has a meaning and can be lowered without further errors."""

from dataclasses import dataclass
from typing import NoReturn

from eyrie.vql.check import check
from eyrie.vql.invalid import InvalidFilter, Problem
from eyrie.vql.parse import parse
from eyrie.vql.rewrite import WeightedBranch, rewritten
from eyrie.vql.scopes import Scope
from eyrie.vql.settle import TooWide
from eyrie.vql.tree import Node


@dataclass(frozen=True)
class Filter:
    """A filter that holds: its text as it was written, its tree, and the branches that the tree means."""

    text: str
    scope: Scope
    tree: Node
    branches: tuple[WeightedBranch, ...]


def read_filter(text: str | None, scope: Scope) -> Filter | None:
    """Read a filter; a missing or blank one is no condition. `InvalidFilter` tells all that is wrong.

    >>> from eyrie.vql.scopes import COSTS
    >>> read_filter(" ", COSTS), len(read_filter("costs.provider = 'aws'", COSTS).branches)
    (None, 1)
    """
    tree = parse(text or "")
    if text is None or tree is None:
        return None
    check(text, tree, scope)
    try:
        return Filter(text, scope, tree, rewritten(tree))
    except TooWide:
        refuse_width(text)


def refuse_width(text: str) -> NoReturn:
    """Refuse filters that an engine would have to try in too many combinations."""
    message = "The filter asks for too many combinations of alternatives or tags; write it with fewer of them"
    raise InvalidFilter(text, [Problem(message)]) from None
