"""Cuts a filter into tokens; what cannot be one becomes the last token, with the reason as its text.

Tokens are words, texts in single quotes (a quote inside is written twice), plain numbers and signs. The
reason waits in the list until the parser gets there, because an earlier mistake is to be told first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from eyrie.vql.tree import Span


class Sort(Enum):
    """The sorts of tokens."""

    WORD = auto()
    TEXT = auto()  # its text is what stands between the quotes
    NUMBER = auto()
    SIGN = auto()
    BAD = auto()
    END = auto()


@dataclass(frozen=True)
class Token:
    """A piece of a filter and where it stands."""

    sort: Sort
    text: str
    span: Span


_SPACE = re.compile(r"[ \t\r\n]*")
_PIECE = re.compile(
    r"(?P<WORD>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<NUMBER>-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))"
    r"|(?P<SIGN>->>|!~\*|~\*|!=|<>|<=|>=|[=<>(),.])"
)
# Neither UTF-8 nor every database can keep these.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_WRONG_QUOTES = "`´‘’‚‛“”„‟«»‹›"  # noqa: RUF001


def tokens(text: str) -> Iterator[Token]:
    """Cut a text into tokens, up to its end or to the first thing that cannot be one.

    >>> [token.text for token in tokens("a.b = 'it''s'")]
    ['a', '.', 'b', '=', "it's", '']
    """
    position, sort = 0, Sort.SIGN
    while sort not in (Sort.BAD, Sort.END):
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]  # it matches everywhere
        token = _token(text, position)
        yield token
        position, sort = token.span.end, token.sort


def _token(text: str, start: int) -> Token:
    if start == len(text):
        return Token(Sort.END, "", Span(start, start))
    if text[start] == "'":
        return _quoted(text, start)
    found = _PIECE.match(text, start)
    if found and found.lastgroup:
        return Token(Sort[found.lastgroup], found.group(), Span(start, found.end()))
    return _bad(_reason(text[start]), Span(start, start + 1))


def _quoted(text: str, start: int) -> Token:
    position = start + 1
    while (end := text.find("'", position)) >= 0:
        if text[end + 1 : end + 2] != "'":
            inside = text[start + 1 : end]
            if unkept := _UNKEPT.search(inside):
                place = start + 1 + unkept.start()
                return _bad("a text cannot hold this character", Span(place, place + 1))
            return Token(Sort.TEXT, inside.replace("''", "'"), Span(start, end + 1))
        position = end + 2
    return _bad("this text has no end; close it with a single quote", Span(start, len(text)))


def _reason(character: str) -> str:
    if character == '"':
        return "write texts in single quotes, not in double quotes"
    if character in _WRONG_QUOTES:
        return f"write texts in single quotes ('), not with {character}"
    return f"unexpected {character if character.isprintable() else repr(character)}"


def _bad(reason: str, span: Span) -> Token:
    return Token(Sort.BAD, reason, span)
