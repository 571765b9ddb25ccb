"""An engine that may touch one folder."""

import pytest

from eyrie.engine.duckdb import DuckDb
from eyrie.engine.port import Budget


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    return inside


@pytest.fixture
def engine(folder):
    engine = DuckDb(Budget(200_000_000, threads=2, spill_folder=folder / "spill", questions=4), [folder])
    yield engine
    engine.close()
