"""Fragments of SQL that carry their bound values, so that no value is ever pasted into text.

>>> sql("{} >= {}", name("accrued_on"), value(7))
Sql(text='"accrued_on" >= ?', values=(7,))
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest


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


def in_words(fragment: Sql) -> str:
    """Write a fragment with its values in place, for people to read; of a list of files, the first one.

    >>> in_words(sql("{} = {}", name("service"), value("it's")))
    '"service" = \'it\'\'s\''
    """
    pieces = zip_longest(fragment.text.split("?"), map(_literal, fragment.values), fillvalue="")
    return "".join(piece + literal for piece, literal in pieces)


def _literal(bound: object) -> str:
    match bound:
        case [first, *rest]:
            return f"[{_literal(first)}{f', and {len(rest)} more' if rest else ''}]"
        case str() | dt.date():
            return "'" + str(bound).replace("'", "''") + "'"
        case _:
            return str(bound)
