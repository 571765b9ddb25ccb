"""Turns "of one tag with this name" into conditions on single tags and on the row.

`OfTag(name, inner)` holds if a tag that passes the name makes the inner tree true, where free predicates on
`tags.value` speak of that tag and everything else of the row. It also holds if there is no such tag and the
inner tree asks for that, with `tags.value = NULL`.

Conditions of an engine speak either of one tag or of the row, so a mixed tree has to come apart. "Some tag"
passes through OR, and what speaks of the row passes out of AND. An AND of several mixed parts is harder: if
the name is a single key there is at most one such tag, so each part can ask for it by itself; otherwise two
parts could find two different tags, and the alternatives are multiplied out, up to a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eyrie.vql.bound import Bound, SomeTag, TagTest, complement, either, every, some_tag
from eyrie.vql.tree import TAG_VALUE, And, Kind, Not, Operator, Or, Predicate

MOST_ALTERNATIVES = 1_000


class TooWide(Exception):
    """The filter asks for more combinations than an engine should have to try."""


@dataclass(frozen=True)
class OfTag:
    """One tag that passes the name makes the inner tree true; free values inside speak of that tag."""

    name: TagTest
    inner: "Loose"


Loose: TypeAlias = Predicate | SomeTag | OfTag | And["Loose"] | Or["Loose"] | Not["Loose"]


def settled(tree: Loose) -> Bound:
    """Take a tree apart until nothing in it is about one tag and the row at once.

    `OfTag(name = 'k', value = 'a' OR region = 'eu')` becomes
    `TAG(name = 'k' AND value = 'a') OR region = 'eu' AND TAG(name = 'k')`.
    """
    match tree:
        case And(parts):
            return every(settled(part) for part in parts)
        case Or(parts):
            return either(settled(part) for part in parts)
        case Not(inner):
            return complement(settled(inner))
        case OfTag(name, inner):
            mixed = settled(inner)
            absent = every([complement(SomeTag(name)), _by_absence(mixed)])
            return either([_Settling(name).some((name,), mixed), absent])
        case Predicate() | SomeTag():
            return tree


class _Settling:
    """Looks for one tag with a name."""

    def __init__(self, name: TagTest) -> None:
        self._single = isinstance(name, Predicate) and _names_one(name)
        self._name = name
        self._left = MOST_ALTERNATIVES

    def some(self, tests: tuple[TagTest, ...], node: Bound) -> Bound:
        """Some tag passes the tests and makes the node true."""
        if not _has_free(node):
            return every([node, some_tag(every(tests))])
        test = _about_tag(node)
        if test is not None:
            return some_tag(every([*tests, test]))
        match node:
            case Or(parts):
                return self._some_alternative(tests, parts)
            case And(parts):
                return self._some_for_all(tests, parts)
            case _:
                raise AssertionError("only AND and OR can be about a tag and the row at once")

    def _some_alternative(self, tests: tuple[TagTest, ...], parts: Sequence[Bound]) -> Bound:
        pure, rows, mixed = _sorted_out(parts)
        found = [self.some(tests, either(rows))] if rows else []
        if pure:
            found.append(some_tag(every([*tests, either(pure)])))
        return either([*found, *(self.some(tests, part) for part in mixed)])

    def _some_for_all(self, tests: tuple[TagTest, ...], parts: Sequence[Bound]) -> Bound:
        pure, rows, mixed = _sorted_out(parts)
        if self._single:
            asked = [some_tag(every([*tests, *pure]))] if pure else []
            return every([*rows, *asked, *(self.some((self._name,), part) for part in mixed)])
        tests = (*tests, *pure)
        if not mixed:
            return every([*rows, some_tag(every(tests))])
        first, *others = mixed
        if not others or not isinstance(first, Or):
            return every([*rows, *(self.some(tests, part) for part in mixed)])
        self._left -= len(first.parts) * (len(others) + len(tests))
        if self._left < 0:
            raise TooWide
        chosen = either(self.some(tests, every([part, *others])) for part in first.parts)
        return every([*rows, chosen])


def _names_one(name: Predicate) -> bool:
    return name.operator in (Operator.EQUAL, Operator.IN) and len(set(name.texts)) == 1


def _sorted_out(parts: Sequence[Bound]) -> tuple[list[TagTest], list[Bound], list[Bound]]:
    """Parts about the tag, about the row, and about both."""
    pure: list[TagTest] = []
    rows: list[Bound] = []
    mixed: list[Bound] = []
    for part in parts:
        test = _about_tag(part)
        if not _has_free(part):
            rows.append(part)
        elif test is not None:
            pure.append(test)
        else:
            mixed.append(part)
    return pure, rows, mixed


def _has_free(node: Bound) -> bool:
    match node:
        case Predicate():
            return node.path == TAG_VALUE
        case And(parts) | Or(parts):
            return any(_has_free(part) for part in parts)
        case SomeTag() | Not():
            return False


def _about_tag(node: Bound) -> TagTest | None:
    """Give the node as a test of one tag, or None if it is not only about the tag."""
    match node:
        case Predicate():
            return _of_present_value(node) if node.path == TAG_VALUE else None
        case And(parts):
            tests = [_about_tag(part) for part in parts]
            return None if None in tests else every(test for test in tests if test is not None)
        case Or(parts):
            tests = [_about_tag(part) for part in parts]
            return None if None in tests else either(test for test in tests if test is not None)
        case SomeTag() | Not():
            return None


def _of_present_value(predicate: Predicate) -> TagTest:
    """What a predicate asks of a value that is there: what it says of NULL is settled."""
    if not predicate.names_null:
        return predicate
    literals = tuple(literal for literal in predicate.literals if literal.kind is not Kind.NULL)
    if literals:
        return Predicate(predicate.field, predicate.operator, literals, predicate.span)
    return And(()) if predicate.operator.negative else Or(())


def _by_absence(node: Bound) -> Bound:
    """What has to hold of the row for a tree that asks for the absence of the tag, if there is none.

    Without such a demand it does not hold: a name that stands with values says that the tag exists.
    """
    match node:
        case Predicate():
            return And(()) if node.path == TAG_VALUE and node.accepts_null else Or(())
        case Or(parts):
            return either(_by_absence(part) for part in parts)
        case And(parts):
            demanded = either(_by_absence(part) for part in parts)
            return demanded if demanded == Or(()) else every([demanded, *(_if_absent(p) for p in parts)])
        case SomeTag() | Not():
            return Or(())


def _if_absent(node: Bound) -> Bound:
    """What a tree comes to if the tag is absent."""
    match node:
        case Predicate() if node.path == TAG_VALUE:
            return And(()) if node.accepts_null else Or(())
        case And(parts):
            return every(_if_absent(part) for part in parts)
        case Or(parts):
            return either(_if_absent(part) for part in parts)
        case _:
            return node
