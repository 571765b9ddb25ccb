"""A draft to parts: cut by billing month, and by rows where a month is long; each is sorted and written.

Cuts follow the order of the file, so that the draft is read where a cut lies and nowhere else.
"""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from eyrie.costs.ledger.cube_tags import cube_keys
from eyrie.costs.ledger.cube_writing import WORTH, write_cubes
from eyrie.costs.ledger.parts import Delivery, Part
from eyrie.costs.ledger.writing import write_part_selected
from eyrie.costs.sources.focus.line_items import Slice, line_items, narrow_fields
from eyrie.costs.sources.focus.read import ROW, Draft, narrow_columns
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.tags import SETS
from eyrie.engine.port import BulkEngine, Selected
from eyrie.engine.sql import Sql, sql, value

_STEP_ROWS = 100_000
_AT_ONCE = 2


def cut(engine: BulkEngine, draft: Draft, limits: ImportLimits) -> list[Slice]:
    """Cut a draft into slices for parts."""
    counted = sql(
        "SELECT month, min({}), max({}), count(*) FROM {} "
        "GROUP BY month, file_row_number // {} ORDER BY 1, 2",
        *(ROW, ROW, draft.file, Sql(str(min(_STEP_ROWS, limits.rows_in_a_part)))),
    )
    slices: list[Slice] = []
    rows = 0
    for month, first, last, count in engine.carry_out(counted):
        if slices and slices[-1].month == month and rows + count <= limits.rows_in_a_part:
            slices[-1] = Slice(draft, month, slices[-1].first_row, last)
            rows += count
        else:
            slices.append(Slice(draft, month, first, last))
            rows = count
    return slices


def write_parts(engine: BulkEngine, folder: Path, slices: list[Slice], delivery: Delivery) -> Iterator[Part]:
    """Write the parts in order, two at a time: a small one alone keeps only one thread of the engine busy."""

    def write(slice_: Slice) -> Part:
        narrow = narrow_columns(engine, slice_.draft, slice_.condition)
        part = write_part_selected(
            engine,
            folder,
            Selected(line_items(slice_, delivery.integration, narrow)),
            partial(_tag_sets, slice_.draft),
            delivery,
            slice_.month,
            narrow=narrow_fields(slice_.draft, narrow),
        )
        assert part is not None, "a slice has rows"
        return part

    with ThreadPoolExecutor(_AT_ONCE) as writers:
        yield from writers.map(write, slices)


def write_their_cubes(
    engine: BulkEngine, folder: Path, parts: Sequence[Part], preferred: Collection[str], salt: int
) -> Iterator[Part]:
    """Write the cubes of these parts; those of tags know the same keys everywhere, so that all can answer."""
    largest = max(parts, key=lambda part: part.rows)
    keys = cube_keys(engine, folder, largest, preferred) if largest.rows >= WORTH.fewest_rows else ()

    def write(part: Part) -> tuple[Part, ...]:
        return write_cubes(engine, folder, part, keys, salt=salt)

    with ThreadPoolExecutor(_AT_ONCE) as writers:
        for cubes in writers.map(write, parts):
            yield from cubes


def _tag_sets(draft: Draft, part: Path) -> Selected:
    """Select the pairs of the tag sets that the rows of a part use, by their ids, which are short."""
    used = sql("SELECT tag_set_id FROM read_parquet({})", value(str(part))) if draft.has("Tags") else Sql("0")
    return Selected(sql('SELECT DISTINCT id, "check", key, value FROM {} WHERE id IN ({})', SETS, used))
