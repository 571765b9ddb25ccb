"""Fragments of SQL that carry their bound values, so that no value is ever pasted into text.

>>> sql("{} >= {}", name("accrued_on"), value(7))
Sql(text='"accrued_on" >= ?', values=(7,))
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sql:
    """Text with `?` marks and the values that belong to them, in order."""

    text: str
    values: tuple[object, ...] = ()


def sql(template: str, *pieces: Sql) -> Sql:
    """Put fragments into the `{}` of a template that is written in our own source."""
    return Sql(
        template.format(*(piece.text for piece in pieces)), tuple(v for piece in pieces for v in piece.values)
    )


def value(bound: object) -> Sql:
    """A value of the caller's, always bound."""
    return Sql("?", (bound,))


def name(identifier: str) -> Sql:
    """A column or table name, quoted."""
    return Sql('"' + identifier.replace('"', '""') + '"')


def joined(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Put fragments side by side."""
    listed = list(pieces)
    return Sql(
        separator.join(piece.text for piece in listed), tuple(v for piece in listed for v in piece.values)
    )
