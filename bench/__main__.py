"""`make bench`: ours against the same work written by hand, on the same data in the same run.

    python -m bench --rows 2000000

Figures are medians of several runs, told as ratios; every answer is compared digit for digit, and the program
stops if one differs. What needs more rows than were made is not claimed.
"""

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from bench import made_up
from bench.results import RESULTS, machine, write_section
from eyrie.basics.period import Bin, Period
from eyrie.costs.ledger.parts import Delivery, Part, Snapshot
from eyrie.costs.ledger.writing import write_part_selected
from eyrie.costs.query.answer import answer
from eyrie.costs.query.ask import Ask, Dimension, TagKey
from eyrie.engine.duckdb import DuckDb
from eyrie.engine.plan import Like, OneOf
from eyrie.engine.port import Budget

MONTHS = 12
TODAY = dt.date(2026, 1, 15)
YEAR = Period(dt.date(2025, 1, 1), dt.date(2026, 1, 1))
MARCH = Period(dt.date(2025, 3, 1), dt.date(2025, 4, 1))
MEMORY_BYTES = 2_000_000_000
RUNS = 7


@dataclass(frozen=True)
class Shape:
    """A question, and the same by hand: the rows of both have a bin, groups and an amount."""

    name: str
    ask: Ask
    by_hand: str  # over {files} and {tags}, the whole of what the question means


ASK = Ask(period=YEAR, today=TODAY, groupings=(), bin=Bin.MONTH)
_ROWS = "read_parquet({files}) WHERE adjustment_class <> 'credit'"
_MARCH = "AND accrued_on >= DATE '2025-03-01' AND accrued_on < DATE '2025-04-01'"
_MONTH = "date_trunc('month', accrued_on)"
SHAPES = (
    Shape(
        "month total",
        replace(ASK, period=MARCH),
        f"SELECT {_MONTH}, sum(effective_cost) FROM {_ROWS} {_MARCH} GROUP BY 1",
    ),
    Shape(
        "daily by service, a year",
        replace(ASK, groupings=(Dimension.SERVICE,), bin=Bin.DAY),
        f"SELECT accrued_on, service, sum(effective_cost) FROM {_ROWS} GROUP BY 1, 2",
    ),
    Shape(
        "accounts by month",
        replace(ASK, groupings=(Dimension.ACCOUNT_ID,)),
        f"SELECT {_MONTH}, account_id, sum(effective_cost) FROM {_ROWS} GROUP BY 1, 2",
    ),
    Shape(
        "one tag by month",
        replace(ASK, groupings=(TagKey("team"),)),
        "SELECT bin, value, sum(amount) FROM (SELECT date_trunc('month', accrued_on) AS bin, tag_set_id, "
        f"sum(effective_cost) AS amount FROM {_ROWS} GROUP BY 1, 2) LEFT JOIN (SELECT DISTINCT id, value FROM "
        "read_parquet({tags}) WHERE key = 'team') ON id = tag_set_id GROUP BY 1, 2",
    ),
    Shape(
        "resources of one service, a month",
        replace(
            ASK, period=MARCH, groupings=(Dimension.RESOURCE_ID,), filter=OneOf("service", ("service 7",))
        ),
        f"SELECT {_MONTH}, resource_id, sum(effective_cost) FROM {_ROWS} {_MARCH} AND service = 'service 7' GROUP BY 1, 2",
    ),
    Shape(
        "resources like, by day, a year",
        replace(ASK, bin=Bin.DAY, filter=Like("resource_id", "%77%")),
        f"SELECT accrued_on, sum(effective_cost) FROM {_ROWS} AND resource_id LIKE '%77%' GROUP BY 1",
    ),
)


def median_of(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of several runs, after one that warms up."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def written(engine: DuckDb, folder: Path, rows: int) -> tuple[list[Part], float]:
    """Write a part for each month, with everything that belongs to it, and tell how long that took."""
    begun = time.perf_counter()
    parts = []
    for month in range(1, MONTHS + 1):
        delivery = Delivery("accss_crdntl_00000000000000aa", "bench", f"month {month}", "made up")
        made = made_up.rows(month, rows // MONTHS)
        day = dt.date(2025, month, 1)
        part = write_part_selected(engine, folder, made, made_up.tag_sets(), delivery, day)
        assert part is not None, "a month has rows"
        parts.append(part)
    return parts, time.perf_counter() - begun


def written_by_hand(folder: Path, rows: int) -> float:
    """The raw part of the same work: sorted Parquet of the same rows, no tag sets, no figures, no fsync."""
    connection = duckdb.connect(config={"memory_limit": f"{MEMORY_BYTES}B", "threads": 2})
    begun = time.perf_counter()
    for month in range(1, MONTHS + 1):
        made = made_up.rows(month, rows // MONTHS).statement
        connection.execute(
            f"COPY ({made.text} ORDER BY accrued_on, account_id, service) TO '{folder}/{month}.parquet' "
            "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)",
            list(made.values),
        )
    return time.perf_counter() - begun


def compared(engine: DuckDb, snapshot: Snapshot, shape: Shape) -> tuple[float, float]:
    """Both times of a question; the program stops if the answers differ."""
    connection = duckdb.connect(config={"memory_limit": f"{MEMORY_BYTES}B", "threads": 2})
    files = str([str(snapshot.folder / part.file) for part in snapshot.parts])
    tags = str([str(snapshot.folder / part.tag_sets) for part in snapshot.parts if part.tag_sets])
    text = shape.by_hand.replace("{files}", files).replace("{tags}", tags)
    by_hand = sorted(
        (str(row[0])[:10], *map(str, row[1:-1]), row[-1])
        for row in connection.execute(text).fetchall()
        if row[-1]
    )
    found = answer(engine, snapshot, shape.ask)
    ours = sorted(
        (str(row.accrued_at)[:10], *map(str, row.groups), row.amount) for row in found.page(0, len(found))
    )
    if [tuple(map(_same, row)) for row in ours] != [tuple(map(_same, row)) for row in by_hand]:
        sys.exit(f"{shape.name}: the answers differ")
    return (
        median_of(lambda: answer(engine, snapshot, shape.ask)),
        median_of(lambda: connection.execute(text).fetchall()),
    )


def _same(cell: object) -> object:
    return cell.normalize() if isinstance(cell, Decimal) else cell


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, compare, write down."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure Eyrie against work by hand."
    )
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows to make up")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the Markdown file to write to")
    asked = parser.parse_args(arguments)
    rows = asked.rows
    with tempfile.TemporaryDirectory(prefix="eyrie-bench-") as place:
        folder = Path(place)
        engine = DuckDb(Budget(MEMORY_BYTES, threads=2, spill_folder=folder / "spill"), [folder])
        by_hand = written_by_hand(folder, rows)
        parts, ours = written(engine, folder, rows)
        snapshot = Snapshot(1, folder, tuple(parts))
        lines = [
            f"{rows:,} rows of {MONTHS} months, {dt.datetime.now(dt.UTC):%Y-%m-%d}. Medians of {RUNS} runs.",
            "",
            "| Work | ours | by hand | ratio |",
            "| --- | ---: | ---: | ---: |",
            f"| write parts, all included | {ours:.2f} s | {by_hand:.2f} s | {ours / by_hand:.2f} |",
        ]
        for shape in SHAPES:
            mine, theirs = compared(engine, snapshot, shape)
            lines.append(
                f"| {shape.name} | {mine * 1000:.1f} ms | {theirs * 1000:.1f} ms | {mine / theirs:.2f} |"
            )
        engine.close()
    text = "\n".join(
        [*lines, "", "Every answer was the same as that by hand, digit for digit.", "", machine()]
    )
    write_section(asked.results, "Parts and questions", text)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
