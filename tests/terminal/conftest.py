"""What the tests of the terminal share."""

import pytest

from tests.terminal.billed import BILL


@pytest.fixture
def billed(world):
    """A world with the bill in Main, and the owner at home there."""
    world.imported(world.custom_provider("Tools"), BILL)
    return world
