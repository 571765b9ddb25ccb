"""Imports that may be killed at any moment: the first one, one that replaces, and a complete delivery."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from bench.crash_driver import Scenario
from eyrie.archive.doctor import Severity, examine
from eyrie.archive.snapshot import snapshot
from eyrie.basics.money import plain
from eyrie.costs.ledger.writing import read_facts
from eyrie.records.bills.imports import known_files
from eyrie.start.house import opened
from eyrie.start.importing import imported
from eyrie.start.settings import Settings, read_settings
from eyrie.surfaces.cli.bill_shapes import ImportWish
from tests.archive.books import total
from tests.archive.crash_scenarios import tell, told
from tests.costs.sources.focus.desk import Quiet
from tests.imports.deliveries import bill

NOW = dt.datetime(2025, 2, 15, 12)
FIRST = {"jan.csv": bill(("2025-01-05", "1", "EC2")), "feb.csv": bill(("2025-02-05", "10", "EC2"))}
CHANGED = {"jan.csv": bill(("2025-01-05", "2", "EC2"), ("2025-02-01", "100", "S3"))}
WHOLE = {"all.csv": bill(("2025-01-05", "1000", "EC2"), ("2025-02-05", "2000", "EC2"))}


def _settings(home: Path) -> Settings:
    return read_settings({}, {"home": str(home / "home"), "memory": "512MB", "threads": "1"})


def _deliver(home: Path, files: dict[str, str], **wish: bool) -> None:
    """Import files from a folder of their own."""
    folder = home / "bills"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_text(content)
    settings = _settings(home)
    with opened(settings, lambda: NOW) as house:
        asked = ImportWish(paths=(str(folder),), integration="AWS", **wish)
        imported(house, settings, asked, Quiet())
    tell(home, "done")


def _came(home: Path, possible: Sequence[str], again: dict[str, str], **wish: bool) -> list[str]:
    """Check that all or nothing happened, that what was told is there, and that running it again ends it."""
    problems = _wrong(home, possible[told(home) :])
    _deliver(home, again, **wish)
    return [*problems, *_wrong(home, possible[-1:])]


def _wrong(home: Path, possible: Sequence[str]) -> list[str]:
    with opened(_settings(home), lambda: NOW) as house:
        with house.database.reading() as session:
            seen = snapshot(session, house.ledger, None, None, NOW, 90)
            integrations = {part.delivery.integration for part in seen.parts}
            kept = {file.source_name for token in integrations for file in known_files(session, token)}
        found = plain(total(seen))
        problems = [] if found in possible else [f"the total is {found}, not one of {', '.join(possible)}"]
        names = {part.delivery.source_name for part in seen.parts}
        if names != kept:
            problems.append(f"the ledger has {sorted(names)}, the records have {sorted(kept)}")
        findings = examine(
            house.database,
            house.ledger,
            NOW,
            lambda part: facts.sums if (facts := read_facts(house.engine, house.ledger / part.file)) else (),
        )
        return problems + [each.what for each in findings if each.severity is not Severity.INFORMATION]


def _begin(home: Path) -> None:
    with opened(_settings(home), lambda: NOW):
        pass


def _begin_with_first(home: Path) -> None:
    _deliver(home, FIRST)
    (home / "told").unlink()


IMPORT = Scenario(
    "import",
    _begin,
    lambda home: _deliver(home, FIRST),
    lambda home: _came(home, ["0.0", "11.0"], FIRST),
)
REIMPORT = Scenario(
    "import again",
    _begin_with_first,
    lambda home: _deliver(home, CHANGED),
    lambda home: _came(home, ["11.0", "112.0"], CHANGED),
)
COMPLETE = Scenario(
    "import --complete",
    _begin_with_first,
    lambda home: _deliver(home, WHOLE, complete=True),
    lambda home: _came(home, ["11.0", "3000.0"], WHOLE, complete=True),
)
