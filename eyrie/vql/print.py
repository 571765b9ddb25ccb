"""Prints trees as text again, with the parentheses they need and no others: parse(printed(tree)) == tree.

Rewritten trees print too, for explaining: what they ask of one tag stands in `TAG(…)`.
"""

from collections.abc import Iterable
from typing import assert_never

from eyrie.vql.bound import Bound, SomeTag
from eyrie.vql.tree import And, Field, Kind, Literal, Node, Not, Operator, Or, Predicate, TagPairs

_LISTS = (Operator.IN, Operator.NOT_IN)


def printed(tree: Node | Bound) -> str:
    """Print a tree on one line."""
    match tree:
        case Predicate():
            return _predicate(tree)
        case TagPairs(pairs, negated):
            listed = ", ".join(f"({quoted(key)}, {_value(value)})" for key, value in pairs)
            return f"(tags.name, tags.value) {'NOT ' if negated else ''}IN ({listed})"
        case SomeTag(test):
            return f"TAG({printed(test)})"
        case And(parts):
            return " AND ".join(_enclosed(parts, (And, Or))) or "ALWAYS"
        case Or(parts):
            return " OR ".join(_enclosed(parts, (Or,))) or "NEVER"
        case Not(inner):
            return "NOT " + next(iter(_enclosed((inner,), (And, Or))))
        case _:
            assert_never(tree)


def quoted(text: str) -> str:
    """Write a text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def shown(field: Field) -> str:
    """Write a field the way it was written."""
    return f"{field.namespace}.{field.name}" + ("" if field.key is None else f"->>{quoted(field.key)}")


def literal(value: Literal) -> str:
    """Write a literal."""
    match value.kind:
        case Kind.TEXT:
            return quoted(value.text)
        case Kind.NUMBER:
            return value.text
        case Kind.BOOLEAN:
            return value.text.upper()
        case Kind.NULL:
            return "NULL"


def _enclosed(parts: Iterable[Node | Bound], loose: tuple[type, ...]) -> Iterable[str]:
    """Parts that bind more loosely than what is around them stand in parentheses."""
    for part in parts:
        yield f"({printed(part)})" if isinstance(part, loose) else printed(part)


def _predicate(predicate: Predicate) -> str:
    words = [shown(predicate.field), predicate.operator.value]
    listed = ", ".join(literal(value) for value in predicate.literals)
    if predicate.operator in _LISTS:
        words.append(f"({listed})")
    elif listed:
        words.append(listed)
    return " ".join(words)


def _value(value: str | None) -> str:
    return "NULL" if value is None else quoted(value)
