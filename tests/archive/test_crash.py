"""Killed at every named moment and at random ones, the archive is as before or as after, never between."""

import random
from pathlib import Path

import pytest

from bench.crash import SCENARIOS, write_section
from bench.crash_driver import Driver, Scenario, drivers

RANDOM_KILLS = 20
SEED = 7
OWN = [address for address in SCENARIOS if address.startswith("tests.archive")]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Driver]:
    return dict(zip(OWN, drivers(OWN, tmp_path_factory.mktemp("crash")), strict=True))


@pytest.mark.parametrize("address", OWN)
def test_no_death_leaves_anything_between(ready: dict[str, Driver], address: str) -> None:
    driver, chance = ready[address], random.Random(SEED)
    deaths = [driver.die_at(moment) for moment in driver.moments]
    deaths += [driver.die_at_random(chance) for _ in range(RANDOM_KILLS)]
    assert [death for death in deaths if death.problems] == []


def test_the_moments_are_where_something_is_written(ready: dict[str, Driver]) -> None:
    """Without these names, the deaths above would prove little."""
    passed = {moment.partition("#")[0] for driver in ready.values() for moment in driver.moments}
    assert passed >= {
        "part: before rename", "publish: after lock", "publish: after version", "store: before commit",
        "store: after commit", "sweep: orphan, before unlink", "sweep: retired file, after unlink",
        "sweep: staged, before unlink", "backup: before rename", "backup: metadata, before fsync",
        "compact: before write", "compact: after write", "compact: after publishing",
        "restore: before rename", "job: claimed", "job: after step part", "job: work is over",
    }  # fmt: skip
    assert "store: after commit#2" in ready["tests.archive.crash_scenarios:PUBLISH"].moments


def write_in_two(home: Path) -> None:
    """Break the promise: a total in two files, written one after the other."""
    from eyrie.basics.faults import moment

    (home / "billed").write_text("2")
    moment("between")
    (home / "effective").write_text("2")


def differ(home: Path) -> list[str]:
    same = (home / "billed").read_text() == (home / "effective").read_text()
    return [] if same else ["billed and effective differ"]


def prepare_two(home: Path) -> None:
    for name in ("billed", "effective"):
        (home / name).write_text("1")


BROKEN = Scenario("broken", prepare_two, write_in_two, differ)


def test_a_broken_promise_is_noticed(tmp_path: Path) -> None:
    (driver,) = drivers(["tests.archive.test_crash:BROKEN"], tmp_path)
    assert driver.moments == ["between#1"]
    assert driver.die_at("between#1").problems == ("billed and effective differ",)
    assert "was not passed" in driver.die_at("elsewhere#1").problems[0]


def test_results_are_replaced_in_place(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for title, text in (("Crash", "one"), ("Speed", "two"), ("Crash", "three")):
        write_section(path, title, text)
    assert path.read_text() == "# Results\n\n## Crash\n\nthree\n\n## Speed\n\ntwo\n"
