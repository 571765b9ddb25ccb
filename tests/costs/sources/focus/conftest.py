"""One engine for all tests of FOCUS files: it is slow to start and has no memory of files."""

import pytest

from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from tests.costs.sources.focus.desk import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("focus")
    engine = DuckDb(Budget(500_000_000, 2, folder / "spill"), [folder])
    yield Desk(engine, folder)
    engine.close()
