"""Merges the filters that a report collects: its own, saved ones, those of folders and of a dashboard.

The rule, row by row: a row of provider p is in if at least one filter mentions p and every filter that
mentions p matches the row. A filter that does not mention p neither admits nor restricts its rows. So two
filters on aws narrow each other, and one on gcp beside them adds the rows of gcp. Weights multiply.

Providers that the same filters mention stand together as one group. Groups have no row in common, so the
order in which their branches are tried does not matter.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, product
from math import prod

from eyrie.basics.money import WIDE
from eyrie.engine.plan import Condition, OneOf
from eyrie.vql.conditions import all_of, any_of, none_of, tags_asked
from eyrie.vql.lower import COLUMNS, EVERYTHING, Branch, Columns, Lowered, lower
from eyrie.vql.names import NO_NAMES, Names
from eyrie.vql.providers import CUSTOM, rows_of, token_of
from eyrie.vql.read import Filter, refuse_width
from eyrie.vql.rewrite import MOST_BRANCHES, MOST_TAGS, ONE


def merge(filters: Iterable[Filter | None], names: Names = NO_NAMES, columns: Columns = COLUMNS) -> Lowered:
    """Give what several filters select together; filters that are None are ignored.

    aws with aws in eu-west-1 is aws in eu-west-1; aws with gcp is both; nothing at all is everything.
    """
    given = [lower(each, names, columns) for each in filters if each]
    if len(given) < 2:
        return given[0] if given else EVERYTHING
    named = frozenset(key for each in given for key in each.providers_named)
    groups = _groups(given, named)
    branches = [
        Branch(all_of([*inside, branch.condition]), branch.weight)
        for mentioning, keys in groups.items()
        for inside in [[_rows_of(keys, named)] if len(groups) > 1 else []]
        for branch in _together([given[position] for position in mentioning])
    ]
    if sum(tags_asked(branch.condition) for branch in branches) > MOST_TAGS:
        refuse_width("")
    return Lowered(_gathered(branches), named)


def _groups(given: Sequence[Lowered], named: frozenset[str]) -> dict[tuple[int, ...], set[str]]:
    """The providers named, by the filters that mention them."""
    groups: dict[tuple[int, ...], set[str]] = {}
    for key in sorted(named):
        covering = {key, CUSTOM} if token_of(key) else {key}
        mentioning = tuple(n for n, each in enumerate(given) if covering & each.providers_named)
        groups.setdefault(mentioning, set()).add(key)
    return groups


def _rows_of(keys: set[str], named: frozenset[str]) -> Condition:
    """The rows of a group; where any custom provider is meant, those named elsewhere are not."""
    elsewhere = tuple(sorted(token for key in named - keys if (token := token_of(key)) is not None))
    if CUSTOM not in keys or not elsewhere:
        return rows_of(keys)
    others = all_of([OneOf("provider", (CUSTOM,)), none_of(OneOf("integration", elsewhere))])
    return any_of([rows_of(keys - {CUSTOM}), others])


def _together(given: Sequence[Lowered]) -> list[Branch]:
    """Every choice of one branch from each filter, the first that matches counts."""
    if prod(len(each.branches) for each in given) > MOST_BRANCHES:
        refuse_width("")
    return [_multiplied(chosen) for chosen in product(*(each.branches for each in given))]


def _multiplied(chosen: tuple[Branch, ...]) -> Branch:
    weight = ONE
    for branch in chosen:
        weight = WIDE.multiply(weight, branch.weight)
    return Branch(all_of(branch.condition for branch in chosen), weight)


def _gathered(branches: list[Branch]) -> tuple[Branch, ...]:
    """Neighbours of one weight are one branch."""
    grouped = groupby(branches, key=lambda branch: branch.weight)
    return tuple(Branch(any_of(branch.condition for branch in group), weight) for weight, group in grouped)
