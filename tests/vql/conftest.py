"""An engine over a folder of its own."""

import pytest

from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("vql")


@pytest.fixture(scope="session")
def engine(home):
    engine = DuckDb(Budget(memory_bytes=500_000_000, threads=2, spill_folder=home / "spill"), [home])
    yield engine
    engine.close()
