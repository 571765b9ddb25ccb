"""Fills a home with a few of the bills, to be killed meanwhile: `python -m tests.demo.filling HOME`."""

import datetime as dt
import sys
from itertools import islice
from pathlib import Path

from eyrie.start.demo.bills import bills
from eyrie.start.demo.home import fill
from eyrie.start.house import opened
from eyrie.start.settings import read_settings
from tests.demo.conftest import STORY

NOW = dt.datetime(2026, 3, 15, 9)
FEW = 4


def opened_at(folder):
    """Open a home on the day on which the story is told."""
    return opened(read_settings({}, {"home": str(folder), "memory": "512MB"}), lambda: NOW)


if __name__ == "__main__":
    with opened_at(Path(sys.argv[1])) as house:
        fill(house, STORY, lambda story: islice(bills(story), FEW))
