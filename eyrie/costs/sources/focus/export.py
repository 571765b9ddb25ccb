"""Line items back to FOCUS: every column of version 1.2, those of later versions that are used, and the rest.

A cell that stands in `extra` under a column's name is what the file said, so it comes first; an empty one
there was blank. Columns that are not FOCUS's come out under their own names. Numbers are written as they were
kept, without the zeros that the type adds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.costs.ledger.columns import PART_COLUMNS, TAG_SET
from eyrie.costs.ledger.parts import Part
from eyrie.costs.sources.focus.columns import COLUMNS, Holds
from eyrie.costs.sources.focus.sheet import cell
from eyrie.engine.columns import Kind
from eyrie.engine.port import BulkEngine
from eyrie.engine.sql import Sql, joined, name, sql, value

VERSION = "1.2"
FORMATS = ("csv", "parquet")


@dataclass(frozen=True)
class Export:
    """Parts of the ledger as rows with FOCUS's columns."""

    columns: tuple[str, ...]
    rows: Sql  # the cells as c0, c1, … and the place of each row: delivery, source_row, row


def export_of(engine: BulkEngine, folder: Path, parts: Sequence[Part]) -> Export:
    """Look at what parts hold and select it."""
    source = _source(folder, parts)
    extra = _extra_keys(engine, source)
    columns = [*_focus_columns(engine, source, extra), *(key for key in extra if key not in COLUMNS)]
    places = {key: place for place, key in enumerate(extra, 1)}
    found = sql(
        "SELECT *, json_extract_string(extra, {}) AS kept FROM {}",
        value([_pointer(key) for key in extra] or ["/"]),
        source,
    )
    cells = [sql("{} AS {}", _cell(column, places), cell(place)) for place, column in enumerate(columns)]
    rows = sql(
        "SELECT delivery, source_row, row, {} FROM ({}) LEFT JOIN ({}) ON {} = set_id",
        *(joined(", ", cells), found, _tag_texts(folder, parts), name(TAG_SET)),
    )
    return Export(tuple(columns), rows)


def write_export(engine: BulkEngine, export: Export, file_format: str, path: Path) -> int:
    """Write an export to a file, in the order in which the rows were delivered, and tell how many they are.

    The header of CSV is a row before the first: names that differ in their case only are two columns to a
    file, but one to the engine. In Parquet the second of them gets a number.
    """
    cells = [cell(place) for place in range(len(export.columns))]
    if file_format == "csv":
        header = joined(", ", (value(column) for column in export.columns))
        rows = sql("(SELECT -1, 0, 0, {} UNION ALL {})", header, export.rows)
        names, options = joined(", ", cells), "FORMAT csv, HEADER false, QUOTE '\"', ESCAPE '\"'"
        places = joined(", ", [Sql("delivery"), Sql("source_row"), Sql("row"), *cells])
        rows = sql("{} AS rows({})", rows, places)
    else:
        titled = zip(cells, export.columns, strict=True)
        names = joined(", ", (sql("{} AS {}", each, name(column)) for each, column in titled))
        rows, options = sql("({}) AS rows", export.rows), "FORMAT parquet, COMPRESSION zstd"
    # The order is that of our own columns, whatever the columns of a file are called.
    ordered = sql(
        "SELECT {} FROM {} ORDER BY rows.delivery, rows.source_row NULLS FIRST, rows.row", names, rows
    )
    written: int = engine.carry_out(sql("COPY ({}) TO {} ({})", ordered, value(str(path)), Sql(options)))[0][
        0
    ]
    return written - (file_format == "csv")


def _source(folder: Path, parts: Sequence[Part]) -> Sql:
    """The rows of all parts, with the number of the delivery that brought them."""
    order = sorted(
        {(part.delivery.integration, part.delivery.dataset, part.delivery.source_name) for part in parts}
    )
    numbers = {delivery: number for number, delivery in enumerate(order)}
    files: dict[int, list[str]] = {}
    for part in parts:
        place = numbers[part.delivery.integration, part.delivery.dataset, part.delivery.source_name]
        files.setdefault(place, []).append(str(folder / part.file))
    typed = joined(", ", (_typed(column.name, column.kind) for column in PART_COLUMNS))
    readings = [
        sql(
            "SELECT {} AS delivery, row, {} FROM read_parquet({}, union_by_name = true)",
            *(value(place), typed, value(sorted(listed))),
        )
        for place, listed in sorted(files.items())
    ]
    return sql("({})", joined(" UNION ALL ", readings))


def _typed(column: str, kind: Kind) -> Sql:
    return (
        sql("CAST({} AS DECIMAL(38,18)) AS {}", name(column), name(column))
        if kind is Kind.AMOUNT
        else name(column)
    )


def _extra_keys(engine: BulkEngine, source: Sql) -> list[str]:
    """Name what stands in `extra` anywhere, in order."""
    texts = sql("SELECT DISTINCT extra FROM {} WHERE extra IS NOT NULL", source)
    keys = sql("SELECT DISTINCT unnest(json_keys(extra)) AS key FROM ({}) ORDER BY 1", texts)
    return [key for (key,) in engine.carry_out(keys)]


def _focus_columns(engine: BulkEngine, source: Sql, extra: Iterable[str]) -> list[str]:
    """The columns of the version that is written, and of later ones those that have a cell.

    A column that FOCUS does not ask for, but wants filled if it is there, is left out where nothing fills it.
    """
    optional = [
        column
        for column in COLUMNS.values()
        if not column.is_in(VERSION) or (column.level != "M" and not column.may_be_blank)
    ]
    counts = joined(", ", (sql("count({})", _own(column.name)) for column in optional))
    found = engine.carry_out(sql("SELECT {} FROM {}", counts, source))[0]
    unused = {column.name for column, count in zip(optional, found, strict=True) if not count} - set(extra)
    return [name for name in COLUMNS if name not in unused]


def _tag_texts(folder: Path, parts: Sequence[Part]) -> Sql:
    files = sorted({str(folder / part.tag_sets) for part in parts if part.tag_sets})
    if not files:
        return Sql("SELECT CAST(NULL AS BIGINT) AS set_id, CAST(NULL AS VARCHAR) AS tags WHERE false")
    pairs = sql("SELECT DISTINCT id, key, value FROM read_parquet({}, union_by_name = true)", value(files))
    return sql(
        "SELECT id AS set_id, '{{' || {} || '}}' AS tags FROM ({}) GROUP BY id",
        Sql("string_agg(to_json(key) || ':' || to_json(value), ',' ORDER BY key)"),
        pairs,
    )


def _cell(column: str, places: dict[str, int]) -> Sql:
    """The text of a cell: what the file said if it is kept, else what the line item has."""
    told = sql("kept[{}]", Sql(str(places[column]))) if column in places else None
    if column not in COLUMNS:
        assert told is not None, "a column is FOCUS's or one in extra"
        return told
    own = _own(column)
    if told is None:
        return own
    return sql("nullif(coalesce({}, {}), '')", told, own)


def _own(column: str) -> Sql:
    """What the line item has, as text."""
    focus = COLUMNS[column]
    if focus.field is None:
        return Sql("CAST(NULL AS VARCHAR)")
    if focus.name == "Tags":
        return Sql("tags")
    match focus.holds:
        case Holds.NUMBER:
            return sql("rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')", name(focus.field))
        case Holds.TIME:
            return sql("strftime({}, '%Y-%m-%dT%H:%M:%SZ')", name(focus.field))
    return name(focus.field)


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
