"""Tests of the archive run on both databases."""

from pathlib import Path

import pytest

from eyrie.store.database import Database
from tests.archive.books import Books
from tests.store_fixtures import database, database_url, postgresql  # noqa: F401  fixtures


@pytest.fixture
def books(database: Database, tmp_path: Path) -> Books:  # noqa: F811
    """An opened ledger with a folder for its files."""
    return Books.opened(database, tmp_path)
