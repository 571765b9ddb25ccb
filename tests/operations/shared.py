"""One world for all tests of a file: they make what they need and leave each other's things alone."""

from collections.abc import Iterator

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A home in this process, shared by the tests of one file."""
    with World(tmp_path_factory.mktemp("shared") / "home") as made:
        yield made
