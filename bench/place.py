"""The folder that a run works in: the made-up bill, the home it was imported into, and what passes away.

A folder that is kept is used again by later runs of the same rows and seed; another bill needs another one.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import made_up
from bench.by_hand import OUR_MEMORY
from bench.processes import Ran, run_eyrie
from eyrie.basics.errors import Refused
from eyrie.operations.house import House
from eyrie.start.house import opened
from eyrie.start.settings import read_settings

FIRST = dt.date(2025, 1, 1)
MONTHS = 12
INTEGRATION = "Bench"
TODAY = dt.datetime(2026, 2, 1, 9)  # noqa: DTZ001  times are UTC without zone


@dataclass(frozen=True)
class Place:
    """One folder, and the bill that it is about."""

    folder: Path
    rows: int
    seed: int = made_up.SEED

    @property
    def csv(self) -> Path:
        """The bill."""
        return self.folder / "bill.csv"

    @property
    def home(self) -> Path:
        """The home with the bill in it."""
        return self.folder / "home"

    @property
    def spill(self) -> Path:
        """Where work by hand may spill."""
        return self.folder / "spill"

    def claim(self) -> None:
        """Take the folder for this bill; one that holds another is refused."""
        mark, ours = self.folder / "bench.json", {"rows": self.rows, "seed": self.seed}
        self.folder.mkdir(parents=True, exist_ok=True)
        if mark.exists():
            found = json.loads(mark.read_text())
            if found != ours:
                raise Refused(f"{self.folder} holds a bill of {found['rows']:,} rows, seed {found['seed']}")
        elif any(self.folder.iterdir()):
            raise Refused(f"{self.folder} has other files in it; name an empty or a new folder with --keep")
        mark.write_text(json.dumps(ours))

    def need_bill(self) -> None:
        """Make up the bill, unless it is there."""
        self.need(self.csv, lambda draft: made_up.write_csv(draft, FIRST, MONTHS, self.rows, seed=self.seed))

    def need_home(self) -> None:
        """Import the bill, unless that is done."""
        self.need_bill()
        if not self.home.exists():
            self.import_anew()

    def import_anew(self) -> Ran:
        """Import the bill into a new home, which takes the place of an earlier one."""
        shutil.rmtree(self.home, ignore_errors=True)
        ran: list[Ran] = []
        self.need(self.home, lambda draft: ran.append(import_into(draft, self.csv)))
        return ran[0]

    def need(self, thing: Path, make: Callable[[Path], object]) -> None:
        """Make a file or folder, unless it is there.

        It is made under another name first, so that what was broken off is not taken for it.
        """
        if not thing.exists():
            draft = thing.with_name(f"draft-{thing.name}")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(thing)


def import_into(home: Path, *files: Path) -> Ran:
    """Import bills into a home, in a process of its own, as people do."""
    shared = ("--home", str(home), "--set", f"memory={OUR_MEMORY}")
    return run_eyrie("import", *map(str, files), "--integration", INTEGRATION, "--split", *shared)


class Clock:
    """The time in a home that is asked. On another day each question is a new one, and nothing else changes."""

    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> dt.datetime:
        """The time."""
        return self.now

    def next_day(self) -> None:
        """Let a day pass."""
        self.now += dt.timedelta(days=1)


@contextmanager
def open_house(home: Path, clock: Clock) -> Iterator[House]:
    """Open a home in this process, with as much memory as work by hand has."""
    with opened(read_settings({}, {"home": str(home), "memory": OUR_MEMORY}), clock) as house:
        yield house
