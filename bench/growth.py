"""Growth: the same questions where there is more data that they do not need.

Once with 36 months of bills instead of the two that are asked about, and once with the rows of a month that
came in 2,000 uploads instead of ten, as they are and after `eyrie compact`. Both homes hold the same rows of the
days that are asked about, so their answers are the same.
"""

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench import by_hand, made_up
from bench.asking import Asker, compare
from bench.client import Connection
from bench.figures import Bar, Figure, Section, no_more_than
from bench.over_http import served
from bench.place import Clock, Place, import_into, open_house
from bench.processes import run_eyrie
from bench.shapes import BY_SERVICE, DEFAULT, MONTH_TOTAL, SHAPES, Shape
from bench.timing import in_turn
from bench.uploads import Provider, bill_of, total_of

RUNS = 15
LOADED = 2_000_000
OF_HISTORY, OF_UPLOADS = no_more_than(1.2, LOADED), no_more_than(1.5, LOADED)
MONTHS, RECENT = 36, 2
FIRST, FIRST_RECENT = dt.date(2023, 1, 1), dt.date(2025, 11, 1)
FEW, MANY = 10, 2_000
UPLOADED_ROWS = 200_000
LEAST_ROWS = 100  # of an upload
MOST_SECONDS = 1_200


def history(place: Place) -> Section:
    """Ask about two months, with and without 34 months before them."""
    recent, older = place.folder / "recent.csv", place.folder / "older.csv"
    rows = place.rows * RECENT // MONTHS
    place.need(recent, lambda csv: made_up.write_csv(csv, FIRST_RECENT, RECENT, rows, seed=place.seed))
    place.need(
        older,
        lambda csv: made_up.write_csv(
            csv, FIRST, MONTHS - RECENT, place.rows - rows, seed=place.seed, start=rows
        ),
    )
    short, long = place.folder / "home-short", place.folder / "home-long"
    place.need(short, lambda home: import_into(home, recent))
    place.need(long, lambda home: import_into(home, recent, older))
    shapes = [shape for shape in SHAPES if shape.period.start >= FIRST_RECENT]
    return Section(
        "Growth of history",
        place.rows,
        f"Questions about {RECENT} months or less, in a home with {MONTHS} months and in one with {RECENT}; each "
        f"asked for the first time, medians of {RUNS} runs, in turn. Every answer was the same as by hand.",
        list(_side_by_side(place, long, short, shapes, OF_HISTORY)),
        (f"{MONTHS} months", f"{RECENT} months"),
    )


def uploads(place: Place) -> Section:
    """Ask about rows that came in many uploads, and in few."""
    rows = min(place.rows, UPLOADED_ROWS)
    many = max(FEW, min(MANY, rows // LEAST_ROWS))
    few_home, many_home = place.folder / "home-few", place.folder / "home-many"
    place.need(few_home, lambda home: _upload(home, FEW, rows))
    place.need(many_home, lambda home: _upload(home, many, rows))
    compacted = place.folder / "home-compacted"
    place.need(compacted, lambda home: _compacted(many_home, home))
    shapes = (MONTH_TOTAL, BY_SERVICE, DEFAULT)
    before = _side_by_side(place, many_home, few_home, shapes, None)
    after = _side_by_side(place, compacted, few_home, shapes, OF_UPLOADS)
    return Section(
        "Growth of uploads",
        place.rows,
        f"{rows:,} rows of a month that came in {many:,} uploads and in {FEW}; then the {many:,} after "
        f"`eyrie compact`. Each question asked for the first time, medians of {RUNS} runs, in turn. Every answer "
        "was the same as by hand.",
        [*before, *(replace(figure, work=f"{figure.work}, compacted") for figure in after)],
        (f"{many:,} uploads", f"{FEW} uploads"),
    )


def _side_by_side(
    place: Place, more: Path, less: Path, shapes: Sequence[Shape], bar: Bar | None
) -> Iterator[Figure]:
    """Compare the answers of two homes with those by hand, and time both."""
    clock = Clock()
    with (
        open_house(more, clock) as house,
        open_house(less, clock) as other,
        by_hand.connected(place.spill) as connection,
    ):
        of_more, of_less = Asker(house, clock), Asker(other, clock)
        for shape in shapes:
            compare(of_more, connection, shape)
            compare(of_less, connection, shape)
            with_more, with_less = in_turn(
                partial(of_more.afresh, shape.asked), partial(of_less.afresh, shape.asked), RUNS
            )
            yield Figure(shape.name, with_more, "ms", with_less, bar)


def _upload(home: Path, count: int, rows: int) -> None:
    """Make a home with these rows, uploaded in so many files."""
    limits = ("--set", f"upload_limit_rows={rows}", "--set", "upload_limit_bytes=100MB")
    with (
        served(home, "read,write", *limits) as (server, token),
        Connection(server.address, token) as connection,
    ):
        provider = Provider(connection, "Seats")
        for number in range(count):
            bill = bill_of(rows * number // count, rows * (number + 1) // count)
            provider.upload(f"seats-{number}.csv", bill)
        provider.wait_for(total_of(0, rows), seconds=MOST_SECONDS, step_seconds=1)


def _compacted(source: Path, home: Path) -> None:
    """Copy a home, and compact the copy."""
    shutil.copytree(source, home)
    run_eyrie("compact", "--home", str(home))
