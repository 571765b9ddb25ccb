"""Kill Eyrie on purpose and look at what is left: at every named moment, and at random ones.

    python -m bench.crash --times 200

A `Scenario` prepares a home, acts on it in a process of its own that is killed, and checks what is left: it
brings the home up again as a restart would and gives a sentence for everything that is wrong. The driver
first lets the scenario act unharmed to learn which moments it passes (`eyrie/basics/faults.py`) and how
long it takes. Then it kills at the first and the last passing of each, and at random times. Every death
gets a fresh copy of the prepared home.

SIGKILL shows that no order of writes leaves a half-done change. That bytes reach the disk before they are
named is the business of fsync, whose places are moments too; only a power cut could show it.
"""

import argparse
import datetime as dt
import importlib
import multiprocessing
import os
import platform
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "Crash safety"
# Module and name of each scenario.
SCENARIOS = tuple(
    f"tests.archive.crash_scenarios:{name}"
    for name in ("PUBLISH", "REPLACE", "DELETE", "SWEEP", "BACKUP", "RESTORE", "JOBS")
)
LONGEST_ACT_SECONDS = 120
_processes = multiprocessing.get_context("forkserver")  # forks from a process that has everything imported


@dataclass(frozen=True)
class Scenario:
    """Something that may be killed at any moment. Homes are copied, so paths in them are relative."""

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    check: Callable[[Path], Sequence[str]]  # what is wrong, one sentence each


@dataclass(frozen=True)
class Death:
    """One kill and what was wrong after it."""

    scenario: str
    when: str
    problems: tuple[str, ...]


class Driver:
    """Kills one scenario again and again, in a folder of its own."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._scenario = load(address)
        self._folder = folder
        self._homes = 0
        self._prepared = folder / "prepared"
        self._prepared.mkdir(parents=True)
        self._scenario.prepare(self._prepared)
        self.moments, self.seconds = self._learn()

    @property
    def name(self) -> str:
        """The name of the scenario."""
        return self._scenario.name

    def die_at(self, moment: str) -> Death:
        """Kill at a named moment."""
        home = self._new_home()
        process, _ = self._start(home, die_at=moment)
        process.join(LONGEST_ACT_SECONDS)
        if process.exitcode != -signal.SIGKILL:
            process.kill()
            return Death(
                self.name, moment, (f"it was not passed: the process ended with {process.exitcode}",)
            )
        return self._looked_at(home, moment)

    def die_at_random(self, chance: random.Random) -> Death:
        """Kill after a random time, at most as long as the whole takes unharmed."""
        home = self._new_home()
        process, ready = self._start(home)
        ready.recv()
        seconds = chance.uniform(0, self.seconds)
        time.sleep(seconds)
        process.kill()
        process.join()
        return self._looked_at(home, f"after {seconds * 1000:.1f} ms")

    def _learn(self) -> tuple[list[str], float]:
        """Act unharmed; give the first and last passing of each moment, and the time that it took."""
        home, passed = self._new_home(), self._folder / "moments"
        process, ready = self._start(home, moments=passed)
        ready.recv()
        began = time.perf_counter()
        process.join(LONGEST_ACT_SECONDS)
        seconds = time.perf_counter() - began
        problems = self._looked_at(home, "unharmed").problems
        if process.exitcode or problems:
            raise RuntimeError(f"{self.name} fails without being killed: {process.exitcode} {problems}")
        counts = Counter(passed.read_text().splitlines())
        return [f"{name}#{nth}" for name, count in counts.items() for nth in sorted({1, count})], seconds

    def _new_home(self) -> Path:
        self._homes += 1
        home = self._folder / f"home {self._homes}"
        shutil.copytree(self._prepared, home)
        return home

    def _start(
        self, home: Path, die_at: str = "", moments: Path | None = None
    ) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ready, told = _processes.Pipe(duplex=False)
        process = _processes.Process(target=_act, args=(self._address, home, die_at, moments, told))
        process.start()
        told.close()
        return process, ready

    def _looked_at(self, home: Path, when: str) -> Death:
        """Check a home after the death; keep it for a look only if something is wrong."""
        problems = tuple(self._scenario.check(home))
        if not problems:
            for path in self._folder.glob(f"{home.name}*"):
                shutil.rmtree(path)
            for path in self._folder.glob(f".{home.name}*"):
                shutil.rmtree(path)
        return Death(self.name, when, problems)


def load(address: str) -> Scenario:
    """Find a scenario by module and name."""
    module, _, name = address.partition(":")
    found = getattr(importlib.import_module(module), name)
    if not isinstance(found, Scenario):
        raise TypeError(f"{address} is no Scenario")
    return found


def drivers(addresses: Iterable[str], folder: Path) -> Iterator[Driver]:
    """Prepare a driver for each scenario."""
    known = list(addresses)
    _processes.set_forkserver_preload([address.partition(":")[0] for address in known])
    for number, address in enumerate(known):
        yield Driver(address, folder / str(number))


def _act(address: str, home: Path, die_at: str, moments: Path | None, told: Connection) -> None:
    """In a process of its own: act, and die where it was said."""
    os.environ["EYRIE_DIE_AT"] = die_at
    if moments:
        os.environ["EYRIE_MOMENTS"] = str(moments)
    scenario = load(address)
    importlib.reload(importlib.import_module("eyrie.basics.faults"))  # it reads the environment once
    told.send("ready")
    scenario.act(home)


def write_section(path: Path, title: str, text: str) -> None:
    """Put a section of a Markdown file in the place of the one with its title, or at the end."""
    whole = path.read_text() if path.exists() else "# Results\n"
    section = f"## {title}\n\n{text.strip()}\n"
    place = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    if place.search(whole):
        whole = place.sub(lambda _: section + "\n", whole)
    else:
        whole = f"{whole.rstrip()}\n\n{section}"
    path.write_text(whole.rstrip() + "\n")


def told_as_text(deaths: Sequence[Death], seed: int, today: dt.date) -> str:
    """Tell what was done and found, with machine and versions."""
    wrong = [death for death in deaths if death.problems]
    rows = []
    for name in dict.fromkeys(death.scenario for death in deaths):
        own = [death for death in deaths if death.scenario == name]
        at_random = sum(death.when.startswith("after ") for death in own)
        bad = sum(bool(death.problems) for death in own)
        rows.append(f"| {name} | {len(own) - at_random} | {at_random} | {bad} |")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "sqlalchemy"))
    lines = [
        f"{len(deaths)} processes killed on {today}, {len(wrong)} of them left something wrong. Seed {seed}.",
        "",
        "| Scenario | at named moments | at random | wrong afterwards |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        f"{machine}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}.",
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
