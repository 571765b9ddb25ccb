"""Joins an engine's conditions and leaves out what changes nothing.

>>> all_of([ALWAYS, OneOf("region", ())]) == NEVER, any_of([NEVER, OneOf("region", ("eu",))])
(True, OneOf(column='region', values=('eu',), ignoring_case=False))
"""

from collections.abc import Iterable

from eyrie.engine.plan import ALWAYS, NEVER, Condition, Either, Every, Not, OneOf


def all_of(conditions: Iterable[Condition]) -> Condition:
    """All hold."""
    parts: list[Condition] = []
    for condition in map(_plain, conditions):
        parts.extend(condition.parts if isinstance(condition, Every) else (condition,))
    if NEVER in parts:
        return NEVER
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one holds."""
    parts: list[Condition] = []
    for condition in map(_plain, conditions):
        parts.extend(condition.parts if isinstance(condition, Either) else (condition,))
    if ALWAYS in parts:
        return ALWAYS
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def none_of(condition: Condition) -> Condition:
    """It does not hold."""
    plain = _plain(condition)
    if isinstance(plain, Not):
        return plain.inner
    if plain in (ALWAYS, NEVER):
        return NEVER if plain == ALWAYS else ALWAYS
    return Not(plain)


def _plain(condition: Condition) -> Condition:
    """One of no values is never."""
    return NEVER if isinstance(condition, OneOf) and not condition.values else condition
