"""Killed at every named moment and at random ones, a home answers as before or as after, never between."""

import random

import pytest

from bench.crash import SCENARIOS
from bench.crash_driver import Driver, drivers

RANDOM_KILLS = 4
SEED = 11
# Its named moments are died at in tests/archive too, where no server has to start first.
AT_RANDOM = ("tests.crashes.scenarios:COMPACT",)
OWN = [address for address in SCENARIOS if address.startswith("tests.crashes")]


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return dict(zip(OWN, drivers(OWN, tmp_path_factory.mktemp("crashes")), strict=True))


@pytest.mark.parametrize("address", OWN)
def test_no_death_leaves_anything_between(ready: dict[str, Driver], address):
    driver, chance = ready[address], random.Random(SEED)
    deaths = [] if address in AT_RANDOM else [driver.die_at(moment) for moment in driver.moments]
    deaths += [driver.die_at_random(chance) for _ in range(RANDOM_KILLS)]
    assert [death for death in deaths if death.problems] == []


def passed(ready, name, module="scenarios"):
    """The moments that a scenario dies at."""
    driver = ready[f"tests.crashes.{module}:{name}"]
    return {moment.partition("#")[0] for moment in driver.moments}


def steps(of, *names):
    return {f"{of}{name}" for name in names}


COMMIT = steps("store: ", "before commit", "after commit")
PUBLISH = steps("publish: ", "before lock", "after lock", "before version", "after version")
PART = {
    f"part: {when} {what}"
    for when in ("before", "after")
    for what in ("write", "fsync", "rename", "folder fsync")
}
PLACE = steps(
    ", ", "before write", "before fsync", "before rename", "after rename", "after fsync of the folder"
)


def test_every_write_flush_rename_and_commit_is_a_moment(ready):
    """Without these names, the deaths above would prove little."""
    staged = {f"upload: staged file{step}" for step in PLACE}
    jobs = {"job: claimed", "job: work is over"}
    assert passed(ready, "UPLOAD") >= staged | PART | PUBLISH | COMMIT | jobs
    assert passed(ready, "REPLACE") >= staged | PART | PUBLISH | COMMIT | jobs
    assert passed(ready, "DELETE") >= PUBLISH | COMMIT | jobs
    compaction = steps("compact: ", "before write", "after write", "after publishing")
    assert passed(ready, "COMPACT") >= compaction | PART | PUBLISH | COMMIT | jobs
    assert passed(ready, "DELETE_INTEGRATION") >= PUBLISH | COMMIT | jobs
    assert passed(ready, "SWEEP") >= COMMIT | {
        f"sweep: {what}, {when} unlink"
        for what in ("retired file", "orphan", "staged")
        for when in ("before", "after")
    }
    exported = {
        f"export: {what}{step}"
        for what in ("lines", "file")
        for step in steps(", ", "before fsync", "before rename", "after rename", "after fsync of the folder")
    }
    assert passed(ready, "EXPORT", "exports") >= exported | COMMIT | jobs
    first = {f"home: {what}{step}" for what in ("mark", "secret key") for step in PLACE}
    assert passed(ready, "BEGIN") >= first | COMMIT | {"migrate: before steps", "migrate: after steps"}
