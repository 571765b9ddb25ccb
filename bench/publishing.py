"""Publishing and deleting an upload on a large home: from the request until a question shows the change.

A real server takes the upload, its worker reads it, writes a part and publishes it. By hand it is a CSV copied
to a Parquet file and flushed, or a file removed, and the total of the month over all files.
"""

import os
import statistics
import time
from decimal import Decimal
from pathlib import Path

import duckdb

from bench import by_hand
from bench.asking import Asker
from bench.client import Connection
from bench.figures import Figure, Section, Wrong, at_most
from bench.over_http import served
from bench.place import Clock, Place, open_house
from bench.shapes import AT_SIZE, MONTH_TOTAL
from bench.timing import milliseconds
from bench.uploads import Provider, bill_of, total_of

ROWS = 1_000
RUNS = 5
MOST_SECONDS, STEP_SECONDS = 60, 0.005
LIMIT = at_most(500, "ms", AT_SIZE)
BILL, TOTAL = bill_of(0, ROWS), total_of(0, ROWS)
_TYPES = {"ChargePeriodStart": "DATE", "BilledCost": "DECIMAL(18,10)"}


def measure(place: Place) -> Section:
    """Publish and delete several times, and do the same by hand."""
    place.need_home()
    with open_house(place.home, Clock()) as house:
        text = by_hand.over(MONTH_TOTAL.by_hand, Asker(house, Clock()).snapshot(), MONTH_TOTAL.period)
    with (
        served(place.home, "read,write") as (server, token),
        Connection(server.address, token) as connection,
        by_hand.connected(place.spill) as duck,
    ):
        provider = Provider(connection, "Seats")
        theirs = _ByHand(duck, text, place.folder)
        times = [_round(provider, theirs) for _ in range(RUNS + 1)]
        provider.leave()
    published, published_by_hand, deleted, deleted_by_hand = map(
        statistics.median, zip(*times[1:], strict=True)
    )
    return Section(
        "Publishing",
        place.rows,
        f"An upload of {ROWS:,} rows over HTTP, from the request until a question shows it; then the same "
        f"upload deleted. Medians of {RUNS} runs after one, in turn with those by hand. Each time the total was "
        "right.",
        [
            Figure("publish an upload", published, "ms", published_by_hand, LIMIT),
            Figure("delete an upload", deleted, "ms", deleted_by_hand, LIMIT),
        ],
    )


def _round(provider: Provider, theirs: "_ByHand") -> tuple[float, float, float, float]:
    """Publish and delete once, ours and by hand."""
    uploaded = ""

    def publish() -> None:
        nonlocal uploaded
        uploaded = provider.upload("seats.csv", BILL)
        provider.wait_for(TOTAL, seconds=MOST_SECONDS, step_seconds=STEP_SECONDS)

    def delete() -> None:
        provider.delete(uploaded)
        provider.wait_for(Decimal(0), seconds=MOST_SECONDS, step_seconds=STEP_SECONDS)

    return (
        milliseconds(publish),
        milliseconds(theirs.publish),
        milliseconds(delete),
        milliseconds(theirs.delete),
    )


class _ByHand:
    """A Parquet file beside the others."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, text: str, folder: Path) -> None:
        self._duck, self._text, self._folder = duck, text, folder
        self._csv = folder / "seats.csv"
        self._csv.write_text(BILL)
        self._copy = self._csv

    def publish(self) -> None:
        """Copy the CSV, flush the copy, ask."""
        # Files are remembered by their names, so each copy has its own.
        self._copy = self._folder / f"seats-{time.time_ns()}.parquet"
        self._duck.execute(
            f"COPY (SELECT * FROM read_csv('{self._csv}', header = true, types = {_TYPES}) ORDER BY ALL) "
            f"TO '{self._copy}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
        )
        with self._copy.open("rb") as file:
            os.fsync(file.fileno())
        found = self._duck.execute(
            f"SELECT sum(\"BilledCost\"), (SELECT sum(amount) FROM ({self._text})) FROM '{self._copy}'"
        ).fetchone()
        if found is None or found[0] != TOTAL:
            raise Wrong(f"by hand the upload adds up to {found}, not {TOTAL}")

    def delete(self) -> None:
        """Remove the copy, ask."""
        self._copy.unlink()
        self._duck.execute(self._text).fetchall()
