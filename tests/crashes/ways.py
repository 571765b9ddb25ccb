"""A way through states of a home, which may be cut off at any moment, and what must hold afterwards.

After a death the home is opened again. Costs must show a state of the way, never one between two, and not
one before what was answered; after the jobs are done every answered upload is complete; and days later no
file is left that nobody needs.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bench.crash_driver import Scenario
from eyrie.archive.doctor import Severity
from eyrie.archive.sweep import files_below
from tests.crashes.homes import Clock, Eyrie, begin, eyrie_in

NOTHING = dt.timedelta()
LEASES_ARE_OVER = dt.timedelta(minutes=1)
SWEEP_HAS_COME = dt.timedelta(hours=49)


@dataclass(frozen=True)
class State:
    """The uploads that there are when all jobs are done (name: amount), and what costs say already."""

    uploads: Mapping[str, int]
    costs: int


@dataclass(frozen=True)
class Step:
    """Something that is done, and the state after it."""

    do: Callable[[Eyrie], None]
    then: State
    passing: tuple[int, ...] = ()  # what costs may say on the way there


@dataclass(frozen=True)
class Way:
    """A first state and steps; the clock may be ahead of the machine's."""

    start: State
    steps: tuple[Step, ...]
    ahead: dt.timedelta = NOTHING

    def take(self, folder: Path) -> None:
        """Take all steps, and note each one that was answered."""
        with eyrie_in(folder, Clock(self.ahead)) as eyrie:
            for number, step in enumerate(self.steps):
                step.do(eyrie)
                tell(folder, str(number))

    def problems(self, folder: Path) -> list[str]:
        """Restart; look at costs, let the jobs be done, look at everything, let days pass, and look again."""
        answered = len(told(folder))
        states = [self.start, *(step.then for step in self.steps)][answered:]
        passing = [costs for step in self.steps[answered:] for costs in step.passing]
        clock = Clock(self.ahead + LEASES_ARE_OVER)
        with eyrie_in(folder, clock) as eyrie:
            found = []
            if (before := eyrie.total()) not in [*(state.costs for state in states), *passing]:
                found.append(f"{answered} steps were answered, and costs are {before}")
            eyrie.work()
            listed = eyrie.uploads()
            if {name: amount for name, (*_, amount) in listed.items()} not in [s.uploads for s in states]:
                found.append(f"{answered} steps were answered, and the uploads are {listed}")
            found += [
                f"{name} is {status}" for name, (_, status, _) in listed.items() if status != "complete"
            ]
            total = sum((amount for *_, amount in listed.values()), Decimal(0))
            if (after := eyrie.total()) != total:
                found.append(f"the uploads add up to {total}, and costs are {after}")
            found += [find.what for find in eyrie.findings() if find.severity is not Severity.INFORMATION]
            clock.ahead += SWEEP_HAS_COME
            return [*found, *left_over(eyrie, total)]


def left_over(eyrie: Eyrie, total: Decimal) -> Iterator[str]:
    """Let the sweep come; then nothing may lie around, and costs are what they were."""
    eyrie.work()
    yield from (f"{name} is left in staging" for name in files_below(eyrie.house.staging))
    yield from (finding.what for finding in eyrie.findings())
    if (swept := eyrie.total()) != total:
        yield f"costs were {total} before the sweep, and are {swept} after it"


def tell(folder: Path, words: str) -> None:
    """Note that something was answered."""
    with (folder / "told").open("a") as answers:
        answers.write(words + "\n")


def told(folder: Path) -> list[str]:
    """What was answered before the death."""
    return (folder / "told").read_text().splitlines() if (folder / "told").exists() else []


def scenario(name: str, start: Mapping[str, int], *steps: Step) -> Scenario:
    """A way from a home with some imported files."""
    amounts = {file.removesuffix(".csv"): amount for file, amount in start.items()}
    way = Way(State(start, sum(start.values())), steps)
    return Scenario(name, lambda folder: begin(folder, **amounts), way.take, way.problems)
