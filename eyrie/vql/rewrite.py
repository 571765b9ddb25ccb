"""Rewrites a checked tree into branches: conditions in which every tag is one tag, each with a weight.

The steps, in order; each takes a tree and gives a tree:

    flattened    parentheses that change nothing go away                       (binding)
    turned       NOT around a value whose name stands outside moves inward
    bound        each value goes to its name; pairs and lone names are spelled out
    weighed      weights leave the tree, which becomes one branch for each of them
    settled      "one tag with this name" becomes conditions on single tags    (settle)
    united       alternatives that each ask for some tag ask once for any of them

Binding comes before weighing, because splitting an OR would put names and values side by side that were not.
A row takes the weight of the first branch that it matches. Under AND branches multiply, so their number has a
limit, and a filter that asks for more is told so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from eyrie.basics.money import WIDE
from eyrie.vql.binding import flattened, is_free, names_of
from eyrie.vql.bound import Bound, SomeTag, TagTest, complement, either, every
from eyrie.vql.settle import Loose, OfTag, TooWide, settled
from eyrie.vql.tree import (
    ALLOCATION,
    TAG_NAME,
    TAG_VALUE,
    And,
    Field,
    Kind,
    Literal,
    Node,
    Not,
    Operator,
    Or,
    Predicate,
    TagPairs,
)

ONE = Decimal(1)
MOST_BRANCHES = 1_000
MOST_TESTS = 50_000  # of all branches together
MOST_TAGS = 500  # look-ups of tags and keys, of all branches together


@dataclass(frozen=True)
class WeightedBranch:
    """Rows that pass count with a weight."""

    condition: Bound
    weight: Decimal


def rewritten(tree: Node) -> tuple[WeightedBranch, ...]:
    """Give the branches of a checked tree in written order; without weights there is one, of weight 1.

    A branch that nothing can match is left out; `TooWide` says that there would be too many.
    """
    branches = [
        WeightedBranch(united(settled(loose)), weight)
        for loose, weight in weighed(bound(turned(flattened(tree))))
    ]
    if sum(_size(branch.condition) for branch in branches) > MOST_TESTS:
        raise TooWide
    if sum(_tags_asked(branch.condition) for branch in branches) > MOST_TAGS:
        raise TooWide
    matching = tuple(branch for branch in branches if branch.condition != Or(()))
    return matching or (WeightedBranch(Or(()), ONE),)


def turned(tree: Node, *, around: bool = False) -> Node:
    """Move NOT inward where it encloses a value whose name stands outside: such a tag has to exist.

    `NOT (tags.value = 'x')` becomes `tags.value != 'x'`; any other NOT stays and is the exact complement.
    """
    if around and not is_free(tree):
        return turned(tree.inner) if isinstance(tree, Not) else Not(turned(tree))
    match tree:
        case And(parts):
            moved = tuple(turned(part, around=around) for part in parts)
            return Or(moved) if around else And(moved)
        case Or(parts):
            moved = tuple(turned(part, around=around) for part in parts)
            return And(moved) if around else Or(moved)
        case Not(inner):
            if around:
                return turned(inner)
            return turned(inner, around=True) if is_free(inner) else Not(turned(inner))
        case Predicate(field, operator, literals, span):
            return Predicate(field, operator.opposite, literals, span) if around else tree
        case TagPairs():
            return tree


def bound(tree: Node) -> Loose:
    """Bring each value under its name and spell out what lone names and pairs ask for."""
    match tree:
        case And(parts):
            return _conjunction(parts)
        case Or(parts):
            return Or(tuple(bound(part) for part in parts))
        case Not(inner):
            return Not(bound(inner))
        case TagPairs(pairs, negated):
            return _paired(pairs, negated=negated)
        case Predicate():
            return _lone_name(tree) if tree.path == TAG_NAME else tree


def weighed(tree: Loose) -> list[tuple[Loose, Decimal]]:
    """Take the weights out of a tree: branches in written order, the first that matches counts.

    `a AND 0.5 OR b` has the branches (a, 0.5) and (b, 1).
    """
    match tree:
        case Predicate():
            weight = tree.literals[0].number if tree.path == ALLOCATION else None
            return [(tree, ONE)] if weight is None else [(And(()), weight)]
        case Or(parts):
            return _gathered([branch for part in parts for branch in weighed(part)])
        case And(parts):
            return _product([weighed(part) for part in parts])
        case OfTag(name, inner):
            return [(OfTag(name, branch), weight) for branch, weight in weighed(inner)]
        case SomeTag() | Not():
            return [(tree, ONE)]


def united(tree: Bound) -> Bound:
    """Ask once where alternatives ask for some tag each, or where none of several tags may be there.

    `TAG(a) OR TAG(b)` becomes `TAG(a OR b)`, and `NOT TAG(a) AND NOT TAG(b)` becomes `NOT TAG(a OR b)`.
    """
    match tree:
        case Or(parts):
            return _united([united(part) for part in parts])
        case And(parts):
            opened = every(united(part) for part in parts)
            if not isinstance(opened, And):
                return opened
            refused = [part.inner for part in opened.parts if isinstance(part, Not)]
            others = [part for part in opened.parts if not isinstance(part, Not)]
            united_refused = _united(refused)
            alternatives = united_refused.parts if isinstance(united_refused, Or) else (united_refused,)
            return every([*others, *(complement(part) for part in alternatives)])
        case Not(inner):
            return complement(united(inner))
        case Predicate() | SomeTag():
            return tree


def _united(parts: list[Bound]) -> Bound:
    if And(()) in parts:
        return And(())
    asking = [position for position, part in enumerate(parts) if isinstance(part, SomeTag)]
    if len(asking) > 1:
        tests = [part.test for part in parts if isinstance(part, SomeTag)]
        parts = [part for position, part in enumerate(parts) if position not in set(asking[1:])]
        parts[asking[0]] = SomeTag(either(tests))
    return either(parts)


def _gathered(branches: list[tuple[Loose, Decimal]]) -> list[tuple[Loose, Decimal]]:
    """Neighbours of one weight are one branch."""
    grouped = groupby(branches, key=lambda branch: branch[1])
    return [(either(condition for condition, _ in group), weight) for weight, group in grouped]


def _product(factors: list[list[tuple[Loose, Decimal]]]) -> list[tuple[Loose, Decimal]]:
    """Every choice of one branch from each factor, in written order, the weights multiplied."""
    plain = [factor[0][0] for factor in factors if len(factor) == 1 and factor[0][1] == ONE]
    chosen: list[tuple[Loose, Decimal]] = [(every(plain), ONE)]
    for factor in factors:
        if len(factor) > 1 or factor[0][1] != ONE:
            _limit(chosen, factor)
            chosen = [
                (every([left, right]), WIDE.multiply(weight, other))
                for left, weight in chosen
                for right, other in factor
            ]
    return _gathered(chosen)


def _limit(chosen: list[tuple[Loose, Decimal]], factor: list[tuple[Loose, Decimal]]) -> None:
    tests = sum(_size(left) for left, _ in chosen) * len(factor)
    tests += sum(_size(right) for right, _ in factor) * len(chosen)
    if len(chosen) * len(factor) > MOST_BRANCHES or tests > MOST_TESTS:
        raise TooWide


def _size(tree: Loose) -> int:
    """How many predicates a tree has."""
    match tree:
        case And(parts) | Or(parts):
            return sum(_size(part) for part in parts)
        case Not(inner) | SomeTag(inner):
            return _size(inner)
        case OfTag(name, inner):
            return _size(name) + _size(inner)
        case Predicate():
            return 1


def _tags_asked(tree: Bound) -> int:
    """How often a condition looks tags or keys up; engines plan hundreds of look-ups for seconds."""
    match tree:
        case And(parts) | Or(parts):
            return sum(_tags_asked(part) for part in parts)
        case Not(inner):
            return _tags_asked(inner)
        case SomeTag():
            return 1
        case Predicate():
            return int(tree.field.key is not None)


def _conjunction(parts: tuple[Node, ...]) -> Loose:
    """Each name takes the place of all values that bind to it; the other parts stay where they are."""
    naming = names_of(parts)
    values: dict[int, list[Loose]] = {}
    for position, name in naming.items():
        values.setdefault(name, []).append(bound(parts[position]))
    found: list[Loose] = []
    for position, part in enumerate(parts):
        if position in values:
            found.append(OfTag(_name_test(part), every(values[position])))
        elif position not in naming:
            found.append(bound(part))
    return every(found)


def _name_test(node: Node) -> TagTest:
    match node:
        case Predicate():
            return node
        case Or(parts):
            return Or(tuple(_name_test(part) for part in parts))
        case _:
            raise AssertionError("names are predicates or alternatives of them")


def _lone_name(predicate: Predicate) -> Bound:
    """A name without a value asks whether there is such a tag, NULL whether there is none at all."""
    if predicate.operator.negative:
        positive = Predicate(predicate.field, predicate.operator.opposite, predicate.literals, predicate.span)
        return complement(_lone_name(positive))
    found: list[Bound] = []
    named = tuple(literal for literal in predicate.literals if literal.kind is not Kind.NULL)
    if named:
        found.append(SomeTag(Predicate(predicate.field, predicate.operator, named, predicate.span)))
    if predicate.names_null:
        found.append(Not(SomeTag(And(()))))
    return either(found)


def _paired(pairs: tuple[tuple[str, str | None], ...], *, negated: bool) -> Bound:
    """All keys with one of their values each; negated, none of the pairs."""
    values: dict[str, list[str | None]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    keys = [_pair(key, wanted) for key, wanted in values.items()]
    return every(complement(key) for key in keys) if negated else every(keys)


def _pair(key: str, values: list[str | None]) -> Bound:
    named = _is(TAG_NAME, [key])
    found: list[Bound] = []
    texts = list(dict.fromkeys(value for value in values if value is not None))
    if texts:
        found.append(SomeTag(every([named, _is(TAG_VALUE, texts)])))
    if None in values:
        found.append(Not(SomeTag(named)))
    return either(found)


def _is(path: str, texts: Iterable[str]) -> TagTest:
    literals = tuple(Literal(Kind.TEXT, text) for text in texts)
    namespace, _, name = path.partition(".")
    return Predicate(Field(namespace, name), Operator.IN if len(literals) > 1 else Operator.EQUAL, literals)
