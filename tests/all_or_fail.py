"""With EYRIE_TEST_ALL=1 a skipped test is a failed one, so that a machine which should run all of them does.

The hooks are taken into tests/conftest.py by importing them there.
"""

import os
from collections.abc import Generator

import pytest


def _insist(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that gives the reason; a test that is expected to fail is no skip."""
    if os.environ.get("EYRIE_TEST_ALL") != "1" or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"EYRIE_TEST_ALL=1 allows no skip. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at the report of each test."""
    report = yield
    _insist(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at the report of each file: a whole one may be skipped."""
    report = yield
    _insist(report)
    return report
