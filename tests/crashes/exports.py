"""An export that may be killed at any moment: it is complete in the end, of one state of the facts, row for row.

Each file has three rows, so that the four lines of two bills make two files.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from bench.crash_driver import Scenario
from eyrie.archive.sweep import files_below
from eyrie.jobs import export as job
from tests.crashes.homes import Clock, Eyrie, begin, eyrie_in
from tests.crashes.ways import LEASES_ARE_OVER, tell, told

ROWS_A_FILE = 3
A_DAY_LATER = dt.timedelta(hours=26)
ASKED = {
    "filter": "costs.provider = 'custom_provider'",
    "start_date": "2025-01-01",
    "end_date": "2025-12-31",
    "schema": "focus",
}
# Each file of 2 in two months; the one that comes when the export was asked for may be in it or not.
BEFORE, AFTER = ["1", "1", "2", "2"], ["1", "1", "2", "2", "4", "4"]


def prepare(folder: Path) -> None:
    """Make a home with two files of costs."""
    begin(folder, a=2, b=4)


def act(folder: Path) -> None:
    """Ask for an export, upload more, and do the jobs; note what was answered."""
    job.ROWS_A_FILE = ROWS_A_FILE
    with eyrie_in(folder) as eyrie:
        answer = eyrie.client.post("/v2/costs/data_exports", json=ASKED)
        assert answer.status_code == 202, answer.text
        tell(folder, answer.json()["token"])
        eyrie.work()
        assert eyrie.upload("c.csv", 8).status_code == 201
        eyrie.work()
        assert eyrie.client.get(f"/v2/data_exports/{told(folder)[0]}").status_code == 200
        tell(folder, "written")


def check(folder: Path) -> list[str]:
    """Restart and do the jobs: what was asked for is written, whole; a day later nothing is left of it."""
    job.ROWS_A_FILE = ROWS_A_FILE
    clock = Clock(LEASES_ARE_OVER)
    with eyrie_in(folder, clock) as eyrie:
        eyrie.work()
        found = [problem for export in told(folder)[:1] for problem in _problems(eyrie, export)]
        clock.ahead += A_DAY_LATER
        eyrie.work()
        return [*found, *(f"{name} is left in exports" for name in files_below(eyrie.house.exports))]


def _problems(eyrie: Eyrie, export: str) -> Iterator[str]:
    answer = eyrie.client.get(f"/v2/data_exports/{export}")
    files = answer.json()["manifest"]["files"]
    if answer.status_code != 200 or not files:
        yield f"the export is {answer.status_code} {answer.text}"
        return
    rows = []
    for file in files:
        read = list(csv.DictReader(io.StringIO(eyrie.client.get(file).text)))
        if len(read) > ROWS_A_FILE:
            yield f"{file} has {len(read)} rows"
        rows += read
    if sorted(row["BilledCost"] for row in rows) not in (BEFORE, AFTER):
        yield f"the rows are {[(row['ChargePeriodStart'], row['BilledCost']) for row in rows]}"
    named = {file.rpartition("/")[2] for file in files}
    there = {path.name for path in (eyrie.house.exports / export).iterdir()}
    if not named <= there:
        yield f"{named - there} are told, and not there"


EXPORT = Scenario("export", prepare, act, check)
