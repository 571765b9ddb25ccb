"""Reads tags as columns: where a question tests few tags many times, they are looked up once for all tests.

"The row has a tag `team` that is one of these" becomes a test of a column that holds the row's `team`, which
is missing for rows without one. Tests that may be about any tag stay as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
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
    Files,
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
    Source,
    WithTags,
)
from eyrie.engine.reach import of_condition
from eyrie.vql.conditions import all_of, any_of, none_of

Keys = tuple[tuple[str, Key], ...]


def with_tag_columns(files: Files, keys: Keys, where: Condition) -> tuple[Source, Keys, Condition]:
    """Give files, keys and condition with the tags that are tested by name in columns."""
    tests = [*_tag_tests(where), *(test for _, key in keys for test in _tests_of_key(key))]
    asked = sorted({key for test in tests if _is_by_name(test.tag) for key in _keys_named(test)})
    if not asked:
        return files, keys, where
    columns = {key: f"tag of {number}" for number, key in enumerate(asked)}
    seen = tuple((name, _key(key, columns)) for name, key in keys)
    return (
        WithTags(files, tuple((column, key) for key, column in columns.items())),
        seen,
        _seen(where, columns),
    )


def _key(key: Key, columns: Mapping[str, str]) -> Key:
    match key:
        case Always() | DateBin():
            return key
        case Field(column, when):
            return Field(column, _seen(when, columns))
        case HourBin(moment, day, hourly):
            return HourBin(moment, day, _seen(hourly, columns))
        case Holds(condition):
            return Holds(_seen(condition, columns))
        case FirstOf(conditions):
            return FirstOf(tuple(_seen(condition, columns) for condition in conditions))
        case Named(choices):
            return Named(tuple((_seen(condition, columns), text) for condition, text in choices))
        case _:
            assert_never(key)


def _tests_of_key(key: Key) -> Iterable[HasTag]:
    match key:
        case Always() | DateBin():
            return ()
        case Field(_, condition) | HourBin(_, _, condition) | Holds(condition):
            return _tag_tests(condition)
        case FirstOf(conditions):
            return (test for condition in conditions for test in _tag_tests(condition))
        case Named(choices):
            return (test for condition, _ in choices for test in _tag_tests(condition))
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


def _keys_named(test: HasTag) -> frozenset[str]:
    return of_condition(test).tags or frozenset()


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


def _seen(condition: Condition, columns: Mapping[str, str]) -> Condition:
    match condition:
        case HasTag(tag):
            keys = _keys_named(condition)
            if not keys or not _is_by_name(tag):
                return condition
            return any_of(_on_column(tag, key, columns[key]) for key in sorted(keys))
        case Not(inner):
            return none_of(_seen(inner, columns))
        case Every(parts):
            return all_of(_seen(part, columns) for part in parts)
        case Either(parts):
            return any_of(_seen(part, columns) for part in parts)
        case _:
            return condition


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
