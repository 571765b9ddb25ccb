"""Under EYRIE_TEST_ALL=1 nothing is skipped in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = """
import pytest

@pytest.mark.skip(reason="no browser here")
def test_marked(): ...

def test_called():
    pytest.skip("no database here")

@pytest.fixture
def server():
    pytest.skip("no server here")

def test_in_a_fixture(server): ...

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_to_fail():
    raise ValueError

def test_that_passes(): ...
"""
WHOLE_FILE = 'import pytest; pytest.skip("not on this machine", allow_module_level=True)\n'


@pytest.mark.parametrize(
    ("everything", "counted"),
    [("0", "1 passed, 4 skipped, 1 xfailed"), ("1", "1 failed, 1 passed, 1 xfailed, 3 errors")],
)
def test_a_skip_is_a_failure_when_everything_must_run(tmp_path, everything, counted):
    (tmp_path / "test_some.py").write_text(SUITE)
    (tmp_path / "test_none.py").write_text(WHOLE_FILE)
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.all_or_fail",
            "-p",
            "no:cacheprovider",
            "-rs",
            "--rootdir=.",
        ]
        + (["--continue-on-collection-errors"] if everything == "1" else []),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "EYRIE_TEST_ALL": everything},
        capture_output=True,
        text=True,
        check=False,
    )
    assert counted in ran.stdout.splitlines()[-1], ran.stdout
    for reason in ("no browser here", "no database here", "no server here", "not on this machine"):
        assert reason in ran.stdout
    assert ran.returncode == (1 if everything == "1" else 0)
