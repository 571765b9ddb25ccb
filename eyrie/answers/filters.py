"""Filters as an ask takes them: conditions over line items, weights, and the providers that are named."""

from collections.abc import Iterable
from dataclasses import dataclass

from eyrie.costs.query.ask import Share
from eyrie.engine.plan import ALWAYS, Condition
from eyrie.operations.house import House
from eyrie.vql.lower import Lowered
from eyrie.vql.merge import merge
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS

BYTES_OF_A_LETTER = 30  # of a filter once it is read


@dataclass(frozen=True)
class Filtered:
    """What filters leave: all rows of a condition, or shares of them with weights."""

    condition: Condition
    shares: tuple[Share, ...]
    providers_named: frozenset[str]
    bytes: int  # of memory, about


def filtered(house: House, texts: Iterable[str | None]) -> Filtered:
    """Read filters of costs and merge them as reports do; blank ones count for nothing.

    Every page of an answer brings its filter again, so what was read is remembered.
    """
    key = tuple(texts)
    found: Filtered | None = house.filters.find(key)
    if found is None:
        found = _as_asked(
            merge(read_filter(text, COSTS) for text in key), sum(len(text or "") for text in key)
        )
        house.filters.keep(key, found, found.bytes)
    return found


def _as_asked(lowered: Lowered, letters: int) -> Filtered:
    size = letters * BYTES_OF_A_LETTER
    if len(lowered.branches) == 1 and lowered.branches[0].weight == 1:
        return Filtered(lowered.branches[0].condition, (), lowered.providers_named, size)
    shares = tuple(Share(branch.condition, branch.weight) for branch in lowered.branches)
    return Filtered(ALWAYS, shares, lowered.providers_named, size)
