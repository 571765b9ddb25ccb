"""The tree after rewriting: what it asks of tags, it asks of one tag at a time, by key and value.

`SomeTag(test)` holds for rows that have a tag for which the test holds; its predicates on `tags.name` and
`tags.value` speak of the key and value of that one tag, which is there and never NULL. Outside of it no
predicate speaks of tags, and weights have become branches.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from eyrie.vql.tree import And, Not, Or, Predicate

N = TypeVar("N")
TagTest: TypeAlias = Predicate | And["TagTest"] | Or["TagTest"]


@dataclass(frozen=True)
class SomeTag:
    """The row has a tag for which the test holds."""

    test: TagTest


Bound: TypeAlias = Predicate | SomeTag | And["Bound"] | Or["Bound"] | Not["Bound"]


def every(parts: Iterable[N]) -> N | And[N] | Or[N]:
    """Join parts that must all hold: one level deep, without what always holds.

    >>> every([And(("a", "b")), And(()), "c"]), every(["a", Or(())]), every(["a"])
    (And(parts=('a', 'b', 'c')), Or(parts=()), 'a')
    """
    found: list[N] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, And) else (part,))
    if any(part == Or(()) for part in found):
        return Or(())
    return found[0] if len(found) == 1 else And(tuple(found))


def either(parts: Iterable[N]) -> N | Or[N]:
    """Join parts of which one must hold: one level deep, without what never holds.

    What always holds does not swallow the others: below a tag's name, one of them may ask for its absence.
    """
    found: list[N] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, Or) else (part,))
    return found[0] if len(found) == 1 else Or(tuple(found))


def complement(node: Bound) -> Bound:
    """Turn a node around."""
    match node:
        case Not(inner):
            return inner
        case And(()):
            return Or(())
        case Or(()):
            return And(())
        case _:
            return Not(node)


def some_tag(test: TagTest) -> Bound:
    """Ask for a tag; if no tag can pass, no row can."""
    return Or(()) if test == Or(()) else SomeTag(test)
