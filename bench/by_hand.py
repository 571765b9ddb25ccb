"""The same work by hand: plain DuckDB with the same memory and threads, over the raw files of the same home."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bench.made_up_columns import COLUMNS
from eyrie.basics.period import Period
from eyrie.costs.ledger.parts import Snapshot, pruned
from eyrie.start.machine import ENGINE_PERCENT, MB, machine_threads

MEMORY_BYTES = 2_000 * MB
# What a process of ours is told, so that its engine has as much.
OUR_MEMORY = f"{-(-MEMORY_BYTES * 100 // ENGINE_PERCENT // MB)}MB"


@contextmanager
def connected(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may use as much as ours, and remembers files as ours does."""
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{MEMORY_BYTES}B",
        "threads": machine_threads(),
        "temp_directory": str(spill),
    }
    with duckdb.connect(config=limits) as connection:
        for setting in (
            "enable_progress_bar = false",
            "parquet_metadata_cache = true",
            "validate_external_file_cache = 'NO_VALIDATION'",
        ):
            connection.execute(f"SET {setting}")
        yield connection


def over(text: str, snapshot: Snapshot, period: Period) -> str:
    """Fill in the files that have rows of a period, and their tag sets."""
    parts = pruned(snapshot, period)
    rows = [str(snapshot.folder / part.file) for part in parts]
    tags = [str(snapshot.folder / part.tag_sets) for part in parts if part.tag_sets]
    return text.replace("{rows}", f"read_parquet({rows}, union_by_name = true)").replace(
        "{tags}", f"read_parquet({tags})"
    )


def raw_import(csv: Path, parquet: Path) -> str:
    """The statement that an import is held against: typed, tags as a map, sorted, packed."""
    types = {column.name: "VARCHAR" if column.type == "JSON" else column.type for column in COLUMNS}
    return (
        'COPY (SELECT * REPLACE ("Tags"::JSON::MAP(VARCHAR, VARCHAR) AS "Tags") '
        f"FROM read_csv('{csv}', header = true, columns = {types}) "
        'ORDER BY "ChargePeriodStart", "SubAccountId", "ServiceName") '
        f"TO '{parquet}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
    )


def main(arguments: Sequence[str]) -> None:
    """Import by hand, in a process of its own: `python -m bench.by_hand CSV PARQUET SPILL`."""
    csv, parquet, spill = map(Path, arguments)
    with connected(spill) as connection:
        connection.execute(raw_import(csv, parquet))


if __name__ == "__main__":
    main(sys.argv[1:])
