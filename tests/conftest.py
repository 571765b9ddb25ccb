"""What all tests share: no skip where none is allowed, both databases, and a world to call operations in."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.all_or_fail import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401  hooks
from tests.store_fixtures import database, database_url, postgresql  # noqa: F401  fixtures
from tests.world import World

settings.register_profile(
    "eyrie",
    deadline=None,
    max_examples=int(os.environ.get("EYRIE_TEST_EXAMPLES", "40")),
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
settings.load_profile("eyrie")


@pytest.fixture
def world(tmp_path):
    """A new home in this process, with people of every role; jobs run when told to."""
    with World(tmp_path / "home") as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The same for all tests of a file: they make what they need and leave each other's things alone."""
    with World(tmp_path_factory.mktemp("shared") / "home") as made:
        yield made
