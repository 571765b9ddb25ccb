"""Which tag each `tags.value` speaks of: it belongs to a `tags.name` of the conjunction around it.

Among the parts of a conjunction, one with a `tags.value` that is still free binds to the nearest `tags.name`
before it, else to the nearest behind it; a conjunction without a `tags.name` leaves its free ones to the next
one outwards. So a conjunction with a name of its own shadows those outside. Alternatives that are nothing but
`tags.name` count as one name. All values that bind to one name speak of one and the same tag.
"""

from collections.abc import Iterator, Sequence

from eyrie.vql.invalid import Problem
from eyrie.vql.tree import TAG_NAME, TAG_VALUE, And, Node, Not, Or, Predicate, TagPairs


def flattened(tree: Node) -> Node:
    """Open conjunctions that stand directly in conjunctions, and alternatives likewise.

    `a AND (b AND c)` becomes `a AND b AND c`: parentheses alone do not separate a value from its name.
    """
    match tree:
        case And(parts):
            return And(tuple(inner for part in parts for inner in _opened_and(flattened(part))))
        case Or(parts):
            return Or(tuple(inner for part in parts for inner in _opened_or(flattened(part))))
        case Not(inner):
            return Not(flattened(inner))
        case Predicate() | TagPairs():
            return tree


def names_tags(node: Node) -> bool:
    """Tell whether a node says which tags are meant, and nothing else."""
    match node:
        case Predicate():
            return node.path == TAG_NAME
        case Or(parts):
            return all(names_tags(part) for part in parts)
        case And() | Not() | TagPairs():
            return False


def free_values(node: Node) -> Iterator[Predicate]:
    """Walk the predicates on `tags.value` that no `tags.name` inside the node binds."""
    match node:
        case Predicate():
            if node.path == TAG_VALUE:
                yield node
        case And(parts):
            if not any(names_tags(part) for part in parts):
                for part in parts:
                    yield from free_values(part)
        case Or(parts):
            for part in parts:
                yield from free_values(part)
        case Not(inner):
            yield from free_values(inner)
        case TagPairs():
            return


def is_free(node: Node) -> bool:
    """Tell whether a `tags.value` inside the node has to bind to a name outside."""
    return next(free_values(node), None) is not None


def names_of(parts: Sequence[Node]) -> dict[int, int]:
    """Give for each part with a free value the part that names its tag; nothing without a name.

    >>> from eyrie.vql.parse import parse
    >>> names_of(parse("tags.value = 'x' AND tags.name = 'a' AND tags.name = 'b' AND tags.value = 'y'").parts)
    {0: 1, 3: 2}
    """
    naming = [position for position, part in enumerate(parts) if names_tags(part)]
    if not naming:
        return {}
    found, nearest = {}, naming[0]
    for position, part in enumerate(parts):
        if names_tags(part):
            nearest = position
        elif is_free(part):
            found[position] = nearest
    return found


def binding_problems(tree: Node) -> Iterator[Problem]:
    """Tell which values of a flattened tree cannot be bound, and which are bound to names that exclude."""
    unbound = tuple(predicate.span for predicate in free_values(tree))
    if unbound:
        yield Problem("tags.value needs a tags.name in the same AND, such as tags.name = 'team'", unbound)
    excluding = tuple(predicate.span for predicate in _bound_to_excluding(tree))
    if excluding:
        yield Problem(
            "tags.value belongs to a tags.name that excludes tags or is NULL; it needs one that names them,"
            " such as tags.name = 'team'",
            excluding,
        )


def _bound_to_excluding(tree: Node) -> Iterator[Predicate]:
    match tree:
        case And(parts):
            for position, naming in names_of(parts).items():
                if _excludes(parts[naming]):
                    yield from free_values(parts[position])
            for part in parts:
                yield from _bound_to_excluding(part)
        case Or(parts):
            for part in parts:
                yield from _bound_to_excluding(part)
        case Not(inner):
            yield from _bound_to_excluding(inner)
        case Predicate() | TagPairs():
            return


def _excludes(name: Node) -> bool:
    match name:
        case Predicate():
            return name.operator.negative or name.names_null
        case Or(parts):
            return any(_excludes(part) for part in parts)
        case _:
            return False


def _opened_and(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, And) else (node,)


def _opened_or(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Or) else (node,)
