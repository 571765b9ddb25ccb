"""The driver of crash runs: lets a scenario die at every named moment and at random ones.

A `Scenario` prepares a home, acts on it in a process of its own that is killed, and checks what is left: it
brings the home up again as a restart would and gives a sentence for everything that is wrong. The driver
first lets the scenario act unharmed to learn which moments it passes (`eyrie/basics/faults.py`) and how
long it takes. Then it kills at the first and the last passing of each, and at random times. Every death
gets a fresh copy of the prepared home.

SIGKILL shows that no order of writes leaves a half-done change. That bytes reach the disk before they are
named is the business of fsync, whose places are moments too; only a power cut could show it.
"""

import importlib
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

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
