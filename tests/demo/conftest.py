"""The bills of the demo, made once for all tests that read them."""

import datetime as dt

import pytest

from eyrie.start.demo.bills import bills
from eyrie.start.demo.story import Story

STORY = Story(7, dt.date(2026, 3, 15))


@pytest.fixture(scope="session")
def made():
    """All bills of seed 7 on 15 March 2026."""
    return tuple(bills(STORY))


@pytest.fixture(scope="session")
def items(made):
    """All their rows."""
    return [item for bill in made for item in bill.items]
