"""One home for each file of laws: every example brings an integration and a workspace of its own."""

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A home in this process; it is the noon of 15 February 2025, so that some days are still to come."""
    with World(tmp_path_factory.mktemp("laws") / "home") as made:
        yield made
