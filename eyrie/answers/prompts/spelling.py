"""Cuts a prompt, or a name, into words that can be compared: without case, quotes and punctuation."""

import re
from dataclasses import dataclass

_PIECE = re.compile(r'tag:"[^"]*"|"[^"]*"|[^\s,]+')
_AROUND = re.compile(r"^\W+|\W+$")
_AROUND_A_KEY = ".,;:?!()'\""
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """One word of a prompt. A phrase in quotes is one, and can only be a name."""

    written: str
    plain: str
    is_quoted: bool = False


def words(text: str) -> list[Word]:
    """The words of a prompt; what is nothing but punctuation is none.

    >>> [word.plain for word in words('Top 5 "Amazon S3" & tag:Team, last month?')]
    ['top', '5', 'Amazon S3', 'tag:Team', 'last', 'month']
    """
    found = []
    for piece in _PIECE.findall(text):
        if piece.startswith('"') and len(piece) > 1:
            inner = piece.strip('"').strip()
            found += [Word(inner, inner, is_quoted=True)] if inner else []
        elif plain := _plain(piece):
            found.append(Word(_AROUND.sub("", piece), plain))
    return found


def phrase(name: str) -> Phrase:
    """A name as the words that a prompt would say it in.

    >>> phrase("Amazon S3 (Standard)")
    ('amazon', 's3', 'standard')
    """
    return tuple(plain for piece in re.split(r"[\s,]+", name.casefold()) if (plain := _plain(piece)))


def _plain(piece: str) -> str:
    """A tag's key keeps its case; all else has none."""
    if piece[:4].casefold() == "tag:":
        key = piece[4:].strip(_AROUND_A_KEY)
        return f"tag:{key}" if key else ""
    return _AROUND.sub("", piece).casefold().removesuffix("'s")
