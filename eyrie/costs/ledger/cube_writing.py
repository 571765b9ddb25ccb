"""Writes the cubes of a part that was just written, those that are worth their place.

A cube is worth it only if it is much smaller than what it stands for. Coarse cubes are made from finer ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from eyrie.basics.errors import Fault
from eyrie.basics.token import new_token
from eyrie.costs.ledger.columns import PART_COLUMNS, TAG_SET
from eyrie.costs.ledger.cube_tags import Keys, busiest_day
from eyrie.costs.ledger.cubes import EACH, MEASURES, ROWS, SHAPES, Shape, kept, tag_shape
from eyrie.costs.ledger.files import Place, draft_of, write_file
from eyrie.costs.ledger.parts import Part, PartKind
from eyrie.costs.ledger.tag_sets import TAG_SET_COLUMNS, TAG_SETS_SORTED_BY
from eyrie.costs.ledger.writing import read_facts
from eyrie.engine.columns import Column, Kind
from eyrie.engine.plan import (
    Condition,
    FewTags,
    Field,
    File,
    Files,
    Magnitude,
    Measure,
    Rows,
    Sum,
    TagsLeft,
    Totals,
)
from eyrie.engine.port import Engine, Writing

SURELY = 1.5  # a guess that is so much too large is believed
NARROW_HOLDS = Decimal(99_999_999)

_COLUMNS = {column.name: column for column in PART_COLUMNS} | {ROWS: Column(ROWS, Kind.LONG)}


@dataclass(frozen=True)
class Worth:
    """When cubes are worth their place."""

    fewest_rows: int = 100_000  # of a part that gets cubes: smaller ones are read as quickly as their cubes
    rows_to_one: int = 3  # how many rows stand behind one of a cube, at least, on average
    bytes_to_one: int = 4  # how many bytes of the part there are to one of a cube, at least


WORTH = Worth()


def write_cubes(
    engine: Engine,
    folder: Path,
    part: Part,
    tag_keys: Sequence[Keys],
    *,
    salt: int = 0,
    worth: Worth = WORTH,
) -> tuple[Part, ...]:
    """Write the cubes of a part; none for a small one.

    A part of 1,000,000 rows of ten services over 31 days gets, among others, a cube of services with 310 rows
    or a little more: rows of another currency, class or unit stay apart.
    """
    if part.rows < worth.fewest_rows:
        return ()
    files = Files((File(str(folder / part.file)),), (str(folder / part.tag_sets),) if part.tag_sets else ())
    making = _Making(
        engine, folder, part, files, _narrow(engine, files), busiest_day(engine, files), salt, worth
    )
    made: dict[str, Part] = {}
    for shape in SHAPES:
        cube = making.shaped(made.get(shape.made_from or "", part), shape)
        if cube is not None:
            made[shape.name] = cube
    tagged = (making.tagged(keys) for keys in tag_keys) if part.tag_sets else ()
    return (*made.values(), *(cube for cube in tagged if cube is not None))


def _narrow(engine: Engine, files: Files) -> frozenset[str]:
    """Name the measures of which every sum over some rows fits the narrow type, since all together do."""
    narrow = engine.narrow(files)
    together = engine.run(Totals(files, measures=tuple((name, Magnitude(name)) for name in MEASURES)))
    return frozenset(
        name
        for name, size in zip(together.names, together.rows[0], strict=True)
        if name in narrow and (size or 0) <= NARROW_HOLDS
    )


@dataclass(frozen=True)
class _Making:
    """What the cubes of one part are made with."""

    engine: Engine
    folder: Path
    part: Part
    files: Files
    narrow: frozenset[str]
    day: Condition
    salt: int
    worth: Worth

    def shaped(self, source: Part, shape: Shape) -> Part | None:
        """Make a cube of plain columns, from the part or from a finer cube."""
        files = Files((File(str(self.folder / source.file)),))
        keys = kept((*EACH, *shape.columns))
        most_rows = source.rows // self.worth.rows_to_one
        if source is self.part and self._guess(keys) > most_rows * SURELY:
            return None
        plan = Totals(files, keys, _measures(Rows() if source is self.part else Sum(ROWS)))
        return self._written(plan, shape.name, most_rows, None)

    def _guess(self, keys: tuple[tuple[str, Field], ...]) -> int:
        """Guess from one day how many rows a cube would have: more than it will have, rather than fewer."""
        return len(self.engine.hold(Totals(self.files, keys, where=self.day))) * self.part.accrued.days

    def tagged(self, keys: Keys) -> Part | None:
        """Make a cube of a few tags."""
        few = FewTags(self.files, keys, self.salt)
        plan = Totals(few, kept((*EACH, TAG_SET)), _measures(Rows()))
        side = Totals(
            TagsLeft(few), keys=tuple((column.name, Field(column.name)) for column in TAG_SET_COLUMNS)
        )
        return self._written(plan, tag_shape(keys), self.part.rows // self.worth.rows_to_one, side)

    def _written(self, plan: Totals, shape: str, most_rows: int, side: Totals | None) -> Part | None:
        """Write a cube and look whether it is worth its place, and right."""
        part = self.part
        place = Place(self.folder, part.billing_month, new_token("cube"))
        file, side_file = place.file("parquet"), place.file("tags.parquet")
        final = self.folder / file
        columns = tuple(_COLUMNS[name] for name, _ in (*plan.keys, *plan.measures))
        writing = Writing(
            draft_of(final), columns, plan, sorted_by=("accrued_on",), narrow=self.narrow, most_rows=most_rows
        )
        if not write_file(self.engine, writing, final):
            return None
        size = final.stat().st_size
        if size * self.worth.bytes_to_one > part.bytes:
            final.unlink()
            return None
        facts = read_facts(self.engine, final)
        if facts is None or [(each.currency, each.billed, each.effective) for each in facts.sums] != [
            (each.currency, each.billed, each.effective) for each in part.sums
        ]:
            raise Fault(f"The cube {shape} of {part.token} does not add up to it")
        if side is not None:
            side_final = self.folder / side_file
            draft = draft_of(side_final)
            write_file(
                self.engine, Writing(draft, TAG_SET_COLUMNS, side, sorted_by=TAG_SETS_SORTED_BY), side_final
            )
        return replace(
            part,
            token=place.token,
            kind=PartKind.CUBE,
            rows=facts.rows,
            sums=facts.sums,
            file=file,
            tag_sets=None if side is None else side_file,
            bytes=size,
            shape=shape,
            cube_of=part.token,
        )


def _measures(rows: Measure) -> tuple[tuple[str, Measure], ...]:
    return (*((name, Sum(name)) for name in MEASURES), (ROWS, rows))
