"""An engine over a folder of its own, and a ledger that is filled from bills in text."""

import pytest

from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget
from tests.costs.query.bills import Books


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def engine(home):
    engine = DuckDb(Budget(memory_bytes=500_000_000, threads=2, spill_folder=home / "spill"), [home])
    yield engine
    engine.close()


@pytest.fixture
def books(engine, home):
    return Books(engine, home)
