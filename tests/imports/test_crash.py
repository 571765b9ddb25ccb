"""Killed at each named moment and at random ones, an import has happened or not, and can be run again."""

import random

import pytest

from bench.crash_driver import drivers

SCENARIOS = [f"tests.imports.crash_scenarios:{name}" for name in ("IMPORT", "REIMPORT", "COMPLETE")]
RANDOM_KILLS = 5


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return dict(zip(SCENARIOS, drivers(SCENARIOS, tmp_path_factory.mktemp("crash")), strict=True))


@pytest.mark.parametrize("address", SCENARIOS)
def test_no_death_leaves_anything_between(ready, address):
    driver, chance = ready[address], random.Random(7)
    first = [moment for moment in driver.moments if moment.endswith("#1")]
    deaths = [driver.die_at(moment) for moment in first]
    deaths += [driver.die_at_random(chance) for _ in range(RANDOM_KILLS if address == SCENARIOS[1] else 0)]
    assert [death for death in deaths if death.problems] == []


def test_the_moments_are_where_something_is_written(ready):
    passed = {moment.partition("#")[0] for driver in ready.values() for moment in driver.moments}
    assert passed >= {
        *(
            "import: before draft",
            "import: after draft",
            "import: before publishing",
            "import: after publishing",
        ),
        *("part: before fsync", "part: after rename", "publish: after version", "store: before commit"),
        *("store: after commit",),
    }
