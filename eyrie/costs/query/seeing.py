"""Asks conditions of sums instead of rows: which columns and tags they look at, and what they then ask.

Hundreds of conditions on each of millions of rows take long. Rows that differ in nothing that the conditions
look at pass the same ones, so they are added up first; a tag that is tested by name becomes a column. "The
row has a tag `team` that is one of these" is then a test of the column that holds the row's `team`, which is
missing for rows without one. Tests that may be about any tag stay as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from eyrie.engine.plan import (
    ALWAYS,
    NEVER,
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
from eyrie.engine.reach import of_condition, of_key
from eyrie.vql.conditions import all_of, any_of, none_of, tags_asked

Keys = tuple[tuple[str, Key], ...]


@dataclass(frozen=True)
class Seen:
    """Keys and a condition as they are asked of sums, and what the sums keep for them."""

    columns: Keys
    tags: tuple[tuple[str, str], ...]  # the column and the key of the tag it shows
    by_tag_set: bool  # whether tags are looked at at all
    tests_tag_sets: bool  # whether some tests may be about any tag
    keys: Keys
    where: Condition


def seen(keys: Keys, where: Condition) -> Seen:
    """Have keys and a condition ask of sums what they would ask of rows."""
    reach = of_condition(where)
    for _, key in keys:
        reach |= of_key(key)
    tests = [test for condition in (where, *_conditions(keys)) for test in _tag_tests(condition)]
    by_name = sorted({key for test in tests if _is_by_name(test.tag) for key in _keys_named(test)})
    sight = _Sight({key: f"seen tag {number}" for number, key in enumerate(by_name)})
    return Seen(
        columns=tuple((_column(column), Field(column)) for column in sorted(reach.columns)),
        tags=tuple((column, key) for key, column in sight.tags.items()),
        by_tag_set=bool(tests),
        tests_tag_sets=not all(_is_by_name(test.tag) and _keys_named(test) for test in tests),
        keys=tuple((name, sight.key(key)) for name, key in keys),
        where=sight.of(where),
    )


def _column(name: str) -> str:
    return f"seen {name}"


def size(condition: Condition) -> int:
    """Count the tests of a condition; one that looks up tags takes as long as many."""
    match condition:
        case Every(parts) | Either(parts):
            return sum(size(part) for part in parts)
        case Not(inner):
            return size(inner)
        case _:
            return 10 * tags_asked(condition) or 1


def _conditions(keys: Keys) -> Iterator[Condition]:
    for _, key in keys:
        match key:
            case Always() | DateBin():
                pass
            case Field(_, condition) | HourBin(_, _, condition) | Holds(condition):
                yield condition
            case FirstOf(conditions):
                yield from conditions
            case Named(choices):
                yield from (condition for condition, _ in choices)
            case _:
                assert_never(key)


def _tag_tests(condition: Condition) -> Iterator[HasTag]:
    match condition:
        case HasTag():
            yield condition
        case Not(inner):
            yield from _tag_tests(inner)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _tag_tests(part)


def _keys_named(test: HasTag) -> Iterable[str]:
    return of_condition(test).tags or ()


def _is_by_name(tag: Condition) -> bool:
    """Tell whether a tag is tested in no other way than by its key's name and by its value."""
    match tag:
        case OneOf("key", _, ignoring_case):
            return not ignoring_case
        case OneOf(column) | Like(column) | Resembles(column) | Compared(column) | Missing(column):
            return column != "key"
        case Not(inner):
            return _is_by_name(inner)
        case Every(parts) | Either(parts):
            return all(_is_by_name(part) for part in parts)
        case HasTag():
            return False
        case _:
            assert_never(tag)


@dataclass(frozen=True)
class _Sight:
    """Knows the columns that hold tags."""

    tags: Mapping[str, str]

    def key(self, key: Key) -> Key:
        """The same key over what is seen."""
        match key:
            case Always():
                return key
            case Field(column, when):
                return Field(_column(column), self.of(when))
            case DateBin(column, width):
                return DateBin(_column(column), width)
            case HourBin(moment, day, hourly):
                return HourBin(_column(moment), _column(day), self.of(hourly))
            case Holds(condition):
                return Holds(self.of(condition))
            case FirstOf(conditions):
                return FirstOf(tuple(self.of(condition) for condition in conditions))
            case Named(choices):
                return Named(tuple((self.of(condition), text) for condition, text in choices))
            case _:
                assert_never(key)

    def of(self, condition: Condition) -> Condition:
        """The same condition over what is seen."""
        match condition:
            case HasTag(tag):
                keys = sorted(_keys_named(condition))
                if not keys or not _is_by_name(tag):
                    return condition
                return any_of(_on_column(tag, key, self.tags[key]) for key in keys)
            case Not(inner):
                return none_of(self.of(inner))
            case Every(parts):
                return all_of(self.of(part) for part in parts)
            case Either(parts):
                return any_of(self.of(part) for part in parts)
            case OneOf() | Like() | Resembles() | Compared() | Missing():
                return replace(condition, column=_column(condition.column))
            case _:
                assert_never(condition)


def _on_column(tag: Condition, key: str, column: str) -> Condition:
    """What a test of some tag asks of the tag with this key."""
    asked = _of_value(tag, key, column)
    if isinstance(asked, OneOf | Like | Resembles | Compared) or asked == NEVER:
        return asked  # a missing tag fails these by itself
    return all_of([none_of(Missing(column)), asked])


def _of_value(tag: Condition, key: str, column: str) -> Condition:
    match tag:
        case OneOf("key", values):
            return ALWAYS if key in values else NEVER
        case OneOf() | Like() | Resembles() | Compared() | Missing():
            return replace(tag, column=column)
        case Not(inner):
            return none_of(_of_value(inner, key, column))
        case Every(parts):
            return all_of(_of_value(part, key, column) for part in parts)
        case Either(parts):
            return any_of(_of_value(part, key, column) for part in parts)
        case HasTag():
            raise AssertionError("a tag has no tags")
        case _:
            assert_never(tag)
