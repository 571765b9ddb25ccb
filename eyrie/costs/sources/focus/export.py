"""Line items back to FOCUS: every column of version 1.2, those of later versions that are used, and the rest.

A cell that stands in `extra` under a column's name is what the file said, so it comes first; an empty one
there was blank. Columns that are not FOCUS's come out under their own names. Numbers are written as they were
kept, without the zeros that the type adds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eyrie.costs.ledger.columns import PART_COLUMNS, TAG_SET
from eyrie.costs.ledger.compacting import Standing
from eyrie.costs.sources.focus.columns import COLUMNS, Holds
from eyrie.costs.sources.focus.filling import filled
from eyrie.costs.sources.focus.sheet import cell
from eyrie.engine.columns import Column, Kind
from eyrie.engine.duckdb_dialect import passes
from eyrie.engine.plan import ALWAYS, Condition, Files
from eyrie.engine.port import BulkEngine, Selected, Writing
from eyrie.engine.sql import Sql, joined, name, sql, value

VERSION = "1.2"
NUMBER = "number"  # of a row in the file that is written, from 0


@dataclass(frozen=True)
class Export:
    """Rows of the ledger with FOCUS's columns."""

    columns: tuple[str, ...]
    rows: Sql  # the cells as c0, c1, … and the place of each row: delivery, source_row, row


def export_of(
    engine: BulkEngine,
    folder: Path,
    standing: Sequence[Standing],
    where: Condition = ALWAYS,
    *,
    filling: bool = False,
) -> Export:
    """Look at what parts hold and select it: the rows of members that count, as far as they pass.

    With `filling`, cells that FOCUS wants filled and nobody filled say what follows from the others.
    """
    source = _source(folder, standing, where)
    extra = _extra_keys(engine, source)
    columns = [*_focus_columns(engine, source, extra), *(key for key in extra if key not in COLUMNS)]
    places = {key: place for place, key in enumerate(extra, 1)}
    found = sql(
        "SELECT *, json_extract_string(extra, {}) AS kept FROM {}",
        value([_pointer(key) for key in extra] or ["/"]),
        source,
    )
    said = {column: _cell(column, places) for column in columns}
    if filling:
        said = filled(said)
    cells = [sql("{} AS {}", said[column], cell(place)) for place, column in enumerate(columns)]
    rows = sql(
        "SELECT delivery, source_row, row, {} FROM ({}) LEFT JOIN ({}) ON {} = set_id",
        *(joined(", ", cells), found, _tag_texts(_tag_files(folder, standing)), name(TAG_SET)),
    )
    return Export(tuple(columns), rows)


def write_export(engine: BulkEngine, export: Export, path: Path, *, as_delivered: bool = True) -> int:
    """Write the cells to a file of ours and tell how many rows there are.

    Its columns are c0, c1, … as in the export, and the number of each row. The order is that in which rows
    were delivered, or else that in which the parts hold them: sorting rows as wide as these takes most of the
    time, and more room on disk than the rows themselves.
    """
    return engine.write(
        Writing(
            path,
            tuple(Column(f"c{place}", Kind.TEXT) for place in range(len(export.columns))),
            Selected(export.rows),
            sorted_by=("delivery", "source_row", "row") if as_delivered else (),
            numbered=NUMBER,
        )
    )


def _source(folder: Path, standing: Sequence[Standing], where: Condition) -> Sql:
    """The rows that count and pass, with the number of the delivery that brought them."""
    listed = [(str(folder / each.part.file), member) for each in standing for member in each.members]
    names = [
        (member.delivery.integration, member.delivery.dataset, member.delivery.source_name)
        for _, member in listed
    ]
    numbers = {delivery: number for number, delivery in enumerate(sorted(set(names)))}
    members = sql(
        "SELECT unnest({}::VARCHAR[]) AS path, unnest({}::SMALLINT[]) AS number, "
        "unnest({}::INTEGER[]) AS delivery",
        value([path for path, _ in listed]),
        value([member.number for _, member in listed]),
        value([numbers[delivery] for delivery in names]),
    )
    typed = joined(", ", (_typed(column.name, column.kind) for column in PART_COLUMNS))
    files = value(sorted({path for path, _ in listed}))
    return sql(
        "(SELECT delivery, row, {} FROM read_parquet({}, union_by_name = true, filename = true) "
        "JOIN ({}) ON filename = path AND member = number WHERE {})",
        *(typed, files, members, passes(where, Files((), _tag_files(folder, standing)))),
    )


def _tag_files(folder: Path, standing: Sequence[Standing]) -> tuple[str, ...]:
    return tuple(sorted({str(folder / each.part.tag_sets) for each in standing if each.part.tag_sets}))


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


def _tag_texts(files: Sequence[str]) -> Sql:
    if not files:
        return Sql("SELECT CAST(NULL AS BIGINT) AS set_id, CAST(NULL AS VARCHAR) AS tags WHERE false")
    pairs = sql(
        "SELECT DISTINCT id, key, value FROM read_parquet({}, union_by_name = true)", value(list(files))
    )
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
