"""Chooses the tags that cubes know: the keys that people prefer, then those that most rows carry.

A cube knows as many keys as it can hold. How many rows it would have is found out on the busiest day of a
part, which takes a few milliseconds.
Keys with a value of its own for nearly every resource, such as a name, are of no use to a cube.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from eyrie.costs.ledger.columns import TAG_SET
from eyrie.costs.ledger.cubes import EACH, kept
from eyrie.costs.ledger.parts import Part
from eyrie.engine.plan import (
    By,
    Condition,
    EachTag,
    Field,
    File,
    Files,
    OneOf,
    Rows,
    Sum,
    Tagged,
    Totals,
)
from eyrie.engine.port import Engine

MOST_CUBES = 2
ROWS_FOR_A_CUBE = 250_000  # of a part, for each of its cubes of tags: reading all tag sets takes its time
MOST_TRIED = 8  # keys
MOST_VALUES = 300  # of a key
USED_BY = 20  # a key is tried if at least one in so many rows carries it
MOST_OF_ROWS = 10  # a cube of tags should have at most a tenth of the rows of the part

Keys = tuple[str, ...]


def cube_keys(engine: Engine, folder: Path, part: Part, preferred: Collection[str] = ()) -> tuple[Keys, ...]:
    """Choose the keys of the cubes of tags, for a part and others like it; each key is in one cube."""
    if part.tag_sets is None:
        return ()
    files = Files((File(str(folder / part.file)),), (str(folder / part.tag_sets),))
    return tuple(_chosen(engine, files, part, preferred))


def _chosen(engine: Engine, files: Files, part: Part, preferred: Collection[str]) -> Iterator[Keys]:
    day = busiest_day(engine, files)
    keys = _candidates(engine, files, day, preferred)
    of_day = Totals(files, kept((*EACH, TAG_SET)), where=day)
    tagged = Tagged(of_day, tuple((f"tag {key}", key) for key in keys), files.tag_files)
    sample = engine.hold(Totals(tagged, _fields((*EACH, *(f"tag {key}" for key in keys)))))
    for _ in range(min(MOST_CUBES, 1 + part.rows // ROWS_FOR_A_CUBE)):
        chosen: Keys = ()
        for key in keys:
            tried = (*chosen, key)
            groups = Totals(sample.source, _fields((*EACH, *(f"tag {each}" for each in tried))))
            if len(engine.hold(groups)) * part.accrued.days * MOST_OF_ROWS <= part.rows:
                chosen = tried
        if not chosen:
            return
        yield chosen
        keys = [key for key in keys if key not in chosen]


def busiest_day(engine: Engine, files: Files) -> Condition:
    """Give the condition for the day with most rows, from which the whole is guessed."""
    by_day = Totals(
        files,
        (("day", Field("accrued_on")),),
        (("rows", Rows()),),
        order=(By("rows", descending=True), By("day")),
        limit=1,
    )
    return OneOf("accrued_on", (engine.run(by_day).rows[0][0],))


def _candidates(engine: Engine, files: Files, day: Condition, preferred: Collection[str]) -> list[str]:
    """Give the keys with few values that are preferred or that many rows carry, best first."""
    sets = engine.hold(Totals(files, ((TAG_SET, Field(TAG_SET)),), (("rows", Rows()),), day))
    by_pair = Totals(
        EachTag(Totals(sets.source, _fields((TAG_SET, "rows"))), files.tag_files),
        _fields(("key", "value")),
        (("rows", Sum("rows")),),
    )
    pairs = engine.hold(by_pair)
    by_key = Totals(
        pairs.source,
        _fields(("key",)),
        (("values", Rows()), ("rows", Sum("rows"))),
        order=(By("rows", descending=True), By("key")),
    )
    rows = sum(engine.run(Totals(sets.source, measures=(("rows", Sum("rows")),))).column("rows"))
    able = [
        key
        for key, values, carried in engine.run(by_key).rows
        if values <= MOST_VALUES and (key in preferred or carried * USED_BY >= rows)
    ]
    return sorted(able, key=lambda key: key not in preferred)[:MOST_TRIED]


def _fields(columns: Sequence[str]) -> tuple[tuple[str, Field], ...]:
    return tuple((column, Field(column)) for column in columns)
