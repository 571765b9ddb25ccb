"""Tag sets: the tags of a row as one number, the same number wherever the same tags occur.

The id is 64 bits of a hash of the canonical text of the pairs, so writers need no common counter and readers
simply unite the sets of all parts. 0 means untagged. Two contents could get one id, once in billions of sets;
inside a part the second one is hashed again with another salt, and publishing compares parts with `clashing`
and writes the new part anew with a salt. Equal tags under two ids do no harm: readers go by key and value.

Each part has a side file with a row for each pair of each set, sorted by key, because questions name keys.
Its `check` is another 64 bits that tell contents apart, by which clashes are seen.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eyrie.costs.ledger.columns import UNTAGGED
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import ALWAYS, By, Field, File, Files, OneOf, Rows, Totals
from eyrie.engine.port import Engine

TAG_SET_COLUMNS = (
    Column("id", Kind.LONG),
    Column("check", Kind.LONG),
    Column("key", Kind.TEXT),
    Column("value", Kind.TEXT),
)
TAG_SETS_SORTED_BY = ("key", "value", "id")

FEW_IDS = 5_000
_ID = ("id", Field("id"))
_CONTENT = (_ID, ("check", Field("check")))

Pairs = tuple[tuple[str, str], ...]


def canonical(tags: Mapping[str, str]) -> Pairs:
    """Sort the pairs by key; equal tags look the same however they were written."""
    return tuple(sorted(tags.items()))


def tag_set_id(pairs: Pairs, salt: int = 0) -> tuple[int, int]:
    """Give the id of canonical pairs and the check bits that tell contents apart.

    >>> tag_set_id(()), tag_set_id((("team", "core"),))[0] == tag_set_id((("team", "core"),))[0]
    ((0, 0), True)
    """
    if not pairs:
        return UNTAGGED, 0
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.blake2b(text, digest_size=8, salt=salt.to_bytes(8, "big")).digest()
    # The check must not depend on the salt, or every salted set would look like a clash.
    check = hashlib.blake2b(text, digest_size=8, person=b"check").digest()
    found = int.from_bytes(digest, "big", signed=True)
    return found or 1, int.from_bytes(check, "big", signed=True)


class TagSets:
    """The tag sets of one part while it is written."""

    def __init__(self, salt: int = 0) -> None:
        self._salt = salt
        self._ids: dict[Pairs, int] = {(): UNTAGGED}
        self._contents: dict[int, Pairs] = {UNTAGGED: ()}

    def id_of(self, tags: Mapping[str, str]) -> int:
        """Give the id of a row's tags and remember the set."""
        if not tags:
            return UNTAGGED
        pairs = canonical(tags)
        known = self._ids.get(pairs)
        if known is not None:
            return known
        salt = self._salt
        found, _ = tag_set_id(pairs, salt)
        while found in self._contents:
            salt += 1
            found, _ = tag_set_id(pairs, salt)
        self._ids[pairs], self._contents[found] = found, pairs
        return found

    def rows(self) -> Iterator[tuple[int, int, str, str]]:
        """Give the rows of the side file."""
        for found, pairs in self._contents.items():
            _, check = tag_set_id(pairs)
            for key, value in pairs:
                yield found, check, key, value


def clashing(engine: Engine, new: Sequence[Path], live: Sequence[Path]) -> tuple[int, ...]:
    """Give the ids in the new side files that stand for more than one content, in these or in live ones.

    Of the live files only the rows with ids of the new ones are looked at, if those are few: an upload of a
    hundred tag sets need not wait until the millions of a large home have been compared with each other.
    """
    if not new:
        return ()
    contents = engine.hold(Totals(_side(new), _CONTENT))
    ids = engine.run(Totals(contents.source, (_ID,))).column("id")
    few = OneOf("id", tuple(ids)) if len(ids) <= FEW_IDS else ALWAYS
    if live:
        contents = engine.hold(Totals(_side([*new, *live]), _CONTENT, where=few))
    most_first = (By("contents", descending=True), By("id"))
    counted = Totals(contents.source, (_ID,), (("contents", Rows()),), order=most_first)
    known = set(ids)
    return tuple(number for number, count in engine.run(counted).rows if count > 1 and number in known)


def _side(files: Sequence[Path]) -> Files:
    return Files(tuple(File(str(file)) for file in files))
