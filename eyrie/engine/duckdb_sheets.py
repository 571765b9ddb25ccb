"""Sheets by DuckDB: CSV and Parquet for people, out of files of ours.

The header of CSV is a row before the first: titles that differ in their case only are two columns to a
file, but one to the engine. In Parquet the second of them gets a number.
"""

from typing import assert_never

import duckdb

from eyrie.engine.port import Sheet, SheetFormat
from eyrie.engine.sql import Sql, joined, name, sql, value


def write(connection: duckdb.DuckDBPyConnection, sheet: Sheet) -> None:
    """Write a sheet. The engine keeps the order of what it reads, so nothing is sorted."""
    cells = [sql("CAST({} AS VARCHAR)", name(column)) for column in sheet.columns]
    match sheet.format:
        case SheetFormat.CSV:
            header = sql("SELECT {}", joined(", ", map(value, sheet.titles)))
            rows = sql("{} UNION ALL {}", header, _rows(sheet, cells)) if sheet.rows else header
            options = "FORMAT csv, HEADER false, QUOTE '\"', ESCAPE '\"'"
        case SheetFormat.PARQUET:
            titled = zip(cells, sheet.titles, strict=True)
            rows = _rows(sheet, [sql("{} AS {}", cell, name(title)) for cell, title in titled])
            options = "FORMAT parquet, COMPRESSION zstd"
        case _:
            assert_never(sheet.format)
    text = sql("COPY ({}) TO {} ({})", rows, value(str(sheet.path)), Sql(options))
    connection.execute(text.text, list(text.values))


def _rows(sheet: Sheet, cells: list[Sql]) -> Sql:
    """The rows of the window; of no file, none."""
    if sheet.rows is None:
        nothing = (sql("NULL::VARCHAR AS {}", name(column)) for column in dict.fromkeys(sheet.columns))
        return sql("SELECT {} FROM (SELECT {}) WHERE false", joined(", ", cells), joined(", ", nothing))
    number = name(sheet.numbered)
    window = sql("{} >= {}", number, value(sheet.start))
    if sheet.stop is not None:
        window = sql("{} AND {} < {}", window, number, value(sheet.stop))
    return sql(
        "SELECT {} FROM read_parquet({}) WHERE {}", joined(", ", cells), value(str(sheet.rows)), window
    )
