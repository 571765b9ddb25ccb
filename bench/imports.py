"""Imports: `eyrie import`, with all that belongs to it, against a typed and sorted copy by hand.

Ours reads a bill into a new home: rules counted, rows numbered, tag sets, cubes, files flushed, one commit.
By hand it is one statement: `read_csv` with types, tags as a map, sorted, to Parquet. Both are processes of
their own with the same memory and threads, start included.
"""

import statistics
from decimal import localcontext

from bench import by_hand
from bench.figures import Figure, Section, Wrong, at_most, share_of_hand
from bench.place import Clock, Place, open_house
from bench.processes import PYTHON, Ran, run
from bench.shapes import AT_SIZE
from eyrie.basics.money import WIDE

RUNS = 3
MANY_ROWS = 5_000_000  # beyond, a single run is long enough to tell
GB = 1e9
SPEED = share_of_hand(0.5, 2_000_000)
PEAK = at_most(3, "GB", AT_SIZE)


def measure(place: Place) -> Section:
    """Import the bill both ways, in turn; the home of the last time stays for what comes next."""
    place.need_bill()
    _read_once(place)
    runs = RUNS if place.rows <= MANY_ROWS else 1
    pairs = [(place.import_anew(), _by_hand(place)) for _ in range(runs)]
    compare_sums(place)
    ours, theirs = ([place.rows / ran.seconds / 1000 for ran in each] for each in zip(*pairs, strict=True))
    peaks = [max(ran.peak_bytes for ran in each) / GB for each in zip(*pairs, strict=True)]
    size = place.csv.stat().st_size / GB
    return Section(
        "Import",
        place.rows,
        f"{size:.2f} GB of CSV, `eyrie import` with all that belongs to it against a sorted copy by hand, as "
        f"processes of their own, each with {by_hand.MEMORY_BYTES / GB:g} GB for the engine. "
        f"{'Medians' if runs > 1 else 'Figures'} of {runs} run{'s' if runs > 1 else ''}, in turn. Rows and "
        "sums of both were the same, digit for digit.",
        [
            Figure("speed", statistics.median(ours), "thousand rows/s", statistics.median(theirs), SPEED),
            Figure("peak memory of the process", peaks[0], "GB", peaks[1], PEAK),
        ],
    )


def _read_once(place: Place) -> None:
    """Read the bill, so that neither of the two finds it colder than the other."""
    with place.csv.open("rb") as file:
        while file.read(1 << 24):
            pass


def _by_hand(place: Place) -> Ran:
    copy = place.folder / "by-hand.parquet"
    return run([*PYTHON, "bench.by_hand", str(place.csv), str(copy), str(place.spill)])


def compare_sums(place: Place) -> None:
    """Hold rows and sums of the home against those of the copy."""
    with open_house(place.home, Clock()) as house, by_hand.connected(place.spill) as connection:
        with house.database.reading() as session:
            parts = house.snapshots.at(session, None, None, house.now()).parts
        sums = [(each.rows, each.billed, each.effective) for part in parts for each in part.sums]
        with localcontext(WIDE):
            ours = tuple(map(sum, zip(*sums, strict=True)))
        theirs = connection.execute(
            'SELECT count(*), sum("BilledCost"), sum("EffectiveCost") FROM read_parquet(?)',
            [str(place.folder / "by-hand.parquet")],
        ).fetchone()
    if ours != theirs:
        raise Wrong(f"import: rows, billed and effective are {ours}, by hand {theirs}")
