"""The tree of a filter: frozen nodes that know their place in the text, which equality ignores.

The inner nodes are generic in what they hold, because the steps after parsing hold fewer kinds of leaves: a
tree with tag pairs cannot be handed to a step that knows none, and type checking says so.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum, auto
from typing import Generic, TypeAlias, TypeVar


@dataclass(frozen=True, order=True)
class Span:
    """Characters from `start` up to, not including, `end`."""

    start: int
    end: int


NOWHERE = Span(0, 0)  # of nodes that no text was read for


class Operator(StrEnum):
    """What a predicate does with its field."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "IN"
    NOT_IN = "NOT IN"
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    RESEMBLES = "~*"
    RESEMBLES_NOT = "!~*"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"

    @property
    def negative(self) -> bool:
        """Whether it says what a field is not."""
        return self in _POSITIVE

    @property
    def opposite(self) -> "Operator":
        """The operator that says the contrary; comparisons by order have none."""
        return _POSITIVE.get(self) or _NEGATIVE[self]


_POSITIVE = {
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_LIKE: Operator.LIKE,
    Operator.RESEMBLES_NOT: Operator.RESEMBLES,
    Operator.IS_NOT_NULL: Operator.IS_NULL,
}
_NEGATIVE = {positive: negative for negative, positive in _POSITIVE.items()}


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


class Kind(Enum):
    """What a literal is."""

    TEXT = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    NULL = auto()


@dataclass(frozen=True)
class Literal:
    """A value as it was written: a number keeps its digits, a boolean is `true` or `false`."""

    kind: Kind
    text: str
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)

    @property
    def number(self) -> Decimal | None:
        """What it is as a number, quoted or not; None if it is none."""
        return Decimal(self.text) if _NUMBER.fullmatch(self.text) else None


@dataclass(frozen=True)
class Field:
    """`namespace.name`, with `->>'key'` for one key of a map."""

    namespace: str
    name: str
    key: str | None = None
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)

    @property
    def path(self) -> str:
        """The field in lower case, which is how scopes know it: fields ignore case, keys do not."""
        return f"{self.namespace}.{self.name}".lower()


TAG_NAME = "tags.name"
TAG_VALUE = "tags.value"
ALLOCATION = "costs.allocation"


@dataclass(frozen=True)
class Predicate:
    """One field, one operator, and what it is held against: several literals for IN, none for IS NULL."""

    field: Field
    operator: Operator
    literals: tuple[Literal, ...] = ()
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)

    @property
    def path(self) -> str:
        """The field's path."""
        return self.field.path

    @property
    def texts(self) -> tuple[str, ...]:
        """The literals that are not NULL."""
        return tuple(literal.text for literal in self.literals if literal.kind is not Kind.NULL)

    @property
    def names_null(self) -> bool:
        """Whether NULL is among what it is held against."""
        return self.operator in (Operator.IS_NULL, Operator.IS_NOT_NULL) or any(
            literal.kind is Kind.NULL for literal in self.literals
        )

    @property
    def accepts_null(self) -> bool:
        """Whether it asks for what is absent."""
        return self.names_null and not self.operator.negative


@dataclass(frozen=True)
class TagPairs:
    """`(tags.name, tags.value) IN (…)`: keys with their values, None for a key that is absent."""

    pairs: tuple[tuple[str, str | None], ...]
    negated: bool = False
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


N_co = TypeVar("N_co", covariant=True)


@dataclass(frozen=True)
class And(Generic[N_co]):
    """All parts hold; without parts it always does."""

    parts: tuple[N_co, ...]


@dataclass(frozen=True)
class Or(Generic[N_co]):
    """At least one part holds; without parts none does."""

    parts: tuple[N_co, ...]


@dataclass(frozen=True)
class Not(Generic[N_co]):
    """The inner node does not hold."""

    inner: N_co


Node: TypeAlias = Predicate | TagPairs | And["Node"] | Or["Node"] | Not["Node"]


def leaves(tree: Node) -> Iterator[Predicate | TagPairs]:
    """Walk the leaves of a tree in written order."""
    waiting: list[Node] = [tree]
    while waiting:
        match waiting.pop():
            case And(parts) | Or(parts):
                waiting.extend(reversed(parts))
            case Not(inner):
                waiting.append(inner)
            case leaf:
                yield leaf


def place(tree: Node) -> Span:
    """Tell where a tree stands: from its first leaf to its last."""
    spans = [leaf.span for leaf in leaves(tree)]
    return Span(spans[0].start, spans[-1].end)
