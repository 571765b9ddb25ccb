"""Ids of tag sets mean one thing: writers compare, and compare again when one came in between.

A side file here holds `id=pairs` lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from eyrie.archive.change import Change
from eyrie.archive.publish import publish
from eyrie.archive.tag_sets import publish_checked
from eyrie.basics.errors import LedgerBroken, LedgerMoved, TagSetsClash
from tests.archive.books import ACCOUNT, Books, day


@dataclass
class Comparing:
    """Compares side files and remembers which live ones it was given; the port that an engine fills."""

    asked: list[list[str]] = field(default_factory=list)

    def __call__(self, new: Sequence[Path], live: Sequence[Path]) -> list[int]:
        self.asked.append([path.name for path in live])
        pairs = {line for path in (*new, *live) for line in path.read_text().split()}
        ids = [line.partition("=")[0] for line in pairs]
        return sorted({int(number) for number in ids if ids.count(number) > 1})


def change_with(books: Books, name: str, *tag_sets: str) -> Change:
    (books.folder / f"{name}.tags").write_text("\n".join(tag_sets))
    return Change(account=ACCOUNT, what=name, add=(books.part("1.00", name=name, tag_sets=f"{name}.tags"),))


def publish_it(books: Books, change: Change, comparing: Comparing) -> int:
    return publish_checked(
        books.database, books.folder, change, comparing, lambda s, c: publish(s, books.folder, c, day(2))
    )


def test_equal_ids_for_equal_sets_are_welcome(books: Books) -> None:
    comparing = Comparing()
    assert publish_it(books, change_with(books, "a", "1=team:x", "2=team:y"), comparing) == 1
    assert publish_it(books, change_with(books, "b", "2=team:y", "3=env:prod"), comparing) == 2
    assert comparing.asked == [[], ["a.tags"]]


def test_an_id_with_two_meanings_is_refused(books: Books) -> None:
    publish_it(books, change_with(books, "a", "1=team:x"), Comparing())
    with pytest.raises(TagSetsClash, match=r"1 tag set ids have two meanings \(1\)"):
        publish_it(books, change_with(books, "b", "1=team:y"), Comparing())
    assert len(books.seen(day(3)).parts) == 1


def test_who_came_in_between_is_compared_too(books: Books) -> None:
    """Another writer publishes while ours compares: only its part is compared in the second round."""
    publish_it(books, change_with(books, "a", "1=team:x"), Comparing())
    ours, comparing = change_with(books, "ours", "7=team:z"), Comparing()
    calls = 0

    def commit(session: Session, change: Change) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            session.rollback()  # give the lock to the other writer
            publish_it(books, change_with(books, "theirs", "8=team:w"), Comparing())
        return publish(session, books.folder, change, day(2))

    assert publish_checked(books.database, books.folder, ours, comparing, commit) == 3
    assert comparing.asked == [["a.tags"], ["theirs.tags"]]


def test_a_stale_change_is_not_tried_for_ever(books: Books) -> None:
    publish_it(books, change_with(books, "a", "1=team:x"), Comparing())
    comparing = Comparing()
    with pytest.raises(LedgerMoved, match="live already"):
        publish_it(books, change_with(books, "a", "1=team:x"), comparing)
    assert len(comparing.asked) == 1
    plain = Change(account=ACCOUNT, what="again", retire=("prt_none",))
    with pytest.raises(LedgerMoved, match="no longer live"):
        publish_it(books, plain, comparing)


def test_unchecked_tag_sets_are_refused(books: Books) -> None:
    with books.database.writing() as session, pytest.raises(LedgerBroken, match="without comparing"):
        publish(session, books.folder, change_with(books, "a", "1=team:x"), day(2))
