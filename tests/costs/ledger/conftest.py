"""An engine over a folder of its own."""

import pytest

from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget


@pytest.fixture
def engine(tmp_path):
    engine = DuckDb(Budget(memory_bytes=200_000_000, threads=2, spill_folder=tmp_path / "spill"), [tmp_path])
    yield engine
    engine.close()
