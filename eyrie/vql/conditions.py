"""Joins an engine's conditions and leaves out what changes nothing.

>>> all_of([ALWAYS, OneOf("region", ())]) == NEVER, any_of([NEVER, OneOf("region", ("eu",))])
(True, OneOf(column='region', values=('eu',), ignoring_case=False))
"""

from collections.abc import Iterable

from eyrie.engine.plan import ALWAYS, NEVER, Condition, Either, Every, HasTag, Not, OneOf


def all_of(conditions: Iterable[Condition]) -> Condition:
    """All hold."""
    parts: list[Condition] = []
    for condition in map(_plain, conditions):
        parts.extend(condition.parts if isinstance(condition, Every) else (condition,))
    if NEVER in parts:
        return NEVER
    # That none of several holds is asked at once.
    refused = [part.inner for part in parts if isinstance(part, Not)]
    if len(refused) > 1:
        parts = [part for part in parts if not isinstance(part, Not)]
        parts.extend(Not(part) for part in _gathered(refused))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one holds."""
    parts: list[Condition] = []
    for condition in map(_plain, conditions):
        parts.extend(condition.parts if isinstance(condition, Either) else (condition,))
    if ALWAYS in parts:
        return ALWAYS
    gathered = _gathered(parts)
    return gathered[0] if len(gathered) == 1 else Either(tuple(gathered))


def none_of(condition: Condition) -> Condition:
    """It does not hold."""
    plain = _plain(condition)
    if isinstance(plain, Not):
        return plain.inner
    if plain in (ALWAYS, NEVER):
        return NEVER if plain == ALWAYS else ALWAYS
    return Not(plain)


def _gathered(alternatives: Iterable[Condition]) -> list[Condition]:
    """Ask a column once for a list of values, wherever alternatives ask it for one.

    Engines plan a list of a thousand values at once, and a thousand conditions for seconds.
    """
    found: dict[object, Condition] = {}
    for condition in alternatives:
        if isinstance(condition, OneOf):
            asked = (condition.column, condition.ignoring_case)
            before = found.get(asked)
            values = (*before.values, *condition.values) if isinstance(before, OneOf) else condition.values
            found[asked] = OneOf(condition.column, tuple(dict.fromkeys(values)), condition.ignoring_case)
        else:
            found[condition] = condition
    return list(found.values())


def some_tag(test: Condition) -> Condition:
    """The row has a tag that passes; if no tag can, no row does."""
    return NEVER if test == NEVER else HasTag(test)


def tags_asked(condition: Condition) -> int:
    """Count the look-ups of tags."""
    match condition:
        case Every(parts) | Either(parts):
            return sum(tags_asked(part) for part in parts)
        case Not(inner):
            return tags_asked(inner)
        case HasTag():
            return 1
        case _:
            return 0


def _plain(condition: Condition) -> Condition:
    """One of no values is never."""
    return NEVER if isinstance(condition, OneOf) and not condition.values else condition
