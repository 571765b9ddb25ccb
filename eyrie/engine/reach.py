"""What a condition or a key looks at: the columns and the tags by which it tells rows apart.

Whoever would answer from sums instead of rows needs to know: rows that differ in nothing of this may stand
together as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from eyrie.engine.plan import (
    Always,
    Compared,
    Condition,
    DateBin,
    Either,
    Every,
    Field,
    FirstOf,
    HasTag,
    Holds,
    HourBin,
    Key,
    Like,
    Missing,
    Named,
    Not,
    OneOf,
    Resembles,
)


@dataclass(frozen=True)
class Reach:
    """The columns that are looked at, and the keys of the tags; None where it may be any tag."""

    columns: frozenset[str] = frozenset()
    tags: frozenset[str] | None = frozenset()

    def __or__(self, other: "Reach") -> "Reach":
        """What either of them looks at."""
        tags = None if self.tags is None or other.tags is None else self.tags | other.tags
        return Reach(self.columns | other.columns, tags)


NOWHERE = Reach()


def of_condition(condition: Condition) -> Reach:
    """Tell what a condition looks at.

    >>> of_condition(HasTag(Every((OneOf("key", ("team",)), OneOf("value", ("core",))))))
    Reach(columns=frozenset(), tags=frozenset({'team'}))
    """
    match condition:
        case OneOf(column) | Like(column) | Resembles(column) | Compared(column) | Missing(column):
            return Reach(frozenset({column}))
        case HasTag(tag):
            return Reach(tags=_keys_named(tag))
        case Not(inner):
            return of_condition(inner)
        case Every(parts) | Either(parts):
            return _all(of_condition(part) for part in parts)
        case _:
            assert_never(condition)


def of_key(key: Key) -> Reach:
    """Tell what a key looks at."""
    match key:
        case Always():
            return NOWHERE
        case Field(column, when):
            return Reach(frozenset({column})) | of_condition(when)
        case DateBin(column):
            return Reach(frozenset({column}))
        case HourBin(moment, day, hourly):
            return Reach(frozenset({moment, day})) | of_condition(hourly)
        case Holds(condition):
            return of_condition(condition)
        case FirstOf(conditions):
            return _all(of_condition(condition) for condition in conditions)
        case Named(choices):
            return _all(of_condition(condition) for condition, _ in choices)
        case _:
            assert_never(key)


def _all(found: Iterable[Reach]) -> Reach:
    together = NOWHERE
    for reach in found:
        together |= reach
    return together


def _keys_named(tag: Condition) -> frozenset[str] | None:
    """The keys of which a tag must have one to pass a condition; None if it may have any."""
    match tag:
        case OneOf("key", values, False):
            return frozenset(str(wanted) for wanted in values)
        case Every(parts):
            named = [keys for part in parts if (keys := _keys_named(part)) is not None]
            return min(named, key=len) if named else None
        case Either(parts):
            each = [_keys_named(part) for part in parts]
            return None if None in each else frozenset[str]().union(*(keys for keys in each if keys))
        case _:
            return None
