"""Kill Eyrie on purpose, look at what is left, and write down what was found.

    python -m bench.crash --times 200

What a scenario is and how it is killed is told in `crash_driver.py`.
"""

import argparse
import datetime as dt
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.crash_driver import Death, drivers
from bench.results import RESULTS, machine, write_section

TITLE = "Crash safety"
# Module and name of each scenario.
SCENARIOS = tuple(
    f"{module}:{name}"
    for module, names in (
        ("tests.archive.crash_scenarios", "PUBLISH REPLACE DELETE COMPACT SWEEP BACKUP RESTORE JOBS"),
        ("tests.crashes.scenarios", "UPLOAD REPLACE DELETE DELETE_INTEGRATION COMPACT SWEEP BEGIN"),
        ("tests.crashes.exports", "EXPORT"),
        ("tests.imports.crash_scenarios", "IMPORT REIMPORT COMPLETE"),
    )
    for name in names.split()
)


def told_as_text(deaths: Sequence[Death], seed: int, today: dt.date) -> str:
    """Tell what was done and found, with machine and versions."""
    wrong = [death for death in deaths if death.problems]
    rows = []
    for name in dict.fromkeys(death.scenario for death in deaths):
        own = [death for death in deaths if death.scenario == name]
        at_random = sum(death.when.startswith("after ") for death in own)
        bad = sum(bool(death.problems) for death in own)
        rows.append(f"| {name} | {len(own) - at_random} | {at_random} | {bad} |")
    lines = [
        f"{len(deaths)} processes killed on {today}, {len(wrong)} of them left something wrong. Seed {seed}.",
        "",
        "| Scenario | at named moments | at random | wrong afterwards |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        machine(),
    ]
    lines += ["", *(f"- {death.scenario}, {death.when}: {'; '.join(death.problems)}" for death in wrong)]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, tell, and give 1 if anything was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.crash", description="Kill Eyrie and look at what is left."
    )
    parser.add_argument("--times", type=int, default=200, help="random kills, spread over the scenarios")
    parser.add_argument(
        "--scenario", action="append", help="module:NAME of a Scenario; may be given several times"
    )
    parser.add_argument("--seed", type=int, default=None, help="repeat the random times of an earlier run")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="the Markdown file to write the section to"
    )
    asked = parser.parse_args(arguments)
    seed = random.randrange(1 << 32) if asked.seed is None else asked.seed
    folder = Path(tempfile.mkdtemp(prefix="eyrie-crash-"))
    ready = list(drivers(asked.scenario or SCENARIOS, folder))
    deaths = [driver.die_at(moment) for driver in ready for moment in driver.moments]
    chance = random.Random(seed)
    deaths += [ready[number % len(ready)].die_at_random(chance) for number in range(asked.times)]
    text = told_as_text(deaths, seed, dt.datetime.now(dt.UTC).date())
    write_section(asked.results, TITLE, text)
    sys.stdout.write(text + "\n")
    if any(death.problems for death in deaths):
        sys.stdout.write(f"The homes with problems are in {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
