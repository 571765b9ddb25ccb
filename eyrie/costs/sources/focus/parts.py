"""A draft to parts: cut by billing month, and by rows where a month is long, each cut written and sorted apart.

Cuts follow the order of the file, so that the draft is read where a cut lies and nowhere else.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from eyrie.costs.ledger.parts import Delivery, Part
from eyrie.costs.ledger.writing import write_part_selected
from eyrie.costs.sources.focus.line_items import Slice, amounts, line_items
from eyrie.costs.sources.focus.read import ROW, Draft
from eyrie.costs.sources.focus.settings import ImportLimits
from eyrie.costs.sources.focus.tags import CELLS, SETS
from eyrie.engine.port import BulkEngine, Selected
from eyrie.engine.sql import joined, name, sql

_STEP_ROWS = 100_000
_FITS = "coalesce(bool_and({} IS NULL OR coalesce(CAST(try_cast({} AS DECIMAL(18,10)) AS DECIMAL(38,18)) = {}, false)), true)"


def cut(engine: BulkEngine, draft: Draft, limits: ImportLimits) -> list[Slice]:
    """Cut a draft into slices for parts."""
    counted = sql(
        "SELECT month, min({}), max({}), count(*) FROM {} GROUP BY month, file_row_number // {} ORDER BY 1, 2",
        *(ROW, ROW, draft.source, sql(str(min(_STEP_ROWS, limits.rows_in_a_part)))),
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


def write_parts(
    engine: BulkEngine, folder: Path, slices: list[Slice], delivery: Delivery
) -> Iterator[Part]:
    """Write the parts, one after another."""
    for slice_ in slices:
        assert isinstance(slice_.month, dt.date)
        part = write_part_selected(
            engine,
            folder,
            Selected(line_items(slice_, delivery.integration)),
            Selected(_tag_sets(slice_)),
            delivery,
            slice_.month,
            narrow=_narrow(engine, slice_),
        )
        assert part is not None, "a slice has rows"
        yield part


def _tag_sets(slice_: Slice):
    if not slice_.draft.has("Tags"):
        return sql('SELECT id, "check", key, value FROM {} WHERE false', SETS)
    used = sql(
        'SELECT c.id FROM {} AS c SEMI JOIN (SELECT "Tags" FROM {} WHERE {}) AS r ON r."Tags" = c.text',
        *(CELLS, slice_.draft.source, slice_.condition),
    )
    return sql('SELECT DISTINCT id, "check", key, value FROM {} WHERE id IN ({})', SETS, used)


def _narrow(engine: BulkEngine, slice_: Slice) -> frozenset[str]:
    """Name the amounts in which no value of the slice loses a digit in the narrow type."""
    found = amounts(slice_)
    fits = joined(", ", (sql(_FITS, *[column] * 3) for column in found.values()))
    answers = engine.carry_out(
        sql("SELECT {} FROM {} WHERE {}", fits, slice_.draft.source, slice_.condition)
    )[0]
    return frozenset(field for field, fitting in zip(found, answers, strict=True) if fitting)
