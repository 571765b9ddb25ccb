"""Filters as an ask takes them: conditions over line items, weights, and the providers that are named."""

from collections.abc import Iterable
from dataclasses import dataclass

from eyrie.costs.query.ask import Share
from eyrie.engine.plan import ALWAYS, Condition
from eyrie.vql.lower import Lowered
from eyrie.vql.merge import merge
from eyrie.vql.read import read_filter
from eyrie.vql.scopes import COSTS


@dataclass(frozen=True)
class Filtered:
    """What filters leave: all rows of a condition, or shares of them with weights."""

    condition: Condition
    shares: tuple[Share, ...]
    providers_named: frozenset[str]


def filtered(texts: Iterable[str | None]) -> Filtered:
    """Read filters of costs and merge them as reports do; blank ones count for nothing."""
    return _as_asked(merge(read_filter(text, COSTS) for text in texts))


def _as_asked(lowered: Lowered) -> Filtered:
    if len(lowered.branches) == 1 and lowered.branches[0].weight == 1:
        return Filtered(lowered.branches[0].condition, (), lowered.providers_named)
    shares = tuple(Share(branch.condition, branch.weight) for branch in lowered.branches)
    return Filtered(ALWAYS, shares, lowered.providers_named)
